import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { expect, it } from 'vitest';

const document = join(import.meta.dirname, '../../api/src/__snapshots__/openapi.json');

it('has the types that follow from the document as it is committed', async () => {
  const types = astToString(await openapiTS(JSON.parse(readFileSync(document, 'utf8')) as OpenAPI3));
  const head = '// Made from the OpenAPI document by `vitest run packages/client -u`; changed by nobody.\n';
  await expect(`${head}${types}`).toMatchFileSnapshot('generated/openapi.ts');
});
