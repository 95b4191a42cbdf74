export { compareEnsembles, type NamedEnsemble } from './compare.ts';
export { type Design, type DesignKind, designKinds } from './design.ts';
export { type EnsembleTask, MemberPool } from './ensemble.ts';
export { LaneMembers, whyNotInLanes } from './lane-members.ts';
export { LanePool } from './lane-pool.ts';
export { ensembleChannels, type MemberRun, runMember } from './member.ts';
export { sobolDimensions } from './sobol.ts';
export { type EnsembleFrame, summarise } from './summarise.ts';
export { readVaried, type Varied, variedByFiles } from './varied.ts';
