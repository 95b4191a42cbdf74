/** What stands behind a limit, after ISA-18.2. Times in h. */
export interface AlarmSettings {
  readonly limit: number;
  readonly side: 'above' | 'below';
  /** How far the value must come back before the alarm returns. Default 0. */
  readonly deadBand?: number;
  /** How long the value must be beyond its limit before the alarm is raised, and back before it returns. Default 0. */
  readonly onDelayH?: number;
  readonly offDelayH?: number;
  /** A latched alarm stays until a person resets it. */
  readonly latched?: boolean;
  /** What a value that is no number does: 'hold' leaves the alarm as it is, 'raise' counts as beyond the limit. Default hold. */
  readonly onBad?: 'hold' | 'raise';
}

/** The states of ISA-18.2: normal, active and not yet acknowledged, active and acknowledged, returned and not yet acknowledged, latched after its return. */
export type AlarmState = 'normal' | 'unacknowledged' | 'acknowledged' | 'returned' | 'latched';

export type AlarmChange = 'none' | 'raised' | 'returned';

/** One alarm: limit with dead band and delays, acknowledgement, latch and shelf. A step allocates nothing. */
export class Alarm {
  /** Value, and time since the last step in h. */
  readonly seen = new Float64Array(2);
  readonly #settings: Required<AlarmSettings>;
  /** How long the value has been beyond its limit, or back; how long the alarm stays on the shelf. */
  readonly #waited = new Float64Array(1);
  readonly #shelf = new Float64Array(1);
  #state: AlarmState = 'normal';
  #beyond = false;

  constructor(settings: AlarmSettings) {
    this.#settings = { deadBand: 0, onDelayH: 0, offDelayH: 0, latched: false, onBad: 'hold', ...settings };
    const { limit, deadBand, onDelayH, offDelayH } = this.#settings;
    if (!Number.isFinite(limit)) throw new RangeError(`An alarm limit of ${limit} is none.`);
    if (!(deadBand >= 0 && onDelayH >= 0 && offDelayH >= 0))
      throw new RangeError(`A dead band of ${deadBand} or a delay of ${Math.min(onDelayH, offDelayH)} h is below 0.`);
  }

  get state(): AlarmState {
    return this.#state;
  }

  /** Whether the value is beyond its limit for long enough, or was and the latch holds. A shelf hides an alarm and does not change this. */
  get isActive(): boolean {
    return this.#state === 'unacknowledged' || this.#state === 'acknowledged' || this.#state === 'latched';
  }

  get isShelved(): boolean {
    return this.#shelf[0]! > 0;
  }

  /** One step with what stands in `seen`. */
  step(): AlarmChange {
    const { onDelayH, offDelayH, latched } = this.#settings;
    const dt = this.seen[1]!;
    if (this.#shelf[0]! > 0) this.#shelf[0] = Math.max(0, this.#shelf[0]! - dt);
    const beyond = this.#isBeyond();
    const isOn = this.#state === 'unacknowledged' || this.#state === 'acknowledged';
    this.#waited[0] = beyond === this.#beyond ? this.#waited[0]! + dt : 0;
    this.#beyond = beyond;
    if (beyond && !isOn && this.#waited[0]! >= onDelayH) {
      this.#state = 'unacknowledged';
      return 'raised';
    }
    if (!beyond && isOn && this.#waited[0]! >= offDelayH) {
      this.#state = latched ? 'latched' : this.#state === 'acknowledged' ? 'normal' : 'returned';
      return 'returned';
    }
    return 'none';
  }

  /** A person has seen it. */
  acknowledge(): void {
    if (this.#state === 'unacknowledged') this.#state = 'acknowledged';
    else if (this.#state === 'returned') this.#state = 'normal';
  }

  /** A person lets go of a latch; one whose value is still beyond its limit stays. */
  reset(): void {
    if (this.#state === 'latched') this.#state = 'normal';
  }

  /** A person hides it for a time in h; 0 takes it from the shelf. */
  shelve(timeH: number): void {
    if (!(timeH >= 0)) throw new RangeError(`An alarm cannot be shelved for ${timeH} h.`);
    this.#shelf[0] = timeH;
  }

  #isBeyond(): boolean {
    const { limit, side, deadBand, onBad } = this.#settings;
    const value = this.seen[0]!;
    if (Number.isNaN(value)) return onBad === 'raise' || this.#beyond;
    const back = this.#beyond ? deadBand : 0;
    return side === 'above' ? value > limit - back : value < limit + back;
  }
}
