export { Alarm, type AlarmChange, type AlarmSettings, type AlarmState } from './alarms/alarm.ts';
export { EndDetector, type EndSettings } from './detection/end-detector.ts';
export { Covariance } from './estimation/covariance.ts';
export type { Estimator } from './estimation/estimator.ts';
export {
  compileObserver,
  type EstimatorName,
  type EstimatorSettings,
  type EstimatorSignal,
  estimatorNames,
  type HorizonSettings,
  type UncertainParameter,
  type UncertainState,
} from './estimation/estimator-settings.ts';
export { GrowthRateObserver, type GrowthRateSettings } from './estimation/growth-rate-observer.ts';
export { makeEstimator } from './estimation/make-estimator.ts';
export { ModelEstimator } from './estimation/model-estimator.ts';
export { MovingHorizonEstimator } from './estimation/moving-horizon.ts';
export { type Reconstruction, reconstruction } from './estimation/reconstruction.ts';
export { AdaptiveFeed, type AdaptiveFeedSettings, adaptiveFeed, type FeedLimit } from './feeding/adaptive.ts';
export { type AnchoredSettings, anchoredFeed } from './feeding/anchored.ts';
export { type CapacitySettings, capacityFeed } from './feeding/capacity.ts';
export { cappedFeed } from './feeding/capped.ts';
export { constantFeed } from './feeding/constant.ts';
export { type ExponentialFeedSettings, exponentialFeed } from './feeding/exponential.ts';
export { type GlucoseSettings, glucoseFeed } from './feeding/glucose.ts';
export type { ModelFeedSettings } from './feeding/model-feed.ts';
export { type MuStatSettings, muStatFeed } from './feeding/mu-stat.ts';
export { type OverrideRule, overriddenFeed } from './feeding/overridden.ts';
export { type OxygenLimitedSettings, oxygenLimitedFeed } from './feeding/oxygen-limited.ts';
export type { StrategyPart } from './feeding/parts.ts';
export { PredictiveFeed, type PredictiveFeedSettings, predictiveFeed } from './feeding/predictive-feed.ts';
export { type ProbingSettings, probingFeed } from './feeding/probing.ts';
export { type PulseStatSettings, pulseStatFeed } from './feeding/pulse-stat.ts';
export { remoteFeed } from './feeding/remote.ts';
export { type RqSettings, rqFeed } from './feeding/rq.ts';
export { type ScheduledPart, scheduledFeed } from './feeding/scheduled.ts';
export { type FeedSamples, type FeedStrategy, rateOf, type Told } from './feeding/strategy.ts';
export { type FeedTable, tableFeed } from './feeding/table.ts';
export { type TrimRule, trimmedFeed } from './feeding/trim.ts';
export { type FeedLaw, type Watching, watchedFeed } from './feeding/watched.ts';
export { type Envelope, Guard, type Proposing, type Verdict } from './guard/guard.ts';
export { type GainPoints, GainSchedule } from './loops/gain-schedule.ts';
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
export type { ProcessFit } from './tuning/process-fit.ts';
export { type RelayEnd, RelayExperiment, type RelayResult, type RelaySettings } from './tuning/relay-experiment.ts';
export { type TunedLaw, type TuningRule, tuningRules } from './tuning/tuning-rules.ts';
