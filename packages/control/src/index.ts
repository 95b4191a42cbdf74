export { Alarm, type AlarmChange, type AlarmSettings, type AlarmState } from './alarms/alarm.ts';
export { constantFeed } from './feeding/constant.ts';
export { type ExponentialFeedSettings, exponentialFeed } from './feeding/exponential.ts';
export { type MuStatSettings, muStatFeed } from './feeding/mu-stat.ts';
export type { FeedSamples, FeedStrategy } from './feeding/strategy.ts';
export { type FeedTable, tableFeed } from './feeding/table.ts';
export { type TrimRule, trimmedFeed } from './feeding/trim.ts';
export { Pid, type PidSettings } from './loops/pid.ts';
export { type LoopSettings, type LoopStage, StagedLoop } from './loops/staged-loop.ts';
