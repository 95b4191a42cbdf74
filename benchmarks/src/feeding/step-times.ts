import { type PredictiveSettings, predictiveController } from '@fedbatch/control';
import { batchReactor } from '@fedbatch/control/fed-penicillin';
import { compileModel, Instance, type Model } from '@fedbatch/model';
import { createIntegrator } from '@fedbatch/numerics';
import { feedingCases, limits, modelOfCase } from './case.ts';
import { contenders } from './contenders.ts';
import { drawPlant } from './plants.ts';
import { runTrial } from './trial.ts';

/** Times of the steps of one controller, ms. */
export interface StepTimes {
  readonly name: string;
  readonly steps: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly maximum: number;
  /** What others say of the same problem, and where. */
  readonly reference: string;
}

function timesOf(name: string, times: readonly number[], reference: string): StepTimes {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { name, steps: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), maximum: sorted.at(-1)!, reference };
}

const penicillin = batchReactor({ relativeTolerance: 1e-7, tolerance: 1e-6, evaluations: 60 });

/** Growth at 0.22 1/h over three hours in moves of six minutes, with acetate and oxygen kept. */
const ecoli: PredictiveSettings = {
  model: modelOfCase(feedingCases[1]!, 'believed'),
  input: 'vessel.feedRate',
  moves: 30,
  stepH: 0.1,
  method: 'rodas4',
  relativeTolerance: 1e-4,
  wishes: [{ output: 'organism.mu', track: { at: 0.22, weight: 100 } }],
  limits: [
    { output: 'A', side: 'above', limit: limits.acetateGPerL, weight: 100 },
    { output: 'organism.DO', side: 'below', limit: limits.oxygen, weight: 100 },
  ],
  moveWeight: 1e3,
  low: 0,
  high: 0.2,
  evaluations: 40,
  tolerance: 1e-4,
};

/** Measures the adaptive feed on some plants, and two predictive controllers in closed loop on the plant that they believe in. */
export function measureSteps(): StepTimes[] {
  return [
    timesOf(
      'estimator (12 unknowns, 4 signals) with its feed law, E. coli',
      feedingSteps('adaptive'),
      '0.036 ms, 99 %: 0.30 ms (six states, no limits; reference prototype)',
    ),
    timesOf(
      'the same over a moving horizon of 24 stages of five steps',
      feedingSteps('adaptive, moving horizon'),
      'none found',
    ),
    timesOf(
      'predictive, 4 states, 20 moves (do-mpc batch reactor)',
      closedLoop(penicillin, 150),
      '77 to 87 ms (do-mpc with IPOPT, another machine)',
    ),
    timesOf('predictive, E. coli with two limits, 30 moves', closedLoop(ecoli, 100), '-'),
  ];
}

/** Times of the steps of a contender on some plants of case B. */
function feedingSteps(contender: string): number[] {
  const caseB = feedingCases[1]!;
  const model = modelOfCase(caseB, 'believed');
  const times: number[] = [];
  for (let index = 0; index < 12; index++) {
    const drawn = drawPlant(caseB, 1, 1, index);
    const { stepMs } = runTrial(caseB, model, drawn, contenders[contender]!, { seed: 1 });
    // The first plants are met by code that is not optimised yet.
    if (index >= 2) times.push(...stepMs);
  }
  return times;
}

/** Times of the moves of three runs; the first run is not counted. */
function closedLoop(settings: PredictiveSettings, moves: number): number[] {
  const make = predictiveController(settings);
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const controller = make();
    const plant = startOf(settings.model);
    const slot = plant.instance.slotOf(settings.input);
    let last = 0;
    for (let k = 0; k < moves; k++) {
      const state = plant.integrator.state.slice(0, settings.model.coreSize);
      const began = performance.now();
      last = controller.move(k * settings.stepH, state, last);
      if (run > 0) times.push(performance.now() - began);
      plant.instance.parameters[slot] = last;
      plant.integrator.jump();
      plant.integrator.advance((k + 1) * settings.stepH);
    }
  }
  return times;
}

function startOf(model: Model) {
  const instance = new Instance(compileModel(model));
  const absoluteTolerance = Float64Array.from(model.states, ({ scale }) => 1e-9 * scale);
  const integrator = createIntegrator(instance, { method: 'rodas5p', relativeTolerance: 1e-6, absoluteTolerance });
  integrator.begin(0, instance.startState());
  return { instance, integrator };
}

export function stepTable(times: readonly StepTimes[]): string {
  const ms = (value: number): string => value.toPrecision(2);
  return [
    '| controller | steps | median, ms | 95 %, ms | 99 %, ms | longest, ms | elsewhere |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...times.map(
      ({ name, steps, p50, p95, p99, maximum, reference }) =>
        `| ${name} | ${steps} | ${ms(p50)} | ${ms(p95)} | ${ms(p99)} | ${ms(maximum)} | ${reference} |`,
    ),
  ].join('\n');
}
