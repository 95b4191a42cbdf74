import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './test-cases/world.ts';
import {
  type Answer,
  AnswerCheck,
  committedDocument,
  type Operation,
  operationsOf,
  type Schema,
  send,
} from './test-document.ts';

/** More of them, and others: FEDBATCH_RANDOM_RUNS=1000 FEDBATCH_RANDOM_SEED=2 vitest run packages/api/src/random-requests.test.ts */
const numRuns = Number(process.env.FEDBATCH_RANDOM_RUNS ?? 12);
const seed = Number(process.env.FEDBATCH_RANDOM_SEED ?? 1);
/** An answer that takes longer is a hang. */
const longestMs = 8_000;

const document = committedDocument();
/** What takes something away comes last, so that it is there as long as others ask for it. */
const operations = operationsOf(document).sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));
const check = new AnswerCheck(document);
let world: World;
/** What names something that is there, by the name of the field: random words would hardly ever. */
let known: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  world = await openWorld();
  const { done, study, endless } = world;
  const tags = ['feed.rate.mode', 'feed.rate.setpoint', 'clock.sim.time'];
  known = {
    id: [done.id, study.id, endless.id],
    plant: ['Bioreactor1', 'paced'],
    tag: tags,
    ids: [tags.join(','), `${done.id},${done.id}`, 'X,S'],
    read: tags,
    name: ['bench-15L', 'ecoli-exponential'],
    scenario: ['ecoli-exponential'],
    study: ['none-such'],
    kind: ['vessels', 'scenarios'],
    path: ['manifest.json', 'report.html', '../../users.json'],
    unit: ['L/h', 'g/L', 'kelvin'],
    units: ['X:mg/L'],
    'if-match': ['"none"'],
  };
}, 60_000);
afterAll(() => world.close());

/** Waits for others where more than one client is to step together, which is what it is for and no hang. */
const alone = (name: string, schema: Schema): Schema => (name === 'clients' ? { ...schema, maximum: 1 } : schema);

/** Values that a schema takes. */
function taken(schema: Schema, name = ''): Arbitrary<unknown> {
  const words = known[name];
  if (words && schema.enum === undefined && schema.type === 'string')
    return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: bySchema(schema) });
  return bySchema(alone(name, schema), name);
}

function bySchema(schema: Schema, name = ''): Arbitrary<unknown> {
  const { $ref, anyOf, enum: words, type, properties, items, additionalProperties: others } = schema;
  if ($ref !== undefined) return taken(document.components.schemas[($ref as string).split('/').at(-1)!]!);
  if (anyOf !== undefined) return fc.oneof(...(anyOf as Schema[]).map((one) => taken(one, name)));
  if (words !== undefined) return fc.constantFrom(...(words as string[]));
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({
        min: (schema.minimum as number) ?? Number.MIN_SAFE_INTEGER,
        max: (schema.maximum as number) ?? Number.MAX_SAFE_INTEGER,
      });
    case 'number':
      return fc.double({
        noNaN: true,
        min: ((schema.minimum ?? schema.exclusiveMinimum) as number) ?? -Number.MAX_VALUE,
        max: (schema.maximum as number) ?? Number.MAX_VALUE,
        minExcluded: schema.exclusiveMinimum !== undefined,
      });
    case 'array':
      return fc.array(taken(items as Schema, name), { maxLength: Math.min(3, (schema.maxItems as number) ?? 3) });
    case 'object':
      return properties === undefined
        ? fc.dictionary(named(schema), taken(others as Schema), {
            minKeys: (schema.minProperties as number) ?? 0,
            maxKeys: 3,
          })
        : fc.record(
            Object.fromEntries(
              Object.entries(properties as object).map(([key, one]) => [key, taken(one as Schema, key)]),
            ),
            { requiredKeys: (schema.required as string[]) ?? [] },
          );
    case 'string':
      if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern as string));
      return fc.string({
        unit: 'grapheme',
        minLength: (schema.minLength as number) ?? 0,
        maxLength: Math.min(20, (schema.maxLength as number) ?? 20),
      });
    default:
      return fc.jsonValue();
  }
}

const named = ({ propertyNames }: Schema): Arbitrary<string> => {
  const own = fc.stringMatching(new RegExp((propertyNames as { pattern: string }).pattern));
  return fc.oneof(own, fc.constantFrom('seed', 'scan', 'charge.X', 'organism', 'recipe.fed-batch.for'));
};

