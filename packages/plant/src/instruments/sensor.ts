import type { SensorBank } from './sensor-bank.ts';
import type { SensorEffects } from './sensor-effects.ts';
import type { SensorSpec } from './sensor-spec.ts';

/** One sensor of a bank, by name: what it is and what it shows. */
export class Sensor {
  readonly spec: SensorSpec;
  readonly effects: SensorEffects;
  readonly #bank: SensorBank;
  readonly #index: number;

  constructor(spec: SensorSpec, bank: SensorBank, index: number) {
    this.spec = spec;
    this.effects = bank.effects[index]!;
    this.#bank = bank;
    this.#index = index;
  }

  get reading(): number {
    return this.#bank.reading(this.#index);
  }

  /** Time of the sample that stands behind the reading, h. */
  get stampH(): number {
    return this.#bank.stampH(this.#index);
  }

  get quality(): number {
    return this.#bank.quality(this.#index);
  }

  /** Sets offset and span right at a time, but for what is left of the error. */
  calibrate(timeH: number, leftOver: number): void {
    this.#bank.calibrate(this.#index, timeH, leftOver);
  }
}
