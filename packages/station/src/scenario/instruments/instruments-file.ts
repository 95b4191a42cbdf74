import {
  choice,
  editorSchema,
  integer,
  listOf,
  locatedText,
  mapOf,
  optional,
  quantity,
  type Read,
  record,
  required,
  text,
} from '@fedbatch/model';
import type { Problems } from '@fedbatch/vocabulary';
import { readShaped } from '../../shaped-file.ts';
import { actuatorKinds, sensorKinds } from './kinds.ts';
import { spectrometerShape } from './spectrometer-shape.ts';

/** `pH.probe`, `feed.pump`: one or two names. */
const refuseTag = (tag: string): string | undefined =>
  /^[A-Za-z][A-Za-z0-9_]{0,39}(\.[A-Za-z][A-Za-z0-9_]{0,39})?$/.test(tag) && !/constructor|prototype/.test(tag)
    ? undefined
    : `\`${tag.slice(0, 60)}\` is not a tag such as pH.probe.`;

/** One name: its readings put a second one behind it. */
const refuseSpectrometer = (tag: string): string | undefined =>
  tag.includes('.') ? `\`${tag.slice(0, 60)}\` is not one name such as raman.` : refuseTag(tag);

const sensor = record(
  {
    kind: required(choice(Object.keys(sensorKinds)), 'what it is; the rest is that of its kind unless it is said'),
    reads: required(locatedText(), 'the quantity that it senses'),
    writes: optional(
      locatedText(),
      'an input of the equations that gets its reading, for control written as equations',
    ),
    response: optional(quantity('s'), 'time constant'),
    order: optional(integer(1, 10), 'lags in a row, each with the time constant'),
    delay: optional(quantity('s'), 'pure delay'),
    range: optional(locatedText(), 'its range, as 2..12'),
    resolution: optional(quantity(), 'smallest step of the reading'),
    interval: optional(quantity('s'), 'time between readings; default every scan'),
    at: optional(listOf(quantity('h')), 'times of samples that are taken by hand'),
    result: optional(quantity('s'), 'time from a sample to its value'),
    noise: optional(quantity(), 'standard deviation of white noise'),
    'relative noise': optional(quantity('percent'), 'the same, relative to the value'),
    'slow noise': optional(quantity(), 'standard deviation of noise that is correlated in time'),
    'slow time': optional(quantity('s'), 'its correlation time'),
    bias: optional(quantity(), 'error of its calibration'),
    drift: optional(quantity(), 'drift, per h'),
    'span loss': optional(quantity('1/h'), 'share of the span that is lost in an hour'),
    'span loss a sterilisation': optional(quantity('percent'), 'share of the span that a sterilisation takes'),
    'offset a sterilisation': optional(quantity(), 'offset that a sterilisation leaves'),
    sterilisations: optional(integer(0, 1000), 'sterilisations since its calibration'),
    slowing: optional(quantity('1/h'), 'growth of the time constant: fouling'),
    source: optional(text(), 'data sheet or paper'),
    says: optional(text(), 'remarks'),
  },
  'sensor',
);
const actuator = record(
  {
    kind: required(choice(Object.keys(actuatorKinds)), 'what it is; the rest is that of its kind unless it is said'),
    drives: required(locatedText(), 'the input that it drives'),
    range: optional(locatedText(), 'its range; default that of the input'),
    rate: optional(quantity(), 'fastest change, per h'),
    'dead band': optional(quantity(), 'changes of the demand that do nothing'),
    step: optional(quantity(), 'smallest step'),
    response: optional(quantity('s'), 'time constant'),
    error: optional(quantity('percent'), 'error of its calibration'),
    wear: optional(quantity(), 'loss of delivery for each unit delivered'),
    'stick band': optional(quantity(), 'valve: change of the demand before the stem moves'),
    'slip jump': optional(quantity(), 'valve: how far the stem then jumps'),
    reservoir: optional(quantity(), 'what its bottle holds'),
    source: optional(text(), 'data sheet or paper'),
    says: optional(text(), 'remarks'),
  },
  'actuator',
);

export const instrumentsShape = record(
  {
    instruments: required(text(), 'title of the set'),
    version: optional(choice(['1']), 'version of the format; 1'),
    source: required(text(), 'where the figures are from'),
    says: optional(text(), 'remarks'),
    sensors: optional(mapOf(sensor, { noun: 'sensor', refuse: refuseTag }), 'sensors by tag'),
    spectrometers: optional(
      mapOf(spectrometerShape, { noun: 'spectrometer', refuse: refuseSpectrometer }),
      'spectrometers with their soft sensors; readings are `raman.glucose` and `raman.residual`',
    ),
    actuators: optional(mapOf(actuator, { noun: 'actuator', refuse: refuseTag }), 'actuators by tag'),
  },
  'instruments file',
);

export type InstrumentsValue = Read<typeof instrumentsShape>;
export type SensorValue = Read<typeof sensor>;
export type ActuatorValue = Read<typeof actuator>;

/** JSON Schema of an instruments file, for editors. */
export const instrumentsSchema = (): object => editorSchema('Fedbatch instruments', instrumentsShape);

/** Reads the text of an instruments file. Throws ProblemError with every problem of form. */
export function readInstruments(source: string, file: string, problems: Problems): InstrumentsValue {
  const empty = {
    code: 'STATION_INSTRUMENTS_EMPTY',
    says: 'The instruments file is empty.',
    remedy: 'Start it with `instruments:` and a title; compare sims/instruments/.',
  };
  const value = readShaped(instrumentsShape, { source, file }, empty, problems);
  problems.throwIfAny();
  return value!;
}
