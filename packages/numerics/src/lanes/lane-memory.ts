/**
 * The front of the memory that all workers share: i32 numbers of a run. `next` is taken from by whoever has a lane free, so that no lane waits;
 * a batch does not know which lane it runs in.
 */
export const header = {
  next: 0,
  count: 4,
  attemptLimit: 8,
  template: 12,
  variedCount: 16,
  variedSlots: 20,
  varied: 24,
  rows: 28,
  rowTimes: 32,
  results: 36,
  outcomes: 40,
  attempts: 44,
} as const;

/** Where the constants start. */
export const poolStart = 64;

/** What stands for a batch when all is done. */
export const laneOutcome = {
  /** No lane has come to it. */
  waiting: 0,
  done: 1,
  /** The lanes cannot go on; whoever asked may ask the single-plant code for the reason. */
  stuck: 2,
} as const;
