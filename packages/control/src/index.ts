export { Alarm, type AlarmChange, type AlarmSettings, type AlarmState } from './alarms/alarm.ts';
export { Covariance } from './estimation/covariance.ts';
export {
  type EstimatorSettings,
  type EstimatorSignal,
  ModelEstimator,
  type UncertainParameter,
  type UncertainState,
} from './estimation/model-estimator.ts';
export { AdaptiveFeed, type AdaptiveFeedSettings, adaptiveFeed, type FeedLimit } from './feeding/adaptive.ts';
export { constantFeed } from './feeding/constant.ts';
export { type ExponentialFeedSettings, exponentialFeed } from './feeding/exponential.ts';
export { type MuStatSettings, muStatFeed } from './feeding/mu-stat.ts';
export type { FeedSamples, FeedStrategy, Told } from './feeding/strategy.ts';
export { type FeedTable, tableFeed } from './feeding/table.ts';
export { type TrimRule, trimmedFeed } from './feeding/trim.ts';
export { type Envelope, Guard, type Proposing, type Verdict } from './guard/guard.ts';
export { Pid, type PidSettings } from './loops/pid.ts';
export { type LoopSettings, type LoopStage, StagedLoop } from './loops/staged-loop.ts';
export { SwitchedStage, type Switching } from './loops/switched-stage.ts';
export {
  PredictiveController,
  type PredictiveSettings,
  predictiveController,
  type SoftLimit,
  type Wish,
} from './predictive/predictive.ts';
