import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Station } from '@fedbatch/station';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiFace } from './face.ts';
import { committedDocument, type Document, operationsOf } from './test-document.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-document-'));
let station: Station;
let face: ApiFace;
beforeAll(async () => {
  station = new Station({ folder, clock: 'lockstep', speed: 1 });
  face = await ApiFace.build(station, { port: 0, host: '127.0.0.1', lab: 'locked' });
});
afterAll(async () => {
  await face.stop();
  await station.close();
  rmSync(folder, { recursive: true });
});

describe('the OpenAPI document', () => {
  it('is the one that is committed, so that a change of contract is seen', async () => {
    const { body } = await face.app.inject('/openapi.json');
    const { paths, ...frame } = JSON.parse(body) as Document;
    // In which order routes are registered is no part of the contract.
    const sorted = Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
    const text = `${JSON.stringify({ ...frame, paths: sorted }, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('__snapshots__/openapi.json');
  });

  it('is valid after the JSON Schema of OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...committedDocument() })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const { paths: _, ...without } = committedDocument();
    expect((await new Validator().validate({ ...without, openapi: 3 })).valid).toBe(false);
  });

  it('gives every operation a name of its own, under /v1 unless it is for whoever keeps the server running', () => {
    const operations = operationsOf(committedDocument());
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path } of operations) expect(path).toMatch(/^\/(v1\/|health\/|metrics$)/);
  });

  it('says every schema that it refers to, and refers to every one that it says', () => {
    const text = JSON.stringify(committedDocument());
    const { schemas, responses } = committedDocument().components;
    const said = [
      ...Object.keys(schemas).map((name) => `schemas/${name}`),
      ...Object.keys(responses).map((name) => `responses/${name}`),
    ];
    const named = new Set([...text.matchAll(/"#\/components\/([^"]+)"/g)].map((match) => match[1]!));
    expect([...named].sort()).toEqual(said.sort());
  });
});
