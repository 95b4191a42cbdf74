import type { CompiledModel, Located, Model, OutputInfo, ParameterInfo } from '@fedbatch/model';
import {
  type ActuatorSpec,
  allSensors,
  type Calibration,
  type EquipmentSpec,
  type FaultKind,
  type FaultSpec,
  faultKinds,
  idealActuator,
  idealSensor,
  instrumentTags,
  type SensorSpec,
  type SpectrometerSpec,
  spectrumFaults,
} from '@fedbatch/plant';
import type { PlanOutput, RunPlan } from '@fedbatch/runtime';
import {
  type Dimension,
  didYouMean,
  divideDimensions,
  type Place,
  ProblemError,
  Problems,
  parseQuantity,
  parseUnit,
  type Quantity,
  sameDimension,
  timeDimension,
  type Unit,
} from '@fedbatch/vocabulary';
import type { ScenarioFiles } from '../load-scenario.ts';
import { NameTable } from '../name-table.ts';
import type { CalibrationValue, ScenarioValue } from '../scenario-file.ts';
import type { FaultValue } from '../shapes/fault.ts';
import { checkedRange, checkedValue } from './checked-value.ts';
import { type ActuatorValue, type InstrumentsValue, readInstruments, type SensorValue } from './instruments-file.ts';
import { actuatorKinds, sensorKinds } from './kinds.ts';
import { planSpectrometer } from './plan-spectrometer.ts';
import type { SpectrometerValue } from './spectrometer-shape.ts';

export interface EquipmentPlan {
  readonly spec: EquipmentSpec;
  readonly outputs: readonly PlanOutput[];
}

export interface EquipmentSource {
  readonly scenario: ScenarioValue;
  readonly compiled: CompiledModel;
  readonly files: ScenarioFiles;
  readonly problems: Problems;
}

/** Sensors and actuators from their file and faults from the scenario, resolved against the model; undefined where a scenario has neither. */
export function planEquipment({ scenario, compiled, files, problems }: EquipmentSource): EquipmentPlan | undefined {
  if (!scenario.instruments && !scenario.faults && !scenario.calibrations) return undefined;
  const { model } = compiled;
  const value = scenario.instruments && readFile(scenario.instruments, files, problems);
  const planner = new EquipmentPlanner(model, problems);
  const sensors = [...(value?.sensors ?? [])].flatMap(([tag, entry]) => planner.sensor(tag, entry) ?? []);
  const spectrometers = [...(value?.spectrometers ?? [])].flatMap(
    ([tag, entry]) => planner.spectrometer(tag, entry) ?? [],
  );
  const actuators = [...(value?.actuators ?? [])].flatMap(([tag, entry]) => planner.actuator(tag, entry) ?? []);
  const instruments = {
    sensors: allSensors({ sensors, spectrometers, actuators, faults: [] }),
    spectrometers,
    actuators,
  };
  const faults = (scenario.faults ?? []).flatMap((entry, i) => planner.fault(entry, i, instruments) ?? []);
  const calibrations = (scenario.calibrations ?? []).flatMap((entry) => planner.calibration(entry, sensors) ?? []);
  const spec = { sensors, spectrometers, actuators, faults, calibrations };
  return { spec, outputs: instrumentTags(spec).map((tag) => planner.output(tag)) };
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
  const planner = new EquipmentPlanner(compiled.model, problems);
  const fault = { ...value, kind: { value: kind, place: value.kind.place } };
  return planner.fault(fault, index, {
    sensors: equipment ? allSensors(equipment) : [],
    spectrometers: equipment?.spectrometers ?? [],
    actuators: equipment?.actuators ?? [],
  });
}

/** A fault as a scenario has it, but for a kind that is not known to exist. */
export type FaultRequestValue = Omit<FaultValue, 'kind'> & { readonly kind: Located<string> };

function readFile(name: Located<string>, files: ScenarioFiles, problems: Problems): InstrumentsValue | undefined {
  const read = files.read(name);
  if (!read) return undefined;
  const own = new Problems();
  try {
    return readInstruments(read.text, read.path, own);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.list.push(...error.problems);
    return undefined;
  }
}

