export const watchdogStates = ['off', 'alive', 'tripped'] as const;

/** Watches a counter that a client moves: silence longer than a limit trips it, once, until the counter moves again. */
export class Watchdog {
  readonly #trip: (says: string) => void;
  #limitMs = 0;
  #count = 0;
  #movedMs = 0;
  #tripped = false;

  constructor(trip: (says: string) => void) {
    this.#trip = trip;
  }

  get limitMs(): number {
    return this.#limitMs;
  }

  get count(): number {
    return this.#count;
  }

  get state(): (typeof watchdogStates)[number] {
    return this.#limitMs === 0 ? 'off' : this.#tripped ? 'tripped' : 'alive';
  }

  /** Watches from now on; 0 ends it. */
  watch(limitMs: number, nowMs: number): void {
    this.#limitMs = limitMs;
    this.#movedMs = nowMs;
    this.#tripped = false;
  }

  beat(count: number, nowMs: number): void {
    if (count === this.#count) return;
    this.#count = count;
    this.#movedMs = nowMs;
    this.#tripped = false;
  }

  look(nowMs: number): void {
    if (this.#limitMs === 0 || this.#tripped || nowMs - this.#movedMs <= this.#limitMs) return;
    this.#tripped = true;
    this.#trip(`The client's counter stands at ${this.#count} for longer than ${this.#limitMs / 1000} s.`);
  }
}
