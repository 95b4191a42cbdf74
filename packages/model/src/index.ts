export { compose } from './compose/compose.ts';
export type { Part, Setup } from './compose/assembly.ts';
export { compileModel, type CompiledModel, Instance } from './instance.ts';
export { type ComponentFile, readComponent } from './read/component-file.ts';
export type * from './model.ts';
export {
  choice,
  type Field,
  integer,
  type JsonSchema,
  listOf,
  type Located,
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
export { balancesOf, inventory, type Inventory } from './balance/inventory.ts';
export { conservedIn, elementNames } from './balance/formula.ts';
export { openReactions, type OpenReaction } from './balance/open-reactions.ts';
