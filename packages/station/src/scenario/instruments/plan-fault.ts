import type { Located, Model } from '@fedbatch/model';
import {
  type ActuatorSpec,
  allSensors,
  type FaultKind,
  type FaultSpec,
  faultKinds,
  type SensorSpec,
  type SpectrometerSpec,
  spectrumFaults,
} from '@fedbatch/plant';
import type { RunPlan } from '@fedbatch/runtime';
import {
  type Dimension,
  didYouMean,
  divideDimensions,
  type Problems,
  parseUnit,
  timeDimension,
  type Unit,
} from '@fedbatch/vocabulary';
import type { FaultValue } from '../shapes/fault.ts';
import { checkedValue } from './checked-value.ts';

/** What faults may act on. */
interface Instruments {
  readonly sensors: readonly SensorSpec[];
  readonly spectrometers: readonly SpectrometerSpec[];
  readonly actuators: readonly ActuatorSpec[];
}

/** Resolves faults against the model and the instruments. */
export class FaultPlanner {
  readonly #model: Model;
  readonly #instruments: Instruments;
  readonly #problems: Problems;

  constructor(model: Model, instruments: Instruments, problems: Problems) {
    this.#model = model;
    this.#instruments = instruments;
    this.#problems = problems;
  }

  /** A fault of the scenario; undefined after a problem was reported. `index`: how many there are already. */
  fault(entry: FaultValue, index: number): FaultSpec | undefined {
    const { kind } = entry;
    const { sensors } = this.#instruments;
    const target = this.#target(entry);
    if (!target) return undefined;
    const onsets = [entry.from, entry.when, entry.hazard].filter((onset) => onset !== undefined);
    if (onsets.length !== 1)
      return this.#problems.error(
        'STATION_FAULT_FORM',
        entry.place,
        `The fault \`${kind.value}\` on \`${entry.on.value}\` has ${onsets.length === 0 ? 'no onset' : 'more than one onset'}.`,
        'Say exactly one of `from: 6 h`, `when:` with an event, and `hazard: 0.1 1/h`.',
      );
    if (kind.value === 'swap' && !sensors.some(({ tag }) => tag === entry.with?.value))
      return this.#problems.error(
        'STATION_FAULT_FORM',
        entry.with?.place ?? entry.place,
        `The swap of \`${entry.on.value}\` names no other sensor${entry.with ? `: \`${entry.with.value}\` is none` : ''}.`,
        `Write \`with:\` and one of ${sensors.map(({ tag }) => tag).join(', ')}.`,
      );
    const events = this.#model.events.filter(({ origin }) => origin === 'model').map(({ id }) => id);
    if (entry.when && !events.includes(entry.when.value))
      return this.#problems.error(
        'STATION_NAME_UNKNOWN',
        entry.when.place,
        `The fault \`${kind.value}\` waits for \`${entry.when.value.slice(0, 60)}\`, which is no event of a component.${didYouMean(entry.when.value, events)}`,
        events.length === 0 ? 'Say `from:` with a time.' : `Events are ${events.join(', ')}.`,
      );
    const negative = [entry.from, entry.for, entry.rise, entry.period, entry.hazard].find(
      (time) => time && time.value.base < 0,
    );
    if (negative)
      return this.#problems.error(
        'STATION_TIME_RANGE',
        negative.place,
        `${negative.value.value} ${negative.value.unit.text} is below 0.`,
        'Write 0 or more.',
      );
    const size = this.#size(entry, target);
    if (size === undefined) return undefined;
    return {
      id: `fault.${index + 1}`,
      kind: kind.value,
      on: target.id,
      ...(entry.with && { with: entry.with.value }),
      size,
      ...(entry.change && { change: entry.change.value }),
      ...(entry.from && { fromH: entry.from.value.base }),
      ...(entry.when && { when: entry.when.value }),
      ...(entry.hazard && { hazardPerH: entry.hazard.value.base }),
      ...(entry.for && { forH: entry.for.value.base }),
      riseH: entry.rise?.value.base ?? 0,
      periodH: entry.period?.value.base ?? 0,
    };
  }

  /** What a fault acts on: its id, and the unit that its size is in. */
  #target(entry: FaultValue): { id: string; unit: Unit } | undefined {
    const { sensors, spectrometers, actuators } = this.#instruments;
    const on = entry.on.value;
    const where = faultKinds[entry.kind.value];
    if (where === 'plant') return { id: 'plant', unit: parseUnit('-') };
    const lit = spectrumFaults.has(entry.kind.value) ? spectrometers.map(({ tag }) => tag) : [];
    const known = {
      sensor: [...sensors.map(({ tag }) => tag), ...lit],
      actuator: actuators.map(({ tag }) => tag),
      process: this.#model.parameters.map(({ id }) => id),
    }[where];
    if (!known.includes(on))
      return this.#problems.error(
        'STATION_NAME_UNKNOWN',
        entry.on.place,
        `The fault \`${entry.kind.value}\` acts on ${where === 'process' ? 'a parameter, an input or a stream' : `a ${where}`}, and \`${on.slice(0, 60)}\` is none.${didYouMean(on, known)}`,
        known.length === 0
          ? 'Name a file with it under `instruments`.'
          : `There ${known.length > 1 ? 'are' : 'is'} ${known.slice(0, 20).join(', ')}.`,
      );
    const reads = sensors.find(({ tag }) => tag === on)?.reads;
    const drives = actuators.find(({ tag }) => tag === on)?.drives;
    const output = this.#model.outputs.find(({ id }) => id === reads);
    const parameter = this.#model.parameters.find(({ id }) => id === (drives ?? on));
    // What falls on a spectrum, and its residual, are counts and plain numbers.
    return { id: on, unit: (output ?? parameter)?.unit ?? parseUnit('-') };
  }

  #size(entry: FaultValue, { unit }: { unit: Unit }): number | undefined {
    const { kind, change, size } = entry;
    if (!size) return 1;
    const none = parseUnit('-').dimension;
    const like: Partial<Record<string, Dimension>> = {
      bias: unit.dimension,
      drift: divideDimensions(unit.dimension, timeDimension),
      spikes: unit.dimension,
      sticking: unit.dimension,
      'delayed result': timeDimension,
    };
    const isChange = faultKinds[kind.value] === 'process' && change && change.value !== 'factor';
    const isValue = isChange && change.value === 'value';
    const dimension = isChange ? unit.dimension : (like[kind.value] ?? none);
    return checkedValue(this.#problems, size, dimension, isValue ? 'value' : 'difference');
  }
}

/** A fault that somebody asks for while a plant runs; undefined after a problem was reported. `index`: how many there are already. */
export function planFault(
  { compiled, equipment }: RunPlan,
  value: FaultRequestValue,
  index: number,
  problems: Problems,
): FaultSpec | undefined {
  const kinds = Object.keys(faultKinds);
  const kind = kinds.find((known) => known === value.kind.value) as FaultKind | undefined;
  if (!kind)
    return problems.error(
      'STATION_NAME_UNKNOWN',
      value.kind.place,
      `There is no fault \`${value.kind.value.slice(0, 60)}\`.${didYouMean(value.kind.value, kinds)}`,
      `Faults are ${kinds.join(', ')}.`,
    );
  const fault = { ...value, kind: { value: kind, place: value.kind.place } };
  const instruments = {
    sensors: equipment ? allSensors(equipment) : [],
    spectrometers: equipment?.spectrometers ?? [],
    actuators: equipment?.actuators ?? [],
  };
  return new FaultPlanner(compiled.model, instruments, problems).fault(fault, index);
}

/** A fault as a scenario has it, but for a kind that is not known to exist. */
export type FaultRequestValue = Omit<FaultValue, 'kind'> & { readonly kind: Located<string> };
