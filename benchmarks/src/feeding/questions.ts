import type { Model } from '@fedbatch/model';
import { type FeedingCase, feedingCases, modelOfCase, type organisms } from './case.ts';
import { contenders } from './contenders.ts';
import { drawPlant } from './plants.ts';
import { type Impairment, runTrial, type TrialFigures } from './trial.ts';

/** One line of a table: who feeds, in which case, how far plants are from what is believed, and what else is wrong. */
export interface Question {
  readonly contender: string;
  readonly feedingCase: 'A' | 'B';
  readonly severity: number;
  readonly organism: keyof typeof organisms;
  readonly impairment: Impairment;
}

/** Contenders that look at no measured value. */
const unseeing: readonly string[] = ['constant', 'open-loop exponential', 'exponential at 0.8 mu', 'oracle'];

/** The plainest question that has the same answers: who looks at no measured value does not notice what is wrong with one. */
export function plainest(question: Question): Question {
  const { contender, impairment } = question;
  return unseeing.includes(contender) && impairment.stuck !== 'pump' ? { ...question, impairment: {} } : question;
}

const models = new Map<string, Model>();

/** The model of a case, made once. */
function modelFor(feedingCase: FeedingCase, organism: Question['organism']): Model {
  const key = `${feedingCase.name} ${organism}`;
  const model = models.get(key) ?? modelOfCase(feedingCase, organism);
  models.set(key, model);
  return model;
}

/** Answers one question for some plants. A pure function of its arguments. */
export function answer(question: Question, seed: number, indices: readonly number[]): TrialFigures[] {
  const feedingCase = feedingCases.find(({ name }) => name === question.feedingCase)!;
  const model = modelFor(feedingCase, question.organism);
  return indices.map((index) =>
    runTrial(
      feedingCase,
      model,
      drawPlant(feedingCase, question.severity, seed, index),
      contenders[question.contender]!,
      {
        seed,
        impairment: question.impairment,
      },
    ),
  );
}

const names = Object.keys(contenders);

/** Everybody in both cases at both severities. */
export const mainQuestions: readonly Question[] = [1, 1.5].flatMap((severity) =>
  (['A', 'B'] as const).flatMap((feedingCase) =>
    names.map((contender) => ({ contender, feedingCase, severity, organism: 'believed' as const, impairment: {} })),
  ),
);

/** What else can be wrong, by its words. */
export const impairments: Readonly<Record<string, Pick<Question, 'impairment' | 'organism'>>> = {
  'nothing else': { organism: 'believed', impairment: {} },
  'a sample at the start too': { organism: 'believed', impairment: { sampleAtStart: true } },
  'no acetate samples': { organism: 'believed', impairment: { noAcetate: true } },
  'no biomass samples': { organism: 'believed', impairment: { noBiomass: true } },
  neither: { organism: 'believed', impairment: { noAcetate: true, noBiomass: true } },
  'samples 15 min late': { organism: 'believed', impairment: { sampleDelayH: 0.25 } },
  'samples 30 min late': { organism: 'believed', impairment: { sampleDelayH: 0.5 } },
  'a third of the samples missing': { organism: 'believed', impairment: { missed: 1 / 3 } },
  'oxygen probe stuck from 3 h to 5 h': { organism: 'believed', impairment: { stuck: 'oxygen', fromH: 3, toH: 5 } },
  'oxygen uptake frozen from 3 h to 5 h': {
    organism: 'believed',
    impairment: { stuck: 'oxygenUptake', fromH: 3, toH: 5 },
  },
  'pump blocked from 3 h for 20 min': { organism: 'believed', impairment: { stuck: 'pump', fromH: 3, toH: 3 + 1 / 3 } },
  'a plant of another structure': { organism: 'other', impairment: {} },
};

export const impairedContenders = [
  'open-loop exponential',
  'classical with acetate rule',
  'adaptive',
  'adaptive, moving horizon',
  'oracle',
] as const;

export const impairedQuestions: readonly Question[] = Object.values(impairments).flatMap((wrong) =>
  (['A', 'B'] as const).flatMap((feedingCase) =>
    impairedContenders.map((contender) => ({ contender, feedingCase, severity: 1, ...wrong })),
  ),
);
