import { RandomStream } from '@fedbatch/numerics';

/** What can go wrong, and where: at a sensor, at an actuator, or in the plant itself. */
export const faultKinds = {
  bias: 'sensor',
  drift: 'sensor',
  freeze: 'sensor',
  spikes: 'sensor',
  noise: 'sensor',
  'drop-out': 'sensor',
  swap: 'sensor',
  'unit mix-up': 'sensor',
  'delayed result': 'sensor',
  'lost result': 'sensor',
  'window fouling': 'sensor',
  slip: 'actuator',
  occlusion: 'actuator',
  runaway: 'actuator',
  stuck: 'actuator',
  sticking: 'actuator',
  trip: 'actuator',
  empty: 'actuator',
  'power dip': 'plant',
  change: 'process',
  'sparger fouling': 'process',
  'feed concentration': 'process',
  contamination: 'process',
  'strain change': 'process',
  'foam-out': 'process',
} as const satisfies Record<string, 'sensor' | 'actuator' | 'plant' | 'process'>;

/** Faults of sensors that a spectrometer can have: `bias` and `drift` are fluorescence, `spikes` cosmic rays, all in counts. */
export const spectrumFaults: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'bias',
  'drift',
  'freeze',
  'spikes',
  'noise',
  'drop-out',
  'window fouling',
]);

export type FaultKind = keyof typeof faultKinds;

export interface FaultSpec {
  readonly id: string;
  readonly kind: FaultKind;
  /** Tag of a sensor or actuator, id of a parameter or input, or `plant`. */
  readonly on: string;
  /** The other sensor of a swap. */
  readonly with?: string;
  /** In base units of the target, or a share or factor, as the kind has it. */
  readonly size: number;
  /** What a fault of the process does to its parameter. */
  readonly change?: 'factor' | 'offset' | 'value';
  /** Onset: exactly one of a time, the id of an event, and a hazard. */
  readonly fromH?: number;
  readonly when?: string;
  readonly hazardPerH?: number;
  /** Duration; absent: to the end. */
  readonly forH?: number;
  /** Time in which it grows to its size; 0: at once. */
  readonly riseH: number;
  /** It comes and goes with this period, half of it each; 0: it stays. */
  readonly periodH: number;
}

/** Ground truth: what was wrong, where, from when to when. Kept apart from anything that a controller sees. */
export interface FaultLabel {
  readonly id: string;
  readonly kind: FaultKind;
  readonly on: string;
  readonly size: number;
  readonly fromH: number;
  /** Absent while it lasts. */
  toH?: number;
}

/** Changes closer together than this, a few microseconds, happen at once. */
const instantH = 1e-9;

export const WAITING = 0;
export const ACTIVE = 1;
export const OVER = 2;

/** A fault in time: when it is there, and how strong. */
export class Fault {
  readonly spec: FaultSpec;
  readonly memorySize = 4 + RandomStream.memorySize;
  readonly #random: RandomStream;
  /** status, start, end, value of the parameter before. */
  readonly #held = new Float64Array(4);

  constructor(spec: FaultSpec, seed: number) {
    this.spec = spec;
    this.#random = new RandomStream(seed, `fault ${spec.id}`);
    this.#held[2] = Number.POSITIVE_INFINITY;
  }

  get status(): number {
    return this.#held[0]!;
  }

  get startH(): number {
    return this.#held[1]!;
  }

  get endH(): number {
    return this.#held[2]!;
  }

  get before(): number {
    return this.#held[3]!;
  }

  set before(value: number) {
    this.#held[3] = value;
  }

  /** Starts it, exactly when it was to start where that is said. */
  start(timeH: number): void {
    const startH = this.spec.fromH ?? timeH;
    this.#held[0] = ACTIVE;
    this.#held[1] = startH;
    this.#held[2] = this.spec.forH === undefined ? Number.POSITIVE_INFINITY : startH + this.spec.forH;
  }

  end(timeH: number): void {
    this.#held[0] = OVER;
    this.#held[2] = timeH;
  }

  /** Whether it begins now: its time has come, or its hazard strikes within the last `dtH`. */
  begins(timeH: number, dtH: number): boolean {
    if (this.status !== WAITING) return false;
    const { fromH, hazardPerH } = this.spec;
    if (fromH !== undefined) return timeH >= fromH - instantH;
    if (hazardPerH === undefined || !(dtH > 0)) return false;
    this.#random.uniform();
    return this.#random.drawn[0]! < -Math.expm1(-hazardPerH * dtH);
  }

  /** The next time after `timeH` at which it starts, ends, or comes and goes. */
  nextChangeH(timeH: number): number {
    const { fromH, periodH } = this.spec;
    if (this.status === WAITING)
      return fromH !== undefined && fromH > timeH + instantH ? fromH : Number.POSITIVE_INFINITY;
    if (this.status === OVER) return Number.POSITIVE_INFINITY;
    const end = this.endH > timeH + instantH ? this.endH : Number.POSITIVE_INFINITY;
    if (!(periodH > 0)) return end;
    const half = 0.5 * periodH;
    const flip = this.startH + half * (Math.floor((timeH - this.startH) / half + 1e-9) + 1);
    return flip > timeH + instantH ? Math.min(end, flip) : end;
  }

  /** Whether it ends now. */
  ends(timeH: number): boolean {
    return this.status === ACTIVE && timeH >= this.endH - instantH;
  }

  /** 0 to 1. */
  strength(timeH: number): number {
    if (this.status !== ACTIVE) return 0;
    const { riseH, periodH } = this.spec;
    const age = timeH - this.startH;
    if (periodH > 0 && Math.floor(age / (0.5 * periodH) + 1e-9) % 2 === 1) return 0;
    return riseH > 0 ? Math.min(1, age / riseH) : 1;
  }

  /** A spike now? One reading in twenty has one, up or down. */
  spike(): number {
    this.#random.uniform();
    const u = this.#random.drawn[0]!;
    return u < 0.025 ? 1 : u < 0.05 ? -1 : 0;
  }

  save(out: Float64Array, from: number): void {
    out.set(this.#held, from);
    this.#random.save(out, from + 4);
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < 4; i++) this.#held[i] = memory[from + i]!;
    this.#random.restore(memory, from + 4);
  }
}
