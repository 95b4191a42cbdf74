import type { Plant } from '../plant.ts';
import { Actuator, type ActuatorSpec } from './actuator.ts';
import { ACTIVE, Fault, type FaultLabel, type FaultSpec, faultKinds, spectrumFaults, WAITING } from './fault.ts';
import { GOOD } from './quality.ts';
import { Sensor } from './sensor.ts';
import { SensorBank } from './sensor-bank.ts';
import type { SensorSpec } from './sensor-spec.ts';
import { channelsOf, Spectrometer } from './spectrometer.ts';
import type { SpectrometerSpec } from './spectrometer-spec.ts';

export interface EquipmentSpec {
  readonly sensors: readonly SensorSpec[];
  /** Each shows what its soft sensor makes of a spectrum, after the other sensors. */
  readonly spectrometers?: readonly SpectrometerSpec[];
  readonly actuators: readonly ActuatorSpec[];
  readonly faults: readonly FaultSpec[];
  /** When somebody calibrates a sensor, and what error is left. */
  readonly calibrations?: readonly Calibration[];
}

export interface Calibration {
  readonly on: string;
  readonly atH: number;
  readonly error: number;
}

/** All sensors: those of the file, then the channels of its spectrometers. */
export function allSensors({ sensors, spectrometers = [] }: EquipmentSpec): SensorSpec[] {
  return [...sensors, ...spectrometers.flatMap(channelsOf)];
}

/** What instruments show, in order: ids that begin with their tags. */
export function instrumentTags(spec: EquipmentSpec): {
  readonly id: string;
  readonly kind: 'measured' | 'quality' | 'delivered';
  /** Output or input of the equations that it stands for; for a residual its spectrometer. */
  readonly of: string;
}[] {
  return [
    ...allSensors(spec).flatMap(({ tag, reads }) => [
      { id: tag, kind: 'measured' as const, of: reads },
      { id: `${tag}.quality`, kind: 'quality' as const, of: reads },
    ]),
    ...spec.actuators.map(({ tag, drives }) => ({ id: tag, kind: 'delivered' as const, of: drives })),
  ];
}

/** A part of a snapshot. */
interface Remembering {
  readonly memorySize: number;
  save(out: Float64Array, from: number): void;
  restore(memory: Float64Array, from: number): void;
}

/**
 * The instruments round a plant: demands go through actuators to its inputs, its outputs through sensors to readings, and faults act on
 * both and on the plant. A scan allocates nothing. What is wrong is told in `labels`, and nowhere else.
 */
export class Equipment {
  readonly sensors: readonly Sensor[];
  readonly spectrometers: readonly Spectrometer[];
  readonly actuators: readonly Actuator[];
  /** What the actuators are told, one each, base units. */
  readonly demands: Float64Array;
  readonly labels: FaultLabel[] = [];
  readonly memorySize: number;
  readonly #plant: Plant;
  readonly #seed: number;
  readonly #faults: Fault[] = [];
  readonly #bank: SensorBank;
  /** The outputs of the plant, and behind them what spectrometers make of them. */
  readonly #truth: Float64Array;
  readonly #outputs: number;
  readonly #ownSensors: number;
  /** What each sensor reads of the truth, and what comes over its cable: another's where two are swapped. */
  readonly #reads: Int32Array;
  readonly #wires: Int32Array;
  readonly #drives: Int32Array;
  readonly #writes: Int32Array;
  readonly #isWriting: boolean;
  readonly #calibrations: readonly Calibration[];
  /** How many calibrations are done. */
  readonly #calibrated = new Float64Array(1);
  /** Time, time since the last reading or to the goal, and time ahead over which faults may start; all in h. */
  readonly #clock = new Float64Array(3);
  /** What sensors show, for those that are written into the equations. */
  readonly #shown: Float64Array;
  readonly #delivered: Float64Array;
  /** Which actuator drives an input, by the slot of the input; -1: none. */
  readonly #driver: Int32Array;
  /** What a person puts in the place of each reading; NaN: nothing. */
  readonly #simulated: Float64Array;
  /** Time of the last reading, in an array for the same reason. */
  readonly #sensed = new Float64Array(1);

