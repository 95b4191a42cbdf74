import {
  fromBase,
  guardModes,
  parseUnit,
  qualityNoValue,
  qualitySimulated,
  sameDimension,
  type Tag,
  type Unit,
} from '@fedbatch/vocabulary';
import { inputsOf, loopModes } from '../loop-plan.ts';
import { recipeStates } from '../recipe-state.ts';
import type { Run } from '../run.ts';
import type { PlanOutput, RunPlan } from '../run-plan.ts';
import type { RunSeam } from './run-seam.ts';
import { inputArea, usualRange } from './tag-name.ts';

export const modes = ['automatic', 'manual'] as const;
/** Modes in which a loop moves its inputs itself, as places. */
const ownModes = [loopModes.indexOf('automatic'), loopModes.indexOf('cascade')];
export const alarmStates = ['normal', 'unacknowledged', 'acknowledged', 'returned', 'latched'] as const;

const volumeFlow = parseUnit('L/h').dimension;

/** What a tag moves when somebody writes it. */
export type Target =
  | { readonly kind: 'input'; readonly slot: number; readonly unit: Unit; readonly mode: string }
  | { readonly kind: 'input mode'; readonly slot: number }
  | { readonly kind: 'setpoint'; readonly loop: number; readonly unit: Unit; readonly mode: string }
  /** `own`: the modes in which the loop moves its inputs itself. */
  | {
      readonly kind: 'loop mode';
      readonly loop: number;
      readonly slots: readonly number[];
      readonly own: readonly number[];
    }
  | { readonly kind: 'tuning'; readonly loop: number }
  | { readonly kind: 'tuning amplitude'; readonly loop: number }
  | { readonly kind: 'remote demand'; readonly unit: Unit }
  | { readonly kind: 'remote count' };

/** A tag that somebody else has the value of. */
export interface MoreTag {
  readonly tag: Tag;
  readonly value: () => number;
}

interface Entry {
  readonly tag: Tag;
  /** Writes value and quality at a slot of the table. */
  readonly read: (at: number) => void;
  readonly target?: Target;
}

/** The public surface of a running plant: tags with value and quality, read again after every scan. */
export class TagTable {
  readonly tags: readonly Tag[];
  /** Numbers in the units of the tags; of a choice the place of its word. */
  readonly values: Float64Array;
  /** Codes of `tagQualities`. */
  readonly qualities: Uint8Array;
  readonly texts: string[];
  readonly #targets: readonly (Target | undefined)[];
  readonly #reads: readonly Entry['read'][];
  readonly #slots: ReadonlyMap<string, number>;

  /** `more`: tags of whoever operates the run, behind its own. */
  constructor(run: Run, more: readonly MoreTag[] = []) {
    const added = more.map(({ tag, value }): Entry => ({ tag, read: (at) => void (this.values[at] = value()) }));
    const entries = [...new Entries(run, this as TagTable).all(), ...added];
    this.tags = entries.map(({ tag }) => tag);
    this.values = new Float64Array(entries.length);
    this.qualities = new Uint8Array(entries.length);
    this.texts = entries.map(() => '');
    this.#targets = entries.map(({ target }) => target);
    this.#reads = entries.map(({ read }) => read);
    this.#slots = new Map(this.tags.map(({ id }, slot) => [id, slot]));
    this.refresh();
  }

  /** Slot of a tag, or -1. */
  slotOf(id: string): number {
    return this.#slots.get(id) ?? -1;
  }

  target(slot: number): Target | undefined {
    return this.#targets[slot];
  }

  refresh(): void {
    for (let i = 0; i < this.#reads.length; i++) this.#reads[i]!(i);
  }
}

/** Derives the entries of a table from the plan of a run. */
class Entries {
  readonly #run: Run;
  readonly #plan: RunPlan;
  readonly #seam: RunSeam;
  readonly #table: TagTable;

  constructor(run: Run, table: TagTable) {
    this.#run = run;
    this.#plan = run.plan;
    this.#seam = run.seam();
    this.#table = table;
  }

