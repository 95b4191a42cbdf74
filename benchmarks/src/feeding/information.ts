import { compileModel, Instance, sensitivityModel } from '@fedbatch/model';
import { createIntegrator, RandomStream } from '@fedbatch/numerics';
import { believed, type FeedingCase, modelOfCase, noise, sampleEveryH, stepH } from './case.ts';
import { contenders } from './contenders.ts';
import { type DrawnPlant, drawPlant, nominal, spreads } from './plants.ts';
import { runTrial } from './trial.ts';

/** What is measured in a variant of the question what the data allow. */
interface Measuring {
  readonly says: string;
  /** Signals that are measured every minute, and every two hours. */
  readonly signals: readonly Signal[];
  readonly sampleAtStart?: true;
  /** Everything is known from this time on, whatever the signals say, h. */
  readonly knownFromH?: number;
}

type Signal = 'oxygenUptake' | 'oxygen' | 'biomass' | 'acetate';

const outputs: Readonly<Record<Signal, string>> = {
  oxygenUptake: 'organism.oxygenUptake',
  oxygen: 'organism.DO',
  biomass: 'X',
  acetate: 'A',
};
const all: readonly Signal[] = ['oxygenUptake', 'oxygen', 'biomass', 'acetate'];

const measurings: readonly Measuring[] = [
  { says: 'nothing before the first sample, everything from then on', signals: [], knownFromH: sampleEveryH },
  { says: 'what the benchmark measures', signals: all },
  {
    says: 'what the benchmark measures, everything known from the first sample on',
    signals: all,
    knownFromH: sampleEveryH,
  },
  { says: 'a sample at the start too', signals: all, sampleAtStart: true },
  { says: 'no acetate samples', signals: ['oxygenUptake', 'oxygen', 'biomass'] },
  { says: 'no biomass samples', signals: ['oxygenUptake', 'oxygen', 'acetate'] },
  { says: 'neither', signals: ['oxygenUptake', 'oxygen'] },
  { says: 'nothing at all', signals: [] },
];

/** Unknowns of a plant: parameters of the model, and the standard deviation of the logarithm of each at severity 1. */
const unknowns = (): readonly { readonly id: string; readonly spread: number }[] => [
  ...Object.entries(spreads.organism).map(([id, spread]) => ({ id: `organism.${id}`, spread })),
  { id: 'charge.X', spread: spreads.biomass },
  // What a pump gives too much and what its feed holds too much are the same to all but the volume.
  { id: 'streams.feed.S', spread: Math.hypot(spreads.feed, spreads.pump) },
];

/** Derivatives of the growth rate and of the signals by the logarithms of the unknowns, at every step of a plant that is fed as the oracle feeds it. */
interface Course {
  readonly values: readonly Float64Array[];
  readonly rows: readonly (readonly Float64Array[])[];
  /** Logarithms of what the plant has over what is believed. */
  readonly truth: Float64Array;
  readonly oracleError: number;
}

const watched = ['organism.mu', ...all.map((signal) => outputs[signal])];

/** Carries a plant and its exact sensitivities along the feed of the oracle. */
function courseOf(feedingCase: FeedingCase, drawn: DrawnPlant, seed: number): Course {
  const model = modelOfCase(feedingCase, 'believed');
  const fed: number[] = [];
  const { muError } = runTrial(
    feedingCase,
    model,
    drawn,
    (c, d, truth) => {
      const oracle = contenders.oracle!(c, d, truth);
      return {
        feed(shown) {
          const asked = oracle.feed(shown);
          fed.push(asked);
          return asked;
        },
      };
    },
    { seed },
  );
  const ids = unknowns().map(({ id }) => id);
  const sensitivity = sensitivityModel(
    { ...model, events: [], outputs: watched.map((id) => model.outputs.find((output) => output.id === id)!) },
    ids,
  );
  const instance = new Instance(compileModel(sensitivity.model));
  for (const [id, value] of Object.entries(drawn.parameters))
    instance.parameters[instance.slotOf(`organism.${id}`)] = value;
  instance.parameters[instance.slotOf('charge.X')] = drawn.biomassGPerL;
  instance.parameters[instance.slotOf('streams.feed.S')] = drawn.feedGPerL;
  const absoluteTolerance = Float64Array.from(sensitivity.model.states, ({ scale }) => 1e-7 * scale);
  const integrator = createIntegrator(instance, {
    method: 'rodas4',
    relativeTolerance: 1e-6,
    absoluteTolerance,
    kinks: 'ignore',
  });
  integrator.begin(0, instance.startState());
  const feed = instance.slotOf('vessel.feedRate');
  const slots = ids.map((id) => instance.slotOf(id));
  const values: Float64Array[] = [];
  const rows: Float64Array[][] = [];
  const out = new Float64Array(sensitivity.model.outputs.length);
  const look = (): void => {
    instance.clock[0] = integrator.now[0]!;
    instance.prepare();
    instance.outputs(integrator.state, out);
    const n = watched.length;
    values.push(out.slice(0, n));
    rows.push(
      watched.map((_, k) => Float64Array.from(ids, (__, i) => out[n * (1 + i) + k]! * instance.parameters[slots[i]!]!)),
    );
  };
  look();
  fed.forEach((asked, step) => {
    const { disturbance } = drawn;
    const timeH = step * stepH;
    const isLess = disturbance.kind === 'less feed' && timeH >= disturbance.fromH && timeH < disturbance.toH;
    instance.parameters[feed] = Math.max(0, asked) * drawn.pump * (isLess ? disturbance.factor : 1);
    integrator.jump();
    integrator.advance(timeH + stepH);
    look();
  });
  const truth = Float64Array.from(ids, (id) => {
    const own = id.replace('organism.', '');
    if (id === 'charge.X') return Math.log(drawn.biomassGPerL / believed.biomassGPerL);
    if (id === 'streams.feed.S') return Math.log((drawn.feedGPerL * drawn.pump) / believed.feedGPerL);
    if (own === 'kLa') return Math.log(drawn.parameters.kLa! / feedingCase.kLaPerH);
    return Math.log(drawn.parameters[own]! / nominal[own as keyof typeof nominal]);
  });
  return { values, rows, truth, oracleError: muError };
}