/** What faults may act on. */
interface Instruments {
  readonly sensors: readonly SensorSpec[];
  readonly spectrometers: readonly SpectrometerSpec[];
  readonly actuators: readonly ActuatorSpec[];
}

class EquipmentPlanner {
  readonly #model: Model;
  readonly #names: NameTable;
  readonly #problems: Problems;

  constructor(model: Model, problems: Problems) {
    this.#model = model;
    this.#names = new NameTable(model.outputs, problems);
    this.#problems = problems;
  }

  sensor(tag: string, entry: SensorValue): SensorSpec | undefined {
    const kind = sensorKinds[entry.kind.value]!;
    const output = this.#names.find(entry.reads.value, entry.reads) as OutputInfo | undefined;
    const writes = entry.writes && this.#input(entry.writes);
    if (!output || (entry.writes && !writes)) return undefined;
    const like = output.unit.dimension;
    const difference = (given: Located<Quantity> | undefined, text: string | undefined): number =>
      this.#value(given ?? fallback(text, entry.kind.place), like, 'difference') ?? 0;
    const perHour = divideDimensions(like, timeDimension);
    const range =
      entry.range ?? (kind.range === undefined ? undefined : { value: kind.range, place: entry.kind.place });
    const limits = range && this.#range(range, output.unit);
    return {
      ...idealSensor,
      tag,
      reads: output.id,
      ...(writes && { writes: writes.id }),
      order: entry.order ?? kind.order ?? 1,
      tauH: plain(entry.response, kind.response),
      delayH: plain(entry.delay, kind.delay),
      ...(limits && { low: limits.low, high: limits.high }),
      resolution: difference(entry.resolution, kind.resolution),
      intervalH: plain(entry.interval, kind.interval),
      at: (entry.at ?? []).map(({ value }) => value.base),
      resultH: plain(entry.result, kind.result),
      white: difference(entry.noise, kind.noise),
      relative: plain(entry['relative noise'], kind.relativeNoise),
      slow: difference(entry['slow noise'], kind.slowNoise),
      slowTauH: plain(entry['slow time'], kind.slowTime) || idealSensor.slowTauH,
      bias: difference(entry.bias, undefined),
      driftPerH: this.#value(entry.drift ?? fallback(kind.drift, entry.kind.place), perHour, 'difference') ?? 0,
      spanLossPerH: plain(entry['span loss'], kind.spanLoss),
      spanLossPerSterilisation: plain(entry['span loss a sterilisation'], kind.spanLossPerSterilisation),
      offsetPerSterilisation: difference(entry['offset a sterilisation'], kind.offsetPerSterilisation),
      sterilisations: entry.sterilisations ?? 0,
      slowingPerH: plain(entry.slowing, kind.slowing),
      pivot: kind.pivot ?? 0,
    };
  }