  /** Throws RangeError where a tag, output, input or target is not known. */
  constructor(plant: Plant, spec: EquipmentSpec, seed: number, scanH: number) {
    const { model } = plant.instance;
    this.#plant = plant;
    this.#seed = seed;
    const output = (id: string): number => {
      const slot = model.outputs.findIndex((info) => info.id === id);
      if (slot < 0)
        throw new RangeError(`The model has no output \`${id}\`. Name one that \`fedbatch explain\` lists.`);
      return slot;
    };
    const sensors = allSensors(spec);
    const outputs = model.outputs.length;
    this.#bank = new SensorBank(sensors, seed, scanH);
    this.sensors = sensors.map((sensor, i) => new Sensor(sensor, this.#bank, i));
    this.#simulated = new Float64Array(this.sensors.length).fill(Number.NaN);
    this.#shown = new Float64Array(2 * this.sensors.length);
    this.spectrometers = (spec.spectrometers ?? []).map((one) => new Spectrometer(one, seed, output));
    // The channels of spectrometers read what these write behind the outputs of the equations.
    this.#reads = Int32Array.from(sensors, ({ reads }, i) =>
      i < spec.sensors.length ? output(reads) : outputs + i - spec.sensors.length,
    );
    this.#wires = this.#reads.slice();
    this.#writes = Int32Array.from(sensors, ({ writes }) =>
      writes === undefined ? -1 : plant.instance.slotOf(writes),
    );
    this.#isWriting = this.#writes.some((slot) => slot >= 0);
    this.#drives = Int32Array.from(spec.actuators, ({ drives }) => plant.instance.slotOf(drives));
    this.demands = Float64Array.from(this.#drives, (slot) => plant.instance.parameters[slot]!);
    this.#delivered = new Float64Array(this.#drives.length);
    this.#driver = Int32Array.from(plant.instance.parameters, (_, slot) => this.#drives.indexOf(slot));
    this.actuators = spec.actuators.map((actuator, i) => new Actuator(actuator, this.demands[i]!));
    this.#truth = new Float64Array(outputs + sensors.length - spec.sensors.length);
    this.#outputs = outputs;
    this.#ownSensors = spec.sensors.length;
    this.#calibrations = [...(spec.calibrations ?? [])].sort((a, b) => a.atH - b.atH);
    for (const { on } of this.#calibrations) this.#sensorIndex(on);
    for (const fault of spec.faults) this.inject(fault);
    this.memorySize =
      this.demands.length + 2 + this.#simulated.length + this.#parts().reduce((sum, part) => sum + part.memorySize, 0);
  }

  /** Adds a fault to a plant that may be running. Throws RangeError where its target is not there. */
  inject(spec: FaultSpec): void {
    this.#target(spec);
    if (spec.with !== undefined) this.#sensorIndex(spec.with);
    this.#faults.push(new Fault(spec, this.#seed));
  }

  /** Puts a value in the place of what a sensor reads, or takes it away: NaN. Throws RangeError where there is no such sensor. */
  simulate(tag: string, value: number): void {
    this.#simulated[this.#sensorIndex(tag)] = value;
  }

  /** The value that stands in the place of a reading; NaN: none does. */
  simulated(index: number): number {
    return this.#simulated[index]!;
  }

  /** Ends a fault by hand. */
  clear(id: string): void {
    for (const fault of this.#faults)
      if (fault.spec.id === id && fault.status !== ACTIVE) fault.end(this.#plant.timeH);
      else if (fault.spec.id === id) this.#end(fault, this.#plant.timeH);
  }

  /** Services an actuator: it is as new. Throws RangeError where it is not there. */
  renew(tag: string): void {
    const actuator = this.actuators.find(({ spec }) => spec.tag === tag);
    if (!actuator) throw new RangeError(`There is no actuator \`${tag}\`. Name one of the instruments file.`);
    actuator.renew();
  }

  /** The next time after `timeH` at which a fault changes: whoever integrates stops there. */
  nextChangeH(timeH: number): number {
    const calibration = this.#calibrations[this.#calibrated[0]!];
    let next = calibration && calibration.atH > timeH ? calibration.atH : Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#faults.length; i++) next = Math.min(next, this.#faults[i]!.nextChangeH(timeH));
    return next;
  }

  /** An event of the model, which faults may wait for. */
  trigger(event: string): void {
    for (const fault of this.#faults)
      if (fault.status === WAITING && fault.spec.when === event) this.#start(fault, this.#plant.timeH);
  }

  /** Sends the demands through the actuators into the plant, for the time to the goal of the plant. */
  act(): void {
    const clock = this.#clock;
    clock[0] = this.#plant.timeH;
    clock[1] = this.#plant.goalH[0]! - clock[0];
    clock[2] = clock[1];
    this.#progress();
    for (let i = 0; i < this.actuators.length; i++) {
      const actuator = this.actuators[i]!;
      actuator.act(clock, this.demands, i);
      actuator.show(this.#delivered, i);
    }
    this.#plant.demandAll(this.#drives, this.#delivered);
  }

  /** Reads every sensor at the present time. `outputs`: those of the plant, where the caller has just sensed them. */
  sense(outputs?: Float64Array): void {
    const clock = this.#clock;
    clock[0] = this.#plant.timeH;
    clock[1] = clock[0] - this.#sensed[0]!;
    this.#sensed[0] = clock[0];
    clock[2] = 0;
    this.#progress();
    this.#bank.measure(clock, this.#see(outputs), this.#wires);
    if (this.#isWriting) this.#write();
  }

  /** What there is to measure, now. */
  #see(outputs: Float64Array | undefined): Float64Array {
    const isPlain = this.#faults.length === 0 && this.spectrometers.length === 0;
    if (outputs && isPlain) return outputs;
    // A fault may just have changed the plant.
    if (!outputs || this.#faults.length > 0) this.#plant.sense(this.#truth);
    else for (let i = 0; i < this.#outputs; i++) this.#truth[i] = outputs[i]!;
    this.#takeSpectra();
    this.#rewire();
    return this.#truth;
  }

  /** Readings that are inputs of the equations. */
  #write(): void {
    this.#showSensors(this.#shown, 0);
    for (let i = 0; i < this.sensors.length; i++) {
      const written = this.#writes[i]!;
      if (written >= 0 && Number.isFinite(this.#shown[2 * i])) this.#plant.demandFrom(written, this.#shown, 2 * i);
    }
  }

  #takeSpectra(): void {
    let channel = this.#ownSensors;
    for (let i = 0; i < this.spectrometers.length; i++) {
      const spectrometer = this.spectrometers[i]!;
      const { effects } = spectrometer;
      if (!effects.frozen) spectrometer.measure(this.#clock, this.#truth, this.#outputs + channel - this.#ownSensors);
      const end = channel + spectrometer.channels;
      for (; channel < end; channel++) {
        const shown = this.sensors[channel]!.effects;
        const isDark = effects.failed || spectrometer.isBlind;
        shown.failed = shown.failed || isDark;
        shown.lost = shown.lost || isDark;
        shown.frozen = shown.frozen || effects.frozen;
        shown.isAny = shown.isAny || isDark || effects.frozen;
      }
    }
  }

  /** Demands `values[at]` of the actuator that drives an input; false where none does. A number in an array costs no box. */
  tell(inputSlot: number, values: ArrayLike<number>, at: number): boolean {
    const index = this.#driver[inputSlot]!;
    if (index >= 0) this.demands[index] = values[at]!;
    return index >= 0;
  }

  /** Writes what instruments show, in the order of `instrumentTags`: reading and quality of each sensor, delivery of each actuator. */
  show(out: Float64Array, from: number): void {
    this.#showSensors(out, from);
    const at = from + 2 * this.sensors.length;
    for (let i = 0; i < this.actuators.length; i++) this.actuators[i]!.show(out, at + i);
  }

  #showSensors(out: Float64Array, from: number): void {
    this.#bank.show(out, from);
    for (let i = 0; i < this.#simulated.length; i++) {
      if (Number.isNaN(this.#simulated[i]!)) continue;
      out[from + 2 * i] = this.#simulated[i]!;
      out[from + 2 * i + 1] = GOOD;
    }
  }

  save(out: Float64Array, from: number): void {
    out.set(this.demands, from);
    let at = from + this.demands.length;
    out[at++] = this.#sensed[0]!;
    out[at++] = this.#calibrated[0]!;
    out.set(this.#simulated, at);
    at += this.#simulated.length;
    for (const part of this.#parts()) {
      part.save(out, at);
      at += part.memorySize;
    }
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < this.demands.length; i++) this.demands[i] = memory[from + i]!;
    let at = from + this.demands.length;
    this.#sensed[0] = memory[at++]!;
    this.#calibrated[0] = memory[at++]!;
    for (let i = 0; i < this.#simulated.length; i++) this.#simulated[i] = memory[at++]!;
    for (const part of this.#parts()) {
      part.restore(memory, at);
      at += part.memorySize;
    }
  }

  /** Swapped sensors read over each other's cables; where several swaps name one, the first has it. */
  #rewire(): void {
    this.#wires.set(this.#reads);
    for (let f = this.#faults.length - 1; f >= 0; f--) {
      const fault = this.#faults[f]!;
      if (fault.status !== ACTIVE || fault.spec.kind !== 'swap' || fault.strength(this.#clock[0]!) === 0) continue;
      const a = this.#sensorIndex(fault.spec.on);
      const b = this.#sensorIndex(fault.spec.with!);
      this.#wires[a] = this.#reads[b]!;
      this.#wires[b] = this.#reads[a]!;
    }
  }

  /** What has a memory, in the order of a snapshot. */
  #parts(): readonly Remembering[] {
    return [this.#bank, ...this.spectrometers, ...this.actuators, ...this.#faults];
  }

  #calibrate(): void {
    for (;;) {
      const next = this.#calibrations[this.#calibrated[0]!];
      if (!next || this.#clock[0]! < next.atH - 1e-9) return;
      this.sensors[this.#sensorIndex(next.on)]!.calibrate(next.atH, next.error);
      this.#calibrated[0]!++;
    }
  }

  /** Starts and ends faults at the time of the clock and over what is ahead, and gathers what the active ones do. */
  #progress(): void {
    this.#calibrate();
    // Nothing has an effect but faults, and spectra on their channels.
    if (this.#faults.length === 0 && this.spectrometers.length === 0) return;
    for (let i = 0; i < this.sensors.length; i++) this.sensors[i]!.effects.clear();
    for (let i = 0; i < this.spectrometers.length; i++) this.spectrometers[i]!.effects.clear();
    for (let i = 0; i < this.actuators.length; i++) this.actuators[i]!.effects.clear();
    const timeH = this.#clock[0]!;
    const aheadH = this.#clock[2]!;
    for (let f = 0; f < this.#faults.length; f++) {
      const fault = this.#faults[f]!;
      if (fault.begins(timeH, aheadH)) this.#start(fault, timeH);
      if (fault.ends(timeH)) this.#end(fault, fault.endH);
      if (fault.status === ACTIVE) this.#apply(fault, timeH);
    }
  }

  #start(fault: Fault, timeH: number): void {
    const { id, kind, on, size } = fault.spec;
    fault.start(timeH);
    if (faultKinds[kind] === 'process') fault.before = this.#plant.instance.parameters[this.#target(fault.spec)]!;
    this.labels.push({ id, kind, on, size, fromH: fault.startH });
  }

  #end(fault: Fault, timeH: number): void {
    fault.end(timeH);
    if (faultKinds[fault.spec.kind] === 'process') this.#plant.demand(this.#target(fault.spec), fault.before);
    const label = this.labels.findLast(({ id }) => id === fault.spec.id);
    if (label) label.toH = timeH;
  }

  #apply(fault: Fault, timeH: number): void {
    const strength = fault.strength(timeH);
    switch (faultKinds[fault.spec.kind]) {
      case 'sensor':
        return applyToSensor(this.#sensing(fault.spec.on), fault, strength, timeH);
      case 'actuator':
        return applyToActuator(this.actuators[this.#actuatorIndex(fault.spec.on)]!, fault, strength);
      case 'plant':
        for (let i = 0; i < this.actuators.length; i++) if (strength > 0) switchOff(this.actuators[i]!);
        return;
      case 'process':
        return this.#plant.demand(this.#target(fault.spec), this.#allowed(fault.spec, changed(fault, strength)));
    }
  }

  /** A fault changes what is there; it does not make it negative, and not beyond what the input can take. */
  #allowed(spec: FaultSpec, value: number): number {
    const info = this.#plant.instance.model.parameters[this.#target(spec)]!;
    const signed = info.kind === 'parameter' || info.kind === 'constant' || info.kind === 'held';
    const low = info.kind === 'input' && info.range ? info.range.low : signed ? Number.NEGATIVE_INFINITY : 0;
    const high = info.kind === 'input' && info.range ? info.range.high : Number.POSITIVE_INFINITY;
    return Math.min(Math.max(value, low), high);
  }

  /** Slot of what a fault acts on. */
  #target({ kind, on }: FaultSpec): number {
    switch (faultKinds[kind]) {
      case 'sensor':
        if (this.#sensing(on) instanceof Spectrometer && !spectrumFaults.has(kind))
          throw new RangeError(`A spectrometer has no \`${kind}\`. Name one of its readings, as ${on}.residual.`);
        return -1;
      case 'actuator':
        return this.#actuatorIndex(on);
      case 'plant':
        return -1;
      case 'process':
        return this.#plant.instance.slotOf(on);
    }
  }

  /** A sensor or a spectrometer. */
  #sensing(tag: string): Sensor | Spectrometer {
    for (let i = 0; i < this.spectrometers.length; i++)
      if (this.spectrometers[i]!.spec.tag === tag) return this.spectrometers[i]!;
    return this.sensors[this.#sensorIndex(tag)]!;
  }

  #sensorIndex(tag: string): number {
    for (let i = 0; i < this.sensors.length; i++) if (this.sensors[i]!.spec.tag === tag) return i;
    throw new RangeError(
      `There is no sensor \`${tag}\`. Sensors are ${this.sensors.map(({ spec }) => spec.tag).join(', ')}.`,
    );
  }

  #actuatorIndex(tag: string): number {
    for (let i = 0; i < this.actuators.length; i++) if (this.actuators[i]!.spec.tag === tag) return i;
    throw new RangeError(
      `There is no actuator \`${tag}\`. Actuators are ${this.actuators.map(({ spec }) => spec.tag).join(', ')}.`,
    );
  }
}

function changed({ spec, before }: Fault, strength: number): number {
  switch (spec.change ?? 'factor') {
    case 'factor':
      return before * (1 + strength * (spec.size - 1));
    case 'offset':
      return before + strength * spec.size;
    case 'value':
      return before + strength * (spec.size - before);
  }
}

function applyToSensor({ effects }: Sensor | Spectrometer, fault: Fault, strength: number, timeH: number): void {
  const { kind, size } = fault.spec;
  if (strength === 0) return;
  effects.isAny = true;
  switch (kind) {
    case 'bias':
      effects.bias += strength * size;
      return;
    case 'drift':
      effects.bias += strength * size * (timeH - fault.startH);
      return;
    case 'freeze':
      effects.frozen = true;
      return;
    case 'spikes':
      effects.spike += strength * size * fault.spike();
      return;
    case 'noise':
      effects.noise *= 1 + strength * (size - 1);
      return;
    case 'drop-out':
      effects.failed = true;
      effects.lost = true;
      return;
    case 'unit mix-up':
      effects.factor *= 1 + strength * (size - 1);
      return;
    case 'window fouling':
      effects.factor *= Math.max(0, 1 - strength * size);
      return;
    case 'delayed result':
      effects.delayH += strength * size;
      return;
    case 'lost result':
      effects.lost = true;
  }
}

function switchOff({ effects }: Actuator): void {
  effects.isAny = true;
  effects.off = true;
}

function applyToActuator({ effects }: Actuator, fault: Fault, strength: number): void {
  const { kind, size } = fault.spec;
  if (strength === 0) return;
  effects.isAny = true;
  switch (kind) {
    case 'slip':
    case 'occlusion':
      effects.factor *= Math.max(0, 1 - strength * size);
      return;
    case 'runaway':
      effects.runaway = true;
      return;
    case 'stuck':
      effects.stuck = true;
      return;
    case 'sticking':
      effects.stickband += strength * size;
      return;
    case 'trip':
      effects.off = true;
      return;
    case 'empty':
      effects.factor = 0;
  }
}
