import { ProblemError, Problems } from '@fedbatch/vocabulary';

/** Throws ProblemError with one sentence on what is wrong and one on what to do. */
export function refuse(code: string, says: string, remedy: string): never {
  const problems = new Problems();
  problems.error(code, undefined, says, remedy);
  throw new ProblemError(problems.list);
}
