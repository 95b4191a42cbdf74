import { ProblemError, type Problems } from '@fedbatch/vocabulary';

/** What `read` gives; where it throws ProblemError, its problems join the others and nothing is given. */
export function collected<T>(problems: Problems, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.list.push(...error.problems);
    return undefined;
  }
}
