import { componentShape } from './component-file.ts';
import { editorSchema } from './editor-schema.ts';

/** JSON Schema of a component file (organism, vessel, component), for editors. */
export const componentSchema = (): object => editorSchema('Fedbatch component', componentShape);
