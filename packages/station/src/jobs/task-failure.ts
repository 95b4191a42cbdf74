import { type Problem, ProblemError } from '@fedbatch/vocabulary';

/** What a task threw, as plain data. */
export type TaskFailure = { readonly problems: readonly Problem[] } | { readonly message: string };

export const failureOf = (error: unknown): TaskFailure =>
  error instanceof ProblemError
    ? { problems: error.problems }
    : { message: error instanceof Error ? error.message : String(error) };