  all(): Entry[] {
    const { loops = [], alarms = [] } = this.#plan;
    return [
      ...this.#recipe(),
      ...this.#plan.compiled.model.parameters.flatMap(({ kind }, slot) => (kind === 'input' ? this.#input(slot) : [])),
      ...loops.flatMap((_, i) => this.#loop(i)),
      ...this.#sensors(),
      ...alarms.flatMap((_, i) => this.#alarm(i)),
      ...this.#remote(),
      ...this.#told(),
      ...this.#truth(),
    ];
  }

  #number(
    tag: Omit<Tag, 'type' | 'low' | 'high'> & { readonly low?: number; readonly high?: number },
    value: () => number,
    more: { readonly quality?: () => number; readonly target?: Target } = {},
  ): Entry {
    const { low, high } = usualRange(tag.unit, value());
    const { quality, target } = more;
    return {
      tag: { type: 'number', low, high, ...tag },
      ...(target && { target }),
      read: (at) => {
        const now = value();
        this.#table.values[at] = now;
        const code = quality ? quality() : 0;
        this.#table.qualities[at] = code === 0 && Number.isNaN(now) ? qualityNoValue : code;
      },
    };
  }

  #choice(
    tag: Pick<Tag, 'id' | 'says' | 'from' | 'writes' | 'of'>,
    choices: readonly string[],
    place: () => number,
    target?: Target,
  ): Entry {
    return {
      tag: { type: 'choice', unit: '-', low: 0, high: choices.length - 1, choices, ...tag },
      ...(target && { target }),
      read: (at) => {
        this.#table.values[at] = place();
      },
    };
  }

