/** Watches a counter that a foreign controller moves, by the time of the plant: it is lost when the counter has stood still for too long. */
export class RemoteWatch {
  /** The counter as it was written last; write a new one to show that somebody lives. */
  readonly count = Float64Array.of(0);
  readonly #limitH: number;
  readonly #memory = Float64Array.of(0, 0);
  #isAlive = false;

  /** `limitH`: longest silence, h. Throws RangeError for none. */
  constructor(limitH: number) {
    if (!(limitH > 0)) throw new RangeError(`A foreign controller cannot answer within ${limitH} h: above 0 h.`);
    this.#limitH = limitH;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** One scan of `scanH`: what has changed. */
  step(scanH: number): 'lost' | 'back' | 'nothing' {
    const memory = this.#memory;
    const moved = this.count[0] !== memory[0];
    memory[0] = this.count[0]!;
    memory[1] = moved ? 0 : memory[1]! + scanH;
    const was = this.#isAlive;
    this.#isAlive = moved || (was && memory[1]! <= this.#limitH * (1 + 1e-9));
    return this.#isAlive === was ? 'nothing' : was ? 'lost' : 'back';
  }
}
