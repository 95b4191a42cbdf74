export { conservedIn, elementNames } from './balance/formula.ts';
export { balancesOf, type Inventory, inventory, stated } from './balance/inventory.ts';
export { type OpenReaction, openReactions } from './balance/open-reactions.ts';
export { checkModel, type ModelCheck, type ReactionCheck, type Stiffness } from './check/check-model.ts';
export { formatCheck } from './check/format-check.ts';
export type { Part, Setup } from './compose/assembly.ts';
export { compose } from './compose/compose.ts';
export { emitC } from './emit/c.ts';
export { emitLanes, type LaneModel } from './emit/lanes.ts';
export { annotatedCode } from './explain/annotated-code.ts';
export { type Explanation, explainModel } from './explain/explanation.ts';
export { type ExplanationParts, explanationParts } from './explain/explanation-html.ts';
export { explanationText } from './explain/explanation-text.ts';
export { type CompiledModel, compileModel, Instance } from './instance.ts';
export type * from './model.ts';
export { type ObserverModel, observerModel } from './observer-model.ts';
export { type ComponentFile, type OpenFile, readComponent } from './read/component-file.ts';
export { componentSchema } from './read/component-schema.ts';
export { editorSchema } from './read/editor-schema.ts';
export {
  choice,
  type Field,
  integer,
  type JsonSchema,
  type Located,
  listOf,
  locatedText,
  mapOf,
  optional,
  quantity,
  type Read,
  type ReadContext,
  record,
  required,
  shortOr,
  text,
} from './read/field.ts';
export { type Override, parseYaml, type YamlFile } from './read/yaml-file.ts';
export { moveOfEvent, type SensitivityModel, sensitivityModel } from './sensitivity-model.ts';
export { type VariationalModel, variationalModel } from './variational-model.ts';
export { withoutReactions, type YieldMatrix, yieldMatrix } from './yield-matrix.ts';