  #recipe(): Entry[] {
    const run = this.#run;
    const seam = this.#seam;
    const of = { from: 'recipe' } as const;
    return [
      {
        tag: { id: 'recipe.phase.name', says: 'phase of the recipe', type: 'text', unit: '-', low: 0, high: 0, ...of },
        read: (at) => {
          this.#table.texts[at] = run.phase;
        },
      },
      this.#choice({ id: 'recipe.run.state', says: 'state of the recipe', ...of }, recipeStates, () =>
        recipeStates.indexOf(run.recipeState),
      ),
      this.#number(
        { id: 'recipe.phase.time', says: 'time in this phase', unit: 'h', ...of },
        () => run.timeH - seam.phaseStartH(),
      ),
      this.#number(
        { id: 'recipe.run.progress', says: 'share of the recipe that is done', unit: '%', low: 0, high: 100, ...of },
        () => 100 * run.progress,
      ),
      this.#number({ id: 'clock.sim.time', says: 'simulated time', unit: 'h', from: 'clock' }, () => run.timeH),
    ];
  }

  /** An input: what is wanted of it by whom, what it is told, what it delivers. */
  #input(slot: number): Entry[] {
    const info = this.#plan.compiled.model.parameters[slot]!;
    const { inputs, wanted, manual, forced } = this.#seam;
    const { unit, says } = info;
    const area = inputArea(info.id, unit.text);
    const actuator = this.#plan.equipment?.actuators.find(({ drives }) => drives === info.id);
    const loop = (this.#plan.loops ?? []).findIndex((plan) => inputsOf(plan).includes(info.id));
    const low = Math.max(info.range?.low ?? 0, actuator?.low ?? Number.NEGATIVE_INFINITY);
    const high = Math.min(info.range?.high ?? Number.POSITIVE_INFINITY, actuator?.high ?? Number.POSITIVE_INFINITY);
    const span = Number.isFinite(high)
      ? { low: fromBase(low, unit), high: fromBase(high, unit) }
      : usualRange(unit.text, fromBase(inputs[slot]!, unit));
    const byHand = (): number => (Number.isNaN(manual[slot]!) ? wanted[slot]! : manual[slot]!);
    const common = { unit: unit.text, ...span, of: info.id };
    const mode = loop < 0 ? `${area}.mode` : `${this.#plan.loops![loop]!.name}.control.mode`;
    const entries = [
      this.#number(
        { id: `${area}.setpoint`, says: `${says}: what is wanted`, from: 'control', writes: 'operator', ...common },
        () => fromBase(byHand(), unit),
        { target: { kind: 'input', slot, unit, mode } },
      ),
      this.#number({ id: `${area}.demand`, says: `${says}: what it is told`, from: 'control', ...common }, () =>
        fromBase(Number.isNaN(forced[slot]!) ? byHand() : forced[slot]!, unit),
      ),
      this.#number({ id: `${area}.delivered`, says: `${says}: what comes`, from: 'actuator', ...common }, () =>
        fromBase(inputs[slot]!, unit),
      ),
    ];
    const totals = [...this.#total(area, info.says, slot), ...this.#wear(area, info.says, slot)];
    if (loop >= 0) return [...entries, ...totals];
    return [
      ...entries,
      ...totals,
      this.#choice(
        { id: mode, says: `${says}: who moves it`, from: 'control', writes: 'operator', of: info.id },
        modes,
        () => (Number.isNaN(manual[slot]!) ? 0 : 1),
        { kind: 'input mode', slot },
      ),
    ];
  }

  /** What a pump's own counter shows, of a volume flow: what was meant, whatever came. */
  #total(area: string, says: string, slot: number): Entry[] {
    const { id, unit } = this.#plan.compiled.model.parameters[slot]!;
    const index = (this.#plan.equipment?.actuators ?? []).findIndex(({ drives }) => drives === id);
    if (index < 0 || !sameDimension(unit.dimension, volumeFlow)) return [];
    const actuator = this.#seam.equipment!.actuators[index]!;
    const tag = { id: `${area}.total`, says: `${says}: total by its counter`, unit: 'L', low: 0, high: 1000 } as const;
    return [this.#number({ ...tag, from: 'actuator', of: id }, () => actuator.totaliser)];
  }

  /** What wear takes of what is meant, where an actuator wears. */
  #wear(area: string, says: string, slot: number): Entry[] {
    const { id } = this.#plan.compiled.model.parameters[slot]!;
    const index = (this.#plan.equipment?.actuators ?? []).findIndex(({ drives, wear }) => drives === id && wear > 0);
    if (index < 0) return [];
    const actuator = this.#seam.equipment!.actuators[index]!;
    const tag = { id: `${area}.wear`, says: `${says}: what wear takes of it`, unit: '%', low: 0, high: 100 } as const;
    return [this.#number({ ...tag, from: 'actuator', of: id }, () => 100 * actuator.worn)];
  }

  #loop(index: number): Entry[] {
    const loop = this.#plan.loops![index]!;
    const { loops, outputs } = this.#seam;
    const output = this.#output(loop.output);
    const { unit } = output.info;
    const span = this.#span(output, fromBase(loop.setpoint, unit));
    const area = `${loop.name}.control`;
    const common = { unit: unit.text, ...span, of: loop.name, from: 'control' } as const;
    const slots = inputsOf(loop).map((id) => this.#seam.slotOfInput(id));
    return [
      this.#number(
        { id: `${area}.setpoint`, says: `set point of ${output.info.says}`, writes: 'operator', ...common },
        () => fromBase(loops.setpoints[index]!, unit),
        { target: { kind: 'setpoint', loop: index, unit, mode: `${area}.mode` } },
      ),
      this.#number(
        { id: `${area}.measured`, says: `${output.info.says} as the loop sees it`, ...common },
        () => fromBase(outputs[output.slot]!, unit),
        { quality: this.#quality(loop.output) },
      ),
      this.#number(
        {
          id: `${area}.output`,
          says: 'how far its actuators are used',
          unit: '%',
          low: -100,
          high: 100,
          of: loop.name,
          from: 'control',
        },
        () => 100 * loops.outputOf(index),
      ),
      this.#choice(
        {
          id: `${area}.mode`,
          says: `who moves what holds ${output.info.says}`,
          from: 'control',
          writes: 'operator',
          of: loop.name,
        },
        this.#modesOf(index),
        () => loops.modeOf(index),
        { kind: 'loop mode', loop: index, slots, own: ownModes },
      ),
      ...this.#tuning(index, unit),
    ];
  }

  /** A slave has its master's mode too; words keep their places, so that a number means the same for every loop. */
  #modesOf(loop: number): readonly string[] {
    if (this.#seam.loops.homeOf(loop) !== 0) return loopModes;
    return this.#seam.remote ? loopModes.slice(0, 3) : modes;
  }

  /** A relay experiment on a loop: it is started and given up by its mode; what it found stays. */
  #tuning(index: number, unit: Unit): Entry[] {
    const {
      name,
      settings: { band },
    } = this.#plan.loops![index]!;
    const { loops } = this.#seam;
    const area = `${name}.tuning`;
    const of = { of: name, from: 'control' } as const;
    const found = (value: (result: NonNullable<ReturnType<typeof loops.found>>) => number) => (): number => {
      const result = loops.found(index);
      return result ? value(result) : Number.NaN;
    };
    const difference = unit.offset === 0 ? unit.text : 'K';
    return [
      this.#choice(
        { id: `${area}.mode`, says: `whether a relay experiment runs on ${name}`, writes: 'engineer', ...of },
        ['off', 'relay'],
        () => (loops.isTuning(index) ? 1 : 0),
        { kind: 'tuning', loop: index },
      ),
      this.#number(
        {
          id: `${area}.amplitude`,
          says: 'how far the relay moves the output',
          unit: '%',
          low: 0.1,
          high: 50,
          writes: 'engineer',
          ...of,
        },
        () => 100 * loops.amplitudes[index]!,
        { target: { kind: 'tuning amplitude', loop: index } },
      ),
      this.#number(
        { id: `${area}.periods`, says: 'periods of the oscillation', unit: '-', low: 0, high: 1000, ...of },
        () => loops.periodsOf(index),
      ),
      this.#number(
        {
          id: `${area}.ultimateBand`,
          says: 'band at which the loop would oscillate',
          unit: difference,
          low: 0,
          // What is found is rarely far from the band that is there.
          high: (10 * band) / unit.factor,
          ...of,
        },
        found(({ ultimateGain }) => 1 / (ultimateGain * unit.factor)),
      ),
      this.#number(
        { id: `${area}.ultimatePeriod`, says: 'period of that oscillation', unit: 'h', ...of },
        found(({ ultimatePeriodH }) => ultimatePeriodH),
      ),
    ];
  }

  #sensors(): Entry[] {
    return (this.#plan.equipment?.sensors ?? []).flatMap(({ tag, reads, low, high }, index) => {
      const output = this.#output(tag);
      const { unit, says } = output.info;
      const usual = usualRange(unit.text, fromBase(this.#seam.outputs[output.slot]!, unit));
      const span = Number.isFinite(high - low) ? { low: fromBase(low, unit), high: fromBase(high, unit) } : usual;
      const common = { unit: unit.text, ...span, from: 'sensor', of: reads } as const;
      const sensor = this.#seam.equipment!.sensors[index]!;
      return [
        this.#number(
          { id: `${tag}.measured`, says, ...common },
          () => fromBase(this.#seam.outputs[output.slot]!, unit),
          { quality: this.#quality(tag) },
        ),
        this.#number(
          { id: `${tag}.raw`, says: `${says}, whatever is simulated`, ...common },
          () => fromBase(sensor.reading, unit),
          { quality: () => sensor.quality },
        ),
      ];
    });
  }

  #alarm(index: number): Entry[] {
    const { name, says } = this.#plan.alarms![index]!;
    const alarm = this.#seam.alarms.at(index);
    const common = { from: 'alarm', of: name } as const;
    return [
      this.#choice({ id: `alarm.${name}.state`, says, ...common }, alarmStates, () => alarmStates.indexOf(alarm.state)),
      this.#choice(
        { id: `alarm.${name}.shelf`, says: `${says}: whether it is hidden`, ...common },
        ['shown', 'shelved'],
        () => (alarm.isShelved ? 1 : 0),
      ),
    ];
  }

  /** What a foreign controller writes: its counter, and what it demands of a feed. */
  #remote(): Entry[] {
    const { remote } = this.#seam;
    if (!remote) return [];
    const of = { from: 'control', writes: 'operator' } as const;
    const counter = { id: 'remote.client.counter', says: 'what a foreign controller moves to show that it lives' };
    const entries = [
      this.#number({ ...counter, unit: '-', low: 0, high: 2 ** 53 - 1, ...of }, () => remote.watch.count[0]!, {
        target: { kind: 'remote count' },
      }),
      this.#choice({ id: 'remote.client.state', says: 'whether it lives', from: 'control' }, ['silent', 'alive'], () =>
        remote.watch.isAlive ? 1 : 0,
      ),
    ];
    const feed = this.#plan.phases.find(({ feed: one }) => one?.strategy().remote)?.feed;
    if (!feed) return entries;
    const { unit, range, says } = this.#plan.compiled.model.parameters[this.#seam.slotOfInput(feed.input)]!;
    const span = range
      ? { low: fromBase(range.low, unit), high: fromBase(range.high, unit) }
      : usualRange(unit.text, 0);
    const demand = { id: 'feed.remote.setpoint', says: `${says} that a foreign controller demands`, of: feed.input };
    return [
      ...entries,
      this.#number(
        { ...demand, unit: unit.text, ...span, ...of },
        () => fromBase(Number.isNaN(remote.feeds[0]![0]!) ? 0 : remote.feeds[0]![0]!, unit),
        { target: { kind: 'remote demand', unit } },
      ),
    ];
  }

  /** What feeding strategies propose and estimate, and what their guard does with it. */
  #told(): Entry[] {
    const told = this.#plan.outputs.flatMap(({ id, says, unit, kind }, slot) =>
      kind === 'told'
        ? [
            this.#number({ id, says, unit: unit.text, from: 'estimate' }, () =>
              fromBase(this.#seam.outputs[slot]!, unit),
            ),
          ]
        : [],
    );
    if (!this.#plan.outputs.some(({ id, kind }) => kind === 'told' && id === 'feed.guard')) return told;
    const seam = this.#seam;
    const tag = { says: 'what the guard does with the proposal', type: 'text', unit: '-', low: 0, high: 0 } as const;
    return [
      ...told,
      this.#choice({ id: 'feed.decision.mode', says: 'who decides on proposals', from: 'control' }, guardModes, () =>
        Math.max(0, guardModes.indexOf(seam.guard()?.mode ?? 'shadow')),
      ),
      {
        tag: { id: 'feed.decision.verdict', from: 'control', ...tag },
        read: (at) => {
          this.#table.texts[at] = seam.guard()?.verdict ?? 'no proposal in this phase';
        },
      },
    ];
  }

  /** What the equations have, as far as the report draws it. */
  #truth(): Entry[] {
    const drawn = this.#plan.channels.flatMap(({ output, panel }) => (panel === undefined ? [] : [output]));
    return drawn.flatMap((id) => {
      const { info, slot } = this.#output(id);
      if (!['concentration', 'amount', 'quantity'].includes(info.kind)) return [];
      const { unit, says } = info;
      return [
        this.#number({ id: `truth.${id}`, says, unit: unit.text, from: 'truth', of: id }, () =>
          fromBase(this.#seam.outputs[slot]!, unit),
        ),
      ];
    });
  }

  #output(id: string): { readonly info: PlanOutput; readonly slot: number } {
    const slot = this.#plan.outputs.findIndex((output) => output.id === id);
    return { info: this.#plan.outputs[slot]!, slot };
  }

  /** The quality beside a sensor's reading; what is no sensor's is as the equations have it. */
  #quality(id: string): () => number {
    const sensors = this.#plan.equipment?.sensors ?? [];
    const index = sensors.findIndex(({ tag }) => tag === id);
    if (index < 0) return () => 0;
    const { slot } = this.#output(`${id}.quality`);
    const { equipment, outputs } = this.#seam;
    return () => (Number.isNaN(equipment!.simulated(index)) ? outputs[slot]! : qualitySimulated);
  }

  #span({ info }: { readonly info: PlanOutput }, now: number): { readonly low: number; readonly high: number } {
    const sensor = this.#plan.equipment?.sensors.find(({ tag }) => tag === info.id);
    if (sensor && Number.isFinite(sensor.high - sensor.low))
      return { low: fromBase(sensor.low, info.unit), high: fromBase(sensor.high, info.unit) };
    // A pH has no unit of its own, and its usual span is not that of a ratio.
    return usualRange(/\bpH$/.test(info.of ?? info.id) ? 'pH' : info.unit.text, now);
  }
}
