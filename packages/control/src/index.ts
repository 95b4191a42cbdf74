export { constantFeed } from './feeding/constant.ts';
export { exponentialFeed, type ExponentialFeedSettings } from './feeding/exponential.ts';
export type { FeedSamples, FeedStrategy } from './feeding/strategy.ts';
export { type FeedTable, tableFeed } from './feeding/table.ts';
