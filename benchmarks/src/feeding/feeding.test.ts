import { describe, expect, it } from 'vitest';
import { feedingCases, limits, modelOfCase } from './case.ts';
import { contenders } from './contenders.ts';
import { informationTable } from './information.ts';
import { drawPlant } from './plants.ts';
import { answer, plainest } from './questions.ts';
import { runTrial } from './trial.ts';

const caseA = feedingCases[0]!;
const indices = [0, 1, 2, 3, 4, 5, 6, 7];
const ask = (contender: string, feedingCase: 'A' | 'B', impairment = {}) =>
  answer({ contender, feedingCase, severity: 1, organism: 'believed', impairment }, 5, indices);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the feeding benchmark', () => {
  it('draws the same plants for the same seed, others for another, and disturbances in turn', () => {
    expect(drawPlant(caseA, 1, 5, 3)).toEqual(drawPlant(caseA, 1, 5, 3));
    expect(drawPlant(caseA, 1, 6, 3)).not.toEqual(drawPlant(caseA, 1, 5, 3));
    const kinds = indices.slice(0, 5).map((index) => drawPlant(caseA, 1, 5, index).disturbance.kind);
    expect(new Set(kinds).size).toBe(5);
  });

  it('has severity scale how far plants are from what is believed', () => {
    const [mild, harsh] = [1, 2].map((severity) => Math.log(drawPlant(caseA, severity, 5, 0).biomassGPerL / 4));
    expect(harsh! / mild!).toBeCloseTo(2, 9);
  });

  it('gives the same answers to the bit when it is asked again', () => {
    const [first, again] = [ask('adaptive', 'B'), ask('adaptive', 'B')].map((list) =>
      list.map(({ stepMs: _, ...figures }) => figures),
    );
    expect(first).toEqual(again);
  });

  it.each(['constant', 'open-loop exponential', 'oracle'])(
    'asks a %s feed, which looks at nothing measured, only once',
    (contender) => {
      const impairment = { noAcetate: true, stuck: 'oxygen', fromH: 3, toH: 5, missed: 0.5 } as const;
      const question = { contender, feedingCase: 'B', severity: 1, organism: 'believed', impairment } as const;
      expect(plainest(question).impairment).toEqual({});
      const [asked, plain] = [question, plainest(question)].map((one) =>
        answer(one, 5, [0, 4]).map(({ stepMs: _, ...figures }) => figures),
      );
      expect(asked).toEqual(plain);
    },
  );

  it('shows that the open-loop feed holds a plant that is what it believes, and the oracle any', () => {
    const nominal = drawPlant(caseA, 0, 5, 0);
    const model = modelOfCase(caseA, 'believed');
    const open = runTrial(caseA, model, nominal, contenders['open-loop exponential']!, { seed: 5 });
    expect(open.muError).toBeLessThan(0.004);
    for (const { muError, peakAcetate } of ask('oracle', 'A'))
      if (peakAcetate < 0.4) expect(muError).toBeLessThan(0.01);
  });

  it('finds the adaptive feed closer to its limits than the classical one, and behind the oracle', () => {
    const hours = ['classical with acetate rule', 'adaptive', 'oracle'].map((name) =>
      mean(ask(name, 'B').map(({ hoursAcetate, hoursOxygen }) => hoursAcetate + hoursOxygen)),
    );
    expect(hours[1]).toBeLessThan(hours[0]! / 2);
    expect(hours[2]).toBeLessThan(hours[1]! + limits.briefH);
  });

  it('has an oracle that keeps every plant inside its limits, also where it loses oxygen transfer while it stands at one', () => {
    const lossesOfTransfer = [1, 6, 11, 16, 21, 26];
    const question = {
      contender: 'oracle',
      feedingCase: 'B',
      severity: 1.5,
      organism: 'believed',
      impairment: {},
    } as const;
    for (const { clean } of answer(question, 7, lossesOfTransfer)) expect(clean).toBe(true);
  });

  it.each(['oxygen', 'oxygenUptake'] as const)(
    'has the adaptive feed track as well while the probe of %s is stuck',
    (stuck) => {
      const without = mean(ask('adaptive', 'A', { stuck, fromH: 3, toH: 5 }).map(({ muError }) => muError));
      const sound = mean(ask('adaptive', 'A').map(({ muError }) => muError));
      expect(without).toBeLessThan(sound + 0.001);
    },
  );

  it.each(['adaptive', 'adaptive, moving horizon'])(
    'finds the %s feed closer to the growth rate than the open-loop one where no acetate is sampled',
    (name) => {
      const [open, adaptive] = ['open-loop exponential', name].map((contender) =>
        mean(ask(contender, 'A', { noAcetate: true }).map(({ muError }) => muError)),
      );
      expect(adaptive).toBeLessThan(0.9 * open!);
    },
  );

  it('tells what the data allow: more where there is a sample at the start, less where there is nothing', () => {
    const table = informationTable(caseA, [1], 5, 10);
    const least = (says: string): number => Number(table.match(new RegExp(`\\| ${says} \\| ([\\d.]+)`))![1]);
    expect(least('a sample at the start too')).toBeLessThan(least('what the benchmark measures'));
    expect(least('what the benchmark measures')).toBeLessThan(least('nothing at all'));
    expect(least('nothing at all')).toBeGreaterThan(0.01);
  });
});