/**
 * Error of the growth rate that is left to the best of all causal controllers, to first order: the unknowns are Gaussian with the spreads that plants are
 * drawn with, signals are linear in them along the course of the oracle, and the feed is chosen by their conditional mean (Kalman 1960, J. Basic Eng. 82,
 * 35: no estimate has a smaller mean square). Disturbances are taken to be known. Root mean square over the run, 1/h.
 */
function leastError(severity: number, course: Course, measuring: Measuring, stream: RandomStream): number {
  const { values, rows, truth } = course;
  const n = truth.length;
  const p = new Float64Array(n * n);
  unknowns().forEach(({ spread }, i) => {
    p[i * n + i] = (severity * spread) ** 2;
  });
  const mean = new Float64Array(n);
  const gain = new Float64Array(n);
  const take = (row: Float64Array, variance: number): void => {
    stream.normal();
    let innovation = Math.sqrt(variance) * stream.drawn[0]!;
    let total = variance;
    for (let i = 0; i < n; i++) {
      gain[i] = 0;
      for (let j = 0; j < n; j++) gain[i]! += p[i * n + j]! * row[j]!;
      total += gain[i]! * row[i]!;
      innovation += row[i]! * (truth[i]! - mean[i]!);
    }
    for (let i = 0; i < n; i++) {
      mean[i]! += (gain[i]! * innovation) / total;
      for (let j = 0; j < n; j++) p[i * n + j]! -= (gain[i]! * gain[j]!) / total;
    }
  };
  const steps = values.length - 1;
  const every = Math.round(sampleEveryH / stepH);
  let squares = 0;
  for (let step = 0; step < steps; step++) {
    const isSample = step % every === 0 && (step > 0 || measuring.sampleAtStart);
    all.forEach((signal, k) => {
      if (!measuring.signals.includes(signal) || ((signal === 'biomass' || signal === 'acetate') && !isSample)) return;
      const { relative, absolute } = noise[signal];
      take(rows[step]![1 + k]!, (relative * values[step]![1 + k]!) ** 2 + absolute ** 2);
    });
    if (step * stepH >= (measuring.knownFromH ?? Number.POSITIVE_INFINITY)) continue;
    let error = 0;
    for (let i = 0; i < n; i++) error += rows[step + 1]![0]![i]! * (truth[i]! - mean[i]!);
    squares += error ** 2;
  }
  return Math.sqrt(squares / steps);
}

/** A table of what is left over the plants on which the oracle tracks within 0.01 1/h: the mean, and what 95 % stay below. */
export function informationTable(
  feedingCase: FeedingCase,
  severities: readonly number[],
  seed: number,
  plants: number,
): string {
  const found = severities.map((severity) => {
    const courses = Array.from({ length: plants }, (_, index) =>
      courseOf(feedingCase, drawPlant(feedingCase, severity, seed, index), seed),
    ).filter(({ oracleError }) => oracleError <= 0.01);
    return measurings.map((measuring) => {
      const stream = new RandomStream(seed, measuring.says);
      const errors = courses.map((course) => leastError(severity, course, measuring, stream)).sort((a, b) => a - b);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      return `${mean.toFixed(4)} (${errors[Math.floor(0.95 * errors.length)]!.toFixed(4)})`;
    });
  });
  return [
    `| what is measured, case ${feedingCase.name} | ${severities.map((severity) => `least growth error at severity ${severity} (95 %)`).join(' | ')} |`,
    `| --- |${severities.map(() => ' --- |').join('')}`,
    ...measurings.map(({ says }, m) => `| ${says} | ${found.map((column) => column[m]!).join(' | ')} |`),
  ].join('\n');
}
