import { Alarm, type AlarmSettings } from '@fedbatch/control';
import { badQuality } from './quality.ts';

export const alarmPriorities = ['low', 'medium', 'high', 'urgent'] as const;
export type AlarmPriority = (typeof alarmPriorities)[number];

/** An alarm of a plan, resolved to ids. Values in base units. */
export interface AlarmPlan {
  readonly name: string;
  readonly settings: AlarmSettings;
  /** Output or tag that it watches, and the output with its quality where it is a sensor's. */
  readonly output: string;
  readonly quality?: string;
  /** A deviation: the loop from whose set point the limit counts. */
  readonly loop?: string;
  readonly priority: AlarmPriority;
  /** The condition in words. */
  readonly says: string;
  /** An interlock: inputs that are held at a value as long as the alarm is active. */
  readonly force: readonly { readonly input: string; readonly value: number; readonly says: string }[];
}

/** What alarms need of a run. */
export interface AlarmSeam {
  slotOfInput(id: string): number;
  slotOfOutput(id: string): number;
  readonly outputs: Float64Array;
  /** Length of a scan, h. */
  readonly scanH: number;
  /** Present set points of the loops, and the place of one among them. */
  readonly setpoints: Float64Array;
  placeOfLoop(name: string): number;
  /** Holds an input at a value whatever else is wanted of it, or lets go of it: NaN. */
  force(slot: number, value: number): void;
  note(subject: string, says: string): void;
}

/** The alarms and interlocks of a run. They see samples once a scan, before anything is controlled. */
export class Alarms {
  readonly #plans: readonly AlarmPlan[];
  readonly #alarms: readonly Alarm[];
  readonly #outputs: Int32Array;
  readonly #qualities: Int32Array;
  /** Loops by place; -1 where the limit counts from 0. */
  readonly #loops: Int32Array;
  readonly #seam: AlarmSeam;

  constructor(plans: readonly AlarmPlan[], seam: AlarmSeam) {
    this.#plans = plans;
    this.#seam = seam;
    this.#alarms = plans.map(({ settings }) => new Alarm(settings));
    this.#outputs = Int32Array.from(plans, ({ output }) => seam.slotOfOutput(output));
    this.#qualities = Int32Array.from(plans, ({ quality }) =>
      quality === undefined ? -1 : seam.slotOfOutput(quality),
    );
    this.#loops = Int32Array.from(plans, ({ loop }) => (loop === undefined ? -1 : seam.placeOfLoop(loop)));
  }

  /** An alarm by its place in the plan, for a person who acknowledges, resets or shelves it. */
  at(index: number): Alarm {
    return this.#alarms[index]!;
  }

  /** A person lets go of a latch; what the interlock held is free again. */
  reset(index: number): void {
    this.#alarms[index]!.reset();
    for (const { input } of this.#plans[index]!.force) this.#hold(input);
  }

  /** One scan. */
  act(): void {
    const { outputs, setpoints, scanH } = this.#seam;
    for (let i = 0; i < this.#alarms.length; i++) {
      const alarm = this.#alarms[i]!;
      const quality = this.#qualities[i]!;
      const isBad = quality >= 0 && outputs[quality]! >= badQuality;
      const loop = this.#loops[i]!;
      alarm.seen[0] = isBad ? Number.NaN : outputs[this.#outputs[i]!]! - (loop < 0 ? 0 : setpoints[loop]!);
      alarm.seen[1] = scanH;
      const others = this.#count(i);
      const change = alarm.step();
      if (change !== 'none') this.#tell(i, change, others);
    }
  }

  /** Interlocks other than this one that are active. */
  #count(except: number): number {
    let count = 0;
    for (let i = 0; i < this.#alarms.length; i++)
      if (i !== except && this.#alarms[i]!.isActive && this.#plans[i]!.force.length > 0) count++;
    return count;
  }

  #tell(i: number, change: 'raised' | 'returned', others: number): void {
    const { name, says, priority, force } = this.#plans[i]!;
    const { isActive } = this.#alarms[i]!;
    if (change === 'raised') {
      const held =
        force.length > 0 ? `; ${force.map((one) => one.says).join(', ')}${others === 0 ? ' (first out)' : ''}` : '';
      this.#seam.note(name, `raised, priority ${priority}: ${says}${held}`);
    } else this.#seam.note(name, isActive ? 'returned; its latch holds' : 'returned');
    for (const { input } of force) this.#hold(input);
  }

  /** What the interlocks want of an input: the first active one that names it has it. */
  #hold(input: string): void {
    const plan = this.#plans.findIndex(
      ({ force }, i) => this.#alarms[i]!.isActive && force.some((one) => one.input === input),
    );
    const value = plan < 0 ? Number.NaN : this.#plans[plan]!.force.find((one) => one.input === input)!.value;
    this.#seam.force(this.#seam.slotOfInput(input), value);
  }
}
