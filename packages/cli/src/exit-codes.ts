/** What the exit code of every command means; documented in the README. */
export const exitCodes = {
  /** Done, and every expectation met. */
  met: 0,
  /** The run completed and at least one expectation was missed. */
  missed: 1,
  /** What was asked for cannot be read or makes no sense. */
  badInput: 2,
  /** The numerics gave up; the result up to there is written. */
  failed: 3,
  /** Stopped by hand (Ctrl-C); the result up to there is written. */
  stopped: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
