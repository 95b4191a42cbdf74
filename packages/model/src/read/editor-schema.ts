import type { Field } from './field.ts';

/** JSON Schema of a kind of file, for editors. */
export const editorSchema = (title: string, { schema }: Field<unknown>): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title,
  ...schema,
});
