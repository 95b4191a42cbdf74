import { describe, expect, it } from 'vitest';
import { formatProblem, ProblemError, Problems, problemLimit } from './problem.ts';
import { didYouMean, nearest } from './suggestion.ts';

const place = { file: 'sims/organisms/mine.yaml', line: 14, column: 22 };

describe('a problem', () => {
  it('is written with its place, its detail indented, and the remedy last', () => {
    const problems = new Problems();
    problems.error('X_Y_Z', place, 'reaction `overflow` does not close.', 'Lower one.', 'Carbon: 1 in, 2 out');
    expect(formatProblem(problems.list[0]!)).toBe(
      'sims/organisms/mine.yaml:14:22  reaction `overflow` does not close.\n  Carbon: 1 in, 2 out\n\n  Lower one.',
    );
  });

  it('is thrown together with all others, warnings left out', () => {
    const problems = new Problems();
    problems.warn('A_B_C', place, 'odd.', 'Look.');
    expect(() => problems.throwIfAny()).not.toThrow();
    problems.error('D_E_F', undefined, 'wrong.', 'Mend.');
    problems.error('G_H_I', undefined, 'also wrong.', 'Mend.');
    try {
      problems.throwIfAny();
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ProblemError);
      expect((error as ProblemError).problems.map(({ code }) => code)).toEqual(['D_E_F', 'G_H_I']);
    }
    expect(problems.warnings).toHaveLength(1);
  });

  it('ends reading when there are a hundred', () => {
    const problems = new Problems();
    const add = () => problems.error('A_B_C', place, 'wrong.', 'Mend.');
    for (let i = 1; i < problemLimit; i++) add();
    expect(add).toThrow(ProblemError);
    expect(problems.errors).toHaveLength(problemLimit);
  });
});

describe('a suggestion', () => {
  const known = ['biomass', 'parameters', 'Ks', 'qSmax', 'S'];
  it.each([
    ['biomas', 'biomass'],
    ['paramters', 'parameters'],
    ['praameters', 'parameters'],
    ['BIOMASS', 'biomass'],
    ['ks', 'Ks'],
    ['qSmx', 'qSmax'],
    ['s', 'S'],
  ])('finds %s', (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  it.each(['q', 'x', 'volume', '', 'completely different'])('is silent on %s', (word) => {
    expect(nearest(word, known)).toBeUndefined();
  });

  it('is a sentence of its own', () => {
    expect(didYouMean('biomas', known)).toBe(' Did you mean `biomass`?');
    expect(didYouMean('x'.repeat(10_000), known)).toBe('');
  });
});