  spectrometer(tag: string, entry: SpectrometerValue): SpectrometerSpec | undefined {
    return planSpectrometer(tag, entry, this.#names, this.#problems);
  }

  actuator(tag: string, entry: ActuatorValue): ActuatorSpec | undefined {
    const kind = actuatorKinds[entry.kind.value]!;
    const input = this.#input(entry.drives);
    if (!input) return undefined;
    const like = input.unit.dimension;
    const own = entry.range && this.#range(entry.range, input.unit);
    const { low, high } = own ?? input.range ?? { low: 0, high: Number.POSITIVE_INFINITY };
    const span = Number.isFinite(high - low) ? high - low : 0;
    const sized = (given: Located<Quantity> | undefined, share: number | undefined): number =>
      given ? (this.#value(given, like, 'difference') ?? 0) : (share ?? 0) * span;
    const amount = sameDimension(like, parseUnit('L/h').dimension) ? parseUnit('L').dimension : undefined;
    return {
      ...idealActuator,
      tag,
      drives: input.id,
      low,
      high,
      ...(entry.rate && {
        ratePerH: this.#value(entry.rate, divideDimensions(like, timeDimension), 'difference') ?? 0,
      }),
      deadBand: sized(entry['dead band'], kind.deadBand),
      step: sized(entry.step, kind.step),
      tauH: plain(entry.response, kind.response),
      error: plain(entry.error, kind.error),
      ...(entry.wear && { wear: this.#value(entry.wear, invert(amount ?? like), 'difference') ?? 0 }),
      stickband: sized(entry['stick band'], kind.stickband),
      slipJump: sized(entry['slip jump'], kind.slipJump),
      ...(entry.reservoir && { reservoir: this.#value(entry.reservoir, amount ?? like, 'difference') ?? 0 }),
    };
  }

  fault(entry: FaultValue, index: number, instruments: Instruments): FaultSpec | undefined {
    const { kind } = entry;
    const { sensors } = instruments;
    const target = this.#target(entry, instruments);
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

  calibration({ on, at, error }: CalibrationValue, sensors: readonly SensorSpec[]): Calibration | undefined {
    const known = sensors.map(({ tag }) => tag);
    const sensor = sensors.find(({ tag }) => tag === on.value);
    const output = this.#model.outputs.find(({ id }) => id === sensor?.reads);
    if (sensor && output)
      return {
        on: sensor.tag,
        atH: at.value.base,
        error: this.#value(error, output.unit.dimension, 'difference') ?? 0,
      };
    return this.#problems.error(
      'STATION_NAME_UNKNOWN',
      on.place,
      `There is no sensor \`${on.value.slice(0, 60)}\` to calibrate.${didYouMean(on.value, known)}`,
      known.length === 0 ? 'Name a file with it under `instruments`.' : `Sensors are ${known.join(', ')}.`,
    );
  }

  output({ id, kind, of }: ReturnType<typeof instrumentTags>[number]): PlanOutput {
    const output = this.#model.outputs.find((info) => info.id === of);
    const parameter = this.#model.parameters.find((info) => info.id === of);
    const { says, unit } = output ??
      parameter ?? { says: 'what the calibration leaves, in noises,', unit: parseUnit('-') };
    const words = {
      measured: `${says} as ${id} shows it`,
      quality: `quality of ${id}`,
      delivered: `${says} as ${id} delivers it`,
    };
    return { id, kind, of, says: words[kind], unit: kind === 'quality' ? parseUnit('-') : unit };
  }

  /** What a fault acts on: its id, and the unit that its size is in. */
  #target(
    entry: FaultValue,
    { sensors, spectrometers, actuators }: Instruments,
  ): { id: string; unit: Unit } | undefined {
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
    return this.#value(size, isChange ? unit.dimension : (like[kind.value] ?? none), isValue ? 'value' : 'difference');
  }

  #input(text: Located<string>): ParameterInfo | undefined {
    const inputs = this.#model.parameters.filter(({ kind }) => kind === 'input');
    const found = inputs.find(({ id }) => id === text.value) ?? inputs.find(({ id }) => id.endsWith(`.${text.value}`));
    if (found) return found;
    const known = inputs.map(({ id }) => id);
    return this.#problems.error(
      'STATION_NAME_UNKNOWN',
      text.place,
      `There is no input \`${text.value.slice(0, 60)}\`.${didYouMean(text.value, known)}`,
      `Inputs are ${known.join(', ')}.`,
    );
  }

  #value(given: Located<Quantity> | undefined, like: Dimension, use: 'value' | 'difference'): number | undefined {
    return checkedValue(this.#problems, given, like, use);
  }

  #range(text: Located<string>, unit: Unit): { low: number; high: number } | undefined {
    return checkedRange(this.#problems, text, unit);
  }
}

function invert(dimension: Dimension): Dimension {
  return divideDimensions(divideDimensions(dimension, dimension), dimension);
}

function fallback(text: string | undefined, place: Place): Located<Quantity> | undefined {
  return text === undefined ? undefined : { value: parseQuantity(text), place };
}

/** Times and shares, whose unit the form of the file has checked. */
function plain(given: Located<Quantity> | undefined, text: string | undefined): number {
  if (given) return given.value.base;
  return text === undefined ? 0 : parseQuantity(text).base;
}
