export {
  type Advice,
  type AlarmAction,
  alarmActions,
  type Command,
  type FaultRequest,
  type GuardMode,
  guardModes,
  type JobAction,
  type JobOrder,
  jobActions,
  type MaintenanceAction,
  maintenanceActions,
  type Person,
  type ProgramOrder,
  type Receipt,
  type RecipeAction,
  type Refusal,
  recipeActions,
} from './command.ts';
export {
  type Dimension,
  dimensionless,
  divideDimensions,
  formatDimension,
  isDimensionless,
  multiplyDimensions,
  raiseDimension,
  sameDimension,
  timeDimension,
} from './dimension.ts';
export { escapeHtml } from './html-text.ts';
export {
  formatPlace,
  formatProblem,
  type Place,
  type Problem,
  ProblemError,
  Problems,
  problemLimit,
} from './problem.ts';
export { parseQuantity, parseRange, type Quantity } from './quantity.ts';
export { didYouMean, nearest } from './suggestion.ts';
export { mayAct, qualityNoValue, qualitySimulated, type Role, roles, type Tag, tagQualities } from './tag.ts';
export { fromBase, parseUnit, toBase, type Unit, UnitError, unitNames } from './unit.ts';
