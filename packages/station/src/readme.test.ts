import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultKinds } from '@fedbatch/plant';
import { describe, expect, it } from 'vitest';
import { instrumentsSchema, scenarioSchema, serveSchema, studySchema } from './index.ts';
import { actuatorKinds, sensorKinds } from './scenario/instruments/kinds.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
/** What stands between backquotes, in pieces: keys are shown so, alone, in a path, in braces or with a value. */
const shown = new Set(
  [...readme.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code!.split(/[{}:,.]/)).map((piece) => piece.trim()),
);

/** The keys of a JSON Schema, at every depth. */
function keysOf(schema: unknown): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const { properties = {}, ...rest } = schema as { readonly properties?: Readonly<Record<string, unknown>> };
  return [...Object.keys(properties), ...[...Object.values(properties), ...Object.values(rest)].flatMap(keysOf)];
}

describe('the README of files', () => {
  it.each([
    ['a scenario', scenarioSchema()],
    ['an instruments file', instrumentsSchema()],
    ['a study', studySchema()],
    ['a server', serveSchema()],
  ])('names every key of %s', (_, schema) => {
    const keys = [...new Set(keysOf(schema))];
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.filter((key) => !shown.has(key))).toEqual([]);
  });

  it.each([
    ['sensors', sensorKinds],
    ['actuators', actuatorKinds],
    ['faults', faultKinds],
  ])('names every kind of %s', (noun, kinds) => {
    const [, words = ''] = new RegExp(`^Kinds of ${noun}: ([^]*?)(?=\n\n|\nKinds of)`, 'm').exec(readme) ?? [];
    const named = new Set(
      words.split(/[:;,.(]|\bat a sensor\b|\bat an actuator\b|\bof the process\b/).map((word) => word.trim()),
    );
    expect(Object.keys(kinds).filter((kind) => !named.has(kind))).toEqual([]);
  });
});
