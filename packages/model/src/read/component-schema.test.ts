import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { charge, gasVessel, overflowOrganism, phComponent } from '../test-models.ts';
import { componentSchema } from './component-schema.ts';

const sims = resolve(import.meta.dirname, '../../../../sims');
const shippedFiles = ['organisms', 'vessels', 'components'].flatMap((folder) =>
  readdirSync(join(sims, folder)).map((name) => `${folder}/${name}`),
);

// Descriptions and unions of types are for editors; everything else is held to the letter of the draft.
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(componentSchema());
const wrongs = (text: string): string[] => {
  validate(parse(text));
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
};

describe('the JSON Schema of a component', () => {
  it('names its draft and has a title, and no address of its own', () => {
    expect(componentSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
    });
    expect(componentSchema()).toHaveProperty('title');
    expect(componentSchema()).not.toHaveProperty('$id');
    expect(Object.keys(charge)).toContain('volume');
  });

  it.each(shippedFiles)('takes %s', (path) => {
    expect(wrongs(readFileSync(join(sims, path), 'utf8'))).toEqual([]);
  });

  it('takes the models of these tests', () => {
    for (const text of [overflowOrganism, gasVessel, phComponent]) expect(wrongs(text)).toEqual([]);
  });

  it.each([
    ['a wrong key', overflowOrganism.replace('biomass: X', 'biomas: X'), /biomas/],
    ['a wrong key deep inside', overflowOrganism.replace('value: 0.64 g/g/h', 'valu: 0.64 g/g/h'), /qmax .*valu/],
    ['a missing source', overflowOrganism.replace('source: test\n', ''), /source/],
    ['a word that is none of a list', overflowOrganism.replace('biomass: X', 'balance: open'), /balance/],
    ['a value without a number', overflowOrganism.replace('0.04 g/L', 'some g/L'), /Ks/],
    ['a list for a mapping', 'organism: O\nsource: test\nparameters: [1]\n', /parameters/],
  ])('refuses %s, as the reader does', (_, text, where) => {
    expect(wrongs(text).join('\n')).toMatch(where);
  });
});
