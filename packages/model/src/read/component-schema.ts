import { componentShape } from './component-file.ts';

/** JSON Schema of a component file (organism, vessel, component), for editors. */
export function componentSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Fedbatch component',
    ...componentShape.schema,
  };
}
