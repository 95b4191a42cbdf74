import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { openReactions } from '../balance/open-reactions.ts';
import { charge, gasVessel, modelOf, overflowOrganism, phComponent } from '../test-models.ts';
import { checkModel } from './check-model.ts';
import { formatCheck } from './format-check.ts';

const shipped = (path: string): string => readFileSync(join(import.meta.dirname, '../../../../sims', path), 'utf8');
const raw = shipped('organisms/Anane2017-ecoli.yaml');
const published = modelOf({ organism: raw });
const closed = modelOf({ organism: shipped('organisms/Anane2017-ecoli-closed.yaml') });

describe('the check of Anane 2017 as published', () => {
  const overflow = openReactions(published).find(({ reaction }) => reaction === 'organism.overflow')!;

  it('finds the overflow branch open by 18.6 % with formulas and 21.4 % with the carbon contents of the paper', () => {
    const carbon = overflow.residuals.find(({ balance }) => balance === 'carbon')!;
    // By hand: (0.9097 x 0.40002 + 0.2268 x 0.48773) / 0.40002 and (0.9097 x 0.391 + 0.2268 x 0.488) / 0.391 without formulas.
    expect(carbon.relative).toBeCloseTo((0.9097 * 0.40002 + 0.2268 * 0.487731) / 0.40002 - 1, 5);
    expect(carbon.relative).toBeCloseTo(0.186, 3);
    expect(overflow.says).toMatch(/carbon \+18\.6 %/);
    expect(overflow.says).toMatch(/With the carbon contents that the source states: carbon \+21\.4 %/);
    // 1.1 / 1 without, 1.2 with biomass: gamma is 4 for glucose and acetate, 4.2 for biomass.
    expect(overflow.residuals.find(({ balance }) => balance === 'electrons')!.relative).toBeCloseTo(0.2, 2);
    expect(overflow.where).toMatch(/^organism\.yaml:\d+$/);
    expect(overflow.source).toMatch(/Anane et al\. 2017/);
  });

  it('says in words that a reaction makes nothing of what it uses', () => {
    expect(openReactions(published).map(({ reaction }) => reaction)).toEqual([
      'organism.overflow',
      'organism.unaccounted',
    ]);
    expect(openReactions(published)[1]!.says).toBe(
      'As published it uses glucose and makes nothing: its hydrogen, carbon, oxygen leave the balance.',
    );
  });

  it('shows both open reactions, with amounts, in the text', () => {
    const text = formatCheck(checkModel(published, 'component'));
    expect(text).toMatch(/OPEN as published\n {2}organism\.overflow \(organism\.yaml:\d+\)/);
    expect(text).toMatch(/carbon: 0\.03330 mol in, 0\.03951 mol out for one unit of rate \(18\.6 %\)/);
    expect(text).toMatch(/3 of 5 reactions close over their elements and charge, 2 open as published\.$/);
  });

  it('is refused without `balance: as-published`, naming element, amount and place', () => {
    const strict = raw.replace('balance: as-published\n', '');
    const line = strict.split('\n').findIndex((text) => text.includes('overflow: {')) + 1;
    try {
      modelOf({ organism: strict });
      expect.unreachable();
    } catch (error) {
      const { problems } = error as ProblemError;
      expect(error).toBeInstanceOf(ProblemError);
      expect(problems).toHaveLength(2);
      expect(problems[0]!.place).toEqual({ file: 'organism.yaml', line, column: 13 });
      expect(problems[0]!.detail).toMatch(
        /^Carbon: 1\.000 mol in, 1\.186 mol out for each mol of carbon used \(\+0\.186\)/,
      );
      expect(problems[0]!.detail).toMatch(/Yas = 0\.9097, Yxsof = 0\.2268/);
      expect(problems[0]!.remedy).toMatch(/`makes: { A: Yas, X: Yxsof }` asks for more carbon than is used/);
      expect(problems[1]!.says).toMatch(/`unaccounted` does not close/);
      expect(problems[1]!.detail).toMatch(/^Carbon: 1\.000 mol in, 0\.000 mol out/);
    }
  });
});

describe('a check', () => {
  const reactions = new Map(checkModel(closed, 'component').reactions.map((reaction) => [reaction.id, reaction]));

  it('burns glucose to carbon dioxide and water with six mol of oxygen, RQ 1 and 460 kJ for each', () => {
    const { terms, rq, electrons, heat, verdict } = reactions.get('organism.maintenance')!;
    const amounts = new Map(terms.map(({ species, amount }) => [species, amount]));
    // g for each g of glucose (ThOD 1.0657, Table 7 of the elemental data).
    expect(amounts.get('oxygen')).toBeCloseTo(-1.06568, 5);
    expect(amounts.get('carbon dioxide')).toBeCloseTo((6 * 44.009) / 180.156, 10);
    expect(amounts.get('water')).toBeCloseTo((6 * 18.015) / 180.156, 10);
    expect(verdict).toBe('closed');
    expect(rq).toBeCloseTo(1, 12);
    expect(electrons).toEqual({ in: 4, out: 0, toOxygen: expect.closeTo(4, 10) });
    expect(heat).toBeCloseTo((6 * 460) / 180.156, 8);
  });

  it('accounts for every electron: in = in products + to oxygen', () => {
    for (const { electrons } of reactions.values())
      expect(electrons!.in).toBeCloseTo(electrons!.out + electrons!.toOxygen, 10);
  });

  it('writes the stoichiometry for one gram, then for one mol', () => {
    const text = formatCheck(checkModel(closed, 'component'));
    expect(text).toMatch(
      /organism\.maintenance\n {2}1 g glucose \+ 1\.066 g oxygen -> 1\.466 g carbon dioxide \+ 0\.6 g water\n {2}1 mol glucose \+ 6 mol oxygen -> 6 mol carbon dioxide \+ 6 mol water\n/,
    );
    expect(text).toMatch(/4 of 4 reactions close over their elements and charge\.$/);
  });

  it('names what is solved for at every step', () => {
    expect(formatCheck(checkModel(modelOf({ ph: phComponent }), 'component'))).toMatch(
      /Solved for at every step: ph\.pH between 0 and 14 pH\./,
    );
  });

  it('finds the time scales of a composed scenario from its eigenvalues', () => {
    const two = (k: string) =>
      modelOf(
        {
          organism: overflowOrganism,
          vessel: gasVessel,
          two: `component: Two\nsource: test\nparameters: { fast: { value: ${k} }, slow: { value: 0.001 1/h } }\nquantities: { one: { unit: '-', is: 1 } }\nstates: { a: { unit: '-', initial: one, rate: slow * a - fast * a }, b: { unit: '-', initial: one, rate: -slow * b } }\n`,
        },
        charge,
      );
    const { stiffness } = checkModel(two('3.5e6 1/h'), 'scenario');
    expect(stiffness!.fastest).toBeCloseTo(-3.5e6, 0);
    expect(stiffness!.ratio).toBeGreaterThan(1e6);
    expect(formatCheck(checkModel(two('3.5e6 1/h'), 'scenario'))).toMatch(
      /At the start the equations are very stiff: time constants from 0\.001 s to .* h; the fastest eigenvalue is -3\.50e\+6 1\/h\./,
    );
    expect(checkModel(two('1 1/h'), 'component').stiffness).toBeUndefined();
  });
});
