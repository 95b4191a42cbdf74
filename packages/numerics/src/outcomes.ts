/** How an `advance` ended. A code costs nothing in a scan; its sentence is for the user. */
export const REACHED = 0;
export const EVENT = 1;
export const STEP_TOO_SMALL = 2;
export const STEP_LIMIT = 3;
export const NOT_FINITE = 4;
export const SINGULAR_MATRIX = 5;
export const NEGATIVE_STATE = 6;

export type Outcome = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** One sentence a code: what happened and what to do next. */
export const outcomeSentences: Record<Outcome, string> = {
  [REACHED]: 'The end of the interval was reached.',
  [EVENT]: 'An event was located before the end of the interval.',
  [STEP_TOO_SMALL]:
    'The step size fell below what the time can resolve. The model is probably discontinuous or runs to infinity here: look at the trend just before this time, or loosen the tolerance.',
  [STEP_LIMIT]:
    'The limit of steps for one interval was reached. If the model is stiff choose the method rodas5p or auto; else raise the limit.',
  [NOT_FINITE]:
    'The right-hand side is not a finite number at the last accepted state, and a smaller step does not help. A division by zero, a logarithm or root of a negative number, or an implicit unknown without a root in its bracket are the usual causes.',
  [SINGULAR_MATRIX]:
    'The iteration matrix is singular and a smaller step does not help. Two states are probably tied to each other without a rate.',
  [NEGATIVE_STATE]:
    'A state that cannot be negative would become so, and no smaller step and no conserved direction prevents it. A rate probably goes on when what it consumes is used up.',
};