/** Words that have broken programs before. */
const hostile = fc.constantFrom(
  ...[
    '',
    ' ',
    '..',
    '../../users.json',
    '%2e%2e%2f',
    'a\0b',
    '__proto__',
    'constructor',
    'toString',
    '\ud800',
    '\u202e',
  ],
  ...['1e999', '-0', 'NaN', 'null', '[object Object]', "' OR 1=1 --", '{{7*7}}', 'x'.repeat(3000), '9'.repeat(400)],
);
const anything = fc.oneof(hostile, fc.jsonValue(), fc.double(), fc.constant({ __proto__: null, a: [[]] }));

/** The same with something in it that is another thing, is gone, or is too much. */
function broken(value: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.tuple(value, anything, fc.nat(), fc.nat(3)).map(([whole, other, at, how]) => {
    if (how === 3 || typeof whole !== 'object' || whole === null) return other;
    const copy = structuredClone(whole) as Record<string, unknown>;
    const keys = Object.keys(copy);
    if (how === 0 || keys.length === 0) copy[`more${at}`] = other;
    else if (how === 1) copy[keys[at % keys.length]!] = other;
    else delete copy[keys[at % keys.length]!];
    return copy;
  });
}

interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What stands in an address: a lone half of a character cannot, so it becomes what it would be sent as. */
const inAddress = (value: unknown): string => encodeURIComponent(String(value).toWellFormed());
const inHeader = (value: unknown): string =>
  String(value)
    .replaceAll(/[^\x21-\x7e]/g, '')
    .slice(0, 500);

function requests({ path, parameters, body }: Operation, how: 'as documented' | 'broken'): Arbitrary<Request> {
  const text = (schema: Schema, name: string) =>
    how === 'as documented' ? taken(schema, name) : fc.oneof(taken(schema, name), hostile, fc.string());
  const values = fc.record(Object.fromEntries(parameters.map(({ name, schema }) => [name, text(schema, name)])), {
    requiredKeys: parameters.filter((one) => how === 'as documented' && one.required).map(({ name }) => name),
  });
  const whole = body === undefined ? fc.constant(undefined) : taken(body);
  const bodies = (how === 'as documented' ? whole : fc.oneof(whole, broken(whole))).map((value) =>
    value === undefined ? undefined : (JSON.stringify(value) ?? '{"a":'),
  );
  return fc.tuple(values, bodies).map(([given, sent]) => {
    const query = parameters.flatMap(({ name, in: where }) =>
      where === 'query' && name in given ? [given[name]].flat().map((value) => `${name}=${inAddress(value)}`) : [],
    );
    const headers = parameters.flatMap(({ name, in: where }) =>
      where === 'header' && name in given ? [[name, inHeader(given[name])]] : [],
    );
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inAddress(name in given ? given[name] : 'none'));
    return {
      url: query.length > 0 ? `${filled}?${query.join('&')}` : filled,
      headers: Object.fromEntries(headers),
      body: sent,
    };
  });
}

/** Asks without a socket, except where the answer does not end. */
async function asked(operation: Operation, { url, headers, body }: Request): Promise<Answer> {
  const token = world.tokens.administrator;
  if (operation.id.startsWith('stream'))
    return send(world.address, { ...operation, path: url }, { headers: { ...headers } }, token);
  const answer = await world.face.app.inject({
    method: operation.method as 'GET',
    url,
    headers: {
      ...headers,
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { payload: body }),
  });
  return { status: answer.statusCode, type: String(answer.headers['content-type'] ?? ''), text: answer.body };
}

describe.each(['as documented', 'broken'] as const)('random requests, %s', (how) => {
  it.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s answers as it promises',
    async (_id, operation) => {
      await fc.assert(
        fc.asyncProperty(
          fc.constant(undefined).chain(() => requests(operation, how)),
          async (request) => {
            const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), longestMs).unref());
            const answer = await Promise.race([asked(operation, request), late]);
            if (answer === undefined) throw new Error(`${operation.id} did not answer within ${longestMs} ms`);
            // An address whose last part is empty is another one.
            if (answer.status === 404 && answer.text.includes('API_ROUTE_UNKNOWN')) return;
            expect(check.wrong(operation, answer)).toBeUndefined();
            expect(answer.status, answer.text).not.toBe(500);
          },
        ),
        // A file of samples is made by a thread of its own, which takes its time to open.
        { numRuns: /^getRun(Csv|Arrow)$/.test(operation.id) ? Math.min(numRuns, 4) : numRuns, seed },
      );
    },
  );
});
