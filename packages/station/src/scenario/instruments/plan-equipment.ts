import type { CompiledModel, Located, Model, OutputInfo, ParameterInfo } from '@fedbatch/model';
import {
  type ActuatorSpec,
  allSensors,
  type Calibration,
  type EquipmentSpec,
  idealActuator,
  idealSensor,
  instrumentTags,
  type SensorSpec,
  type SpectrometerSpec,
} from '@fedbatch/plant';
import type { PlanOutput } from '@fedbatch/runtime';
import {
  type Dimension,
  didYouMean,
  divideDimensions,
  type Place,
  Problems,
  parseQuantity,
  parseUnit,
  type Quantity,
  sameDimension,
  timeDimension,
  type Unit,
} from '@fedbatch/vocabulary';
import { collected } from '../collected.ts';
import type { ScenarioFiles } from '../load-scenario.ts';
import { NameTable } from '../name-table.ts';
import type { CalibrationValue, ScenarioValue } from '../scenario-file.ts';
import { checkedRange, checkedValue } from './checked-value.ts';
import { type ActuatorValue, type InstrumentsValue, readInstruments, type SensorValue } from './instruments-file.ts';
import { actuatorKinds, sensorKinds } from './kinds.ts';
import { FaultPlanner } from './plan-fault.ts';
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
  const faultPlanner = new FaultPlanner(model, instruments, problems);
  const faults = (scenario.faults ?? []).flatMap((entry, i) => faultPlanner.fault(entry, i) ?? []);
  const calibrations = (scenario.calibrations ?? []).flatMap((entry) => planner.calibration(entry, sensors) ?? []);
  const spec = { sensors, spectrometers, actuators, faults, calibrations };
  return { spec, outputs: instrumentTags(spec).map((tag) => planner.output(tag)) };
}

function readFile(name: Located<string>, files: ScenarioFiles, problems: Problems): InstrumentsValue | undefined {
  const read = files.read(name);
  return read && collected(problems, () => readInstruments(read.text, read.path, new Problems()));
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
