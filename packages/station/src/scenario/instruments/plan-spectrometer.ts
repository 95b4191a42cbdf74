import type { Located, OutputInfo } from '@fedbatch/model';
import { type Band, calibrate, type PureSpectrum, type SpectrometerSpec } from '@fedbatch/plant';
import { type Dimension, divideDimensions, type Problems, parseUnit, type Quantity } from '@fedbatch/vocabulary';
import type { NameTable } from '../name-table.ts';
import { checkedRange, checkedValue } from './checked-value.ts';
import type { BandValue, SpectrometerValue } from './spectrometer-shape.ts';

const shift = parseUnit('1/cm');
const count = parseUnit('-');
/** Points of a spectrum: fewer hold no bands, more hold nothing more and cost time. */
const pointLimits = { low: 20, high: 4000 };

/** A spectrometer as its file has it, resolved against the model; undefined after problems were reported. */
export function planSpectrometer(
  tag: string,
  entry: SpectrometerValue,
  names: NameTable,
  problems: Problems,
): SpectrometerSpec | undefined {
  const before = problems.errors.length;
  const find = (name: Located<string>): OutputInfo | undefined =>
    names.find(name.value, name) as OutputInfo | undefined;
  const perUnit = ({ unit }: OutputInfo): Dimension => divideDimensions(count.dimension, unit.dimension);
  const band = ({ at, width, height, shape }: BandValue, like: Dimension): Band => ({
    at: at.value.base,
    width: positive(width, problems),
    height: checkedValue(problems, height, like, 'value') ?? 0,
    shape: shape?.value ?? 'lorentz',
  });
  const components = [...entry.components].flatMap(([name, one]): PureSpectrum[] => {
    const output = find(one.reads);
    if (!output) return [];
    const bands = one.bands.map((each) => band(each, perUnit(output)));
    return [{ name, reads: output.id, bands, calibration: one.calibration?.value ?? 'known' }];
  });
  const range = checkedRange(problems, entry.range, shift);
  const { glows } = entry.fluorescence;
  const glowing = glows && find(glows.reads);
  const points = range ? 1 + Math.round((range.high - range.low) / positive(entry.step, problems)) : 0;
  if (range && !(points >= pointLimits.low && points <= pointLimits.high))
    problems.error(
      'STATION_SPECTRUM_FORM',
      entry.step.place,
      `The spectrum of \`${tag}\` would have ${points} points, and must have ${pointLimits.low} to ${pointLimits.high}.`,
      'Change `step` or `range`.',
    );
  if (!(entry.interval.value.base > 0) || entry.integration.value.base > entry.interval.value.base)
    problems.error(
      'STATION_SPECTRUM_FORM',
      entry.integration.place,
      `\`${tag}\` takes a spectrum over ${entry.integration.value.value} ${entry.integration.value.unit.text} every ${entry.interval.value.value} ${entry.interval.value.unit.text}.`,
      'Write an interval above 0 that is at least as long as the integration.',
    );
  if (problems.errors.length > before) return undefined;
  const spec: SpectrometerSpec = {
    tag,
    low: range!.low,
    high: range!.high,
    points,
    components,
    water: entry.water.map((each) => band(each, count.dimension)),
    fluorescence: { ...band(entry.fluorescence, count.dimension), shape: 'gauss' },
    ...(glows &&
      glowing && {
        glows: { reads: glowing.id, height: checkedValue(problems, glows.height, perUnit(glowing), 'value') ?? 0 },
      }),
    baselineOrder: entry['baseline order'] ?? 5,
    integrationH: entry.integration.value.base,
    intervalH: entry.interval.value.base,
    resultH: entry.result?.value.base ?? 0,
    shotNoise: entry['shot noise']?.value.base ?? 1,
    readNoise: entry['read noise']?.value.base ?? 0,
    laserWander: entry['laser wander']?.value.base ?? 0,
    laserTauH: entry['laser time']?.value.base ?? 1,
    laserLossPerH: entry['laser loss']?.value.base ?? 0,
    foulingPerH: entry.fouling?.value.base ?? 0,
    cosmicChance: entry['cosmic rays']?.value.base ?? 0,
    cosmicHeight: entry['cosmic height']?.value.base ?? 0,
  };
  const calibration = problems.errors.length > before ? undefined : calibrate(spec);
  if (!calibration || !('indistinct' in calibration)) return calibration && spec;
  return problems.error(
    'STATION_SPECTRUM_FORM',
    entry.place,
    `The calibration of \`${tag}\` cannot tell ${calibration.indistinct} from the other spectra and the baseline.`,
    'Give it a band of its own inside the range, or lower `baseline order`.',
  );
}

function positive({ value, place }: Located<Quantity>, problems: Problems): number {
  if (value.base > 0) return value.base;
  problems.error(
    'MODEL_NUMBER_RANGE',
    place,
    `${value.value} ${value.unit.text} is not above 0.`,
    'Write a width or step above 0.',
  );
  return Number.NaN;
}
