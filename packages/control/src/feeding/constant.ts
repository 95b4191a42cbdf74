import type { FeedStrategy } from './strategy.ts';

/** The same rate from start to end. */
export function constantFeed(rateLPerH: number): FeedStrategy {
  return { name: 'constant', begin: () => undefined, demand: (scan) => void (scan[2] = rateLPerH) };
}
