import { mayAct, type Role, roles } from '@fedbatch/vocabulary';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiFace } from './face.ts';
import { access } from './test-cases/access.ts';
import { breakable, brokenAsks } from './test-cases/broken.ts';
import { jobs } from './test-cases/jobs.ts';
import { library } from './test-cases/library.ts';
import { plants } from './test-cases/plants.ts';
import { type Cases, openWorld, type World } from './test-cases/world.ts';
import {
  type Answer,
  AnswerCheck,
  type Ask,
  committedDocument,
  type Operation,
  operationsOf,
  send,
} from './test-document.ts';

const cases: Cases = { ...access, ...library, ...jobs, ...plants };
/** Statuses that follow from the form of a route; the requests that lead to them are made from the document. */
const generated = [400, 403, 413, 415, 429, 500];

const document = committedDocument();
const operations = operationsOf(document);
let world: World;
let check: AnswerCheck;

beforeAll(async () => {
  world = await openWorld();
  check = new AnswerCheck(document);
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  for (const act of world.later.splice(0)) await act();
});

/** Asks, and holds the answer to the document. */
async function answered(operation: Operation, ask: Ask, token?: string, address = world.address): Promise<Answer> {
  const answer = await send(address, operation, ask, token);
  expect(check.wrong(operation, answer)).toBeUndefined();
  return answer;
}

const codeOf = ({ text }: Answer): string => JSON.parse(text).code;
const successes = ({ id }: Operation): number[] =>
  Object.keys(cases[id] ?? {})
    .map(Number)
    .filter((status) => status < 300);
const successOf = (operation: Operation, role: Role): Ask | Promise<Ask> =>
  cases[operation.id]![successes(operation)[0]!]!(world, role);

describe('the cases', () => {
  it('cover every answer that the document promises, and no other', () => {
    const promised = operations.flatMap(({ id, least, responses }) =>
      [...responses.keys()]
        .filter((status) => !generated.includes(status) && !(status === 401 && least !== 'anyone'))
        .map((status) => `${id} ${status}`),
    );
    const covered = Object.entries(cases).flatMap(([id, its]) => Object.keys(its).map((status) => `${id} ${status}`));
    expect(covered.sort()).toEqual(promised.sort());
  });

  it('know for every route who may ask, and the document says 403 where not everybody may', () => {
    for (const { id, least, responses } of operations) {
      expect([...roles, 'anyone'], id).toContain(least);
      expect(responses.has(403), id).toBe(least !== 'anyone' && least !== 'observer');
      expect(responses.has(401), id).toBe(least !== 'anyone' || id === 'makeToken');
    }
  });
});

describe.each(operations.map((operation) => [operation.id, operation] as const))('%s', (_id, operation) => {
  it.each(Object.entries(cases[operation.id] ?? {}))('answers %s where that is due', async (status, ask) => {
    const answer = await answered(operation, await ask(world, 'administrator'), world.tokens.administrator);
    expect(answer.status, answer.text).toBe(Number(status));
  });

  it('is answered to those whose role reaches, and to nobody else', async () => {
    const { least } = operation;
    for (const role of roles) {
      const isAllowed = least === 'anyone' || mayAct(role, least);
      const answer = await answered(operation, await successOf(operation, role), world.tokens[role]);
      if (isAllowed) expect(successes(operation), `${role}: ${answer.text}`).toContain(answer.status);
      else {
        expect(answer.status, `${role}: ${answer.text}`).toBe(403);
        expect(['STATION_ROLE_LEAST', 'STATION_COMMAND_ROLE']).toContain(codeOf(answer));
      }
    }
  });

  it.runIf(operation.least !== 'anyone')('wants a token that is known', async () => {
    const missing = await answered(operation, {});
    expect([missing.status, codeOf(missing)]).toEqual([401, 'API_TOKEN_MISSING']);
    const wrong = await answered(operation, {}, `${world.tokens.administrator.slice(0, -1)}_`);
    expect([wrong.status, codeOf(wrong)]).toEqual([401, 'API_TOKEN_WRONG']);
  });

  it.runIf(operation.responses.has(400))('says of every part that is wrong that it is, and where', async () => {
    for (const { what, ask } of brokenAsks(operation)) {
      expect(ask, `${what} takes everything`).toBeDefined();
      const answer = await answered(operation, ask!, world.tokens.administrator);
      expect([what, answer.status, codeOf(answer)]).toEqual([what, 400, 'API_BODY_FORM']);
    }
  });

  it.runIf(operation.responses.has(415))('takes a body in JSON and of some length', async () => {
    const path = brokenAsks(operation).at(-1)!.ask!.path!;
    const text = { 'content-type': 'text/plain' };
    const foreign = await answered(operation, { path, body: 'a text', headers: text }, world.tokens.administrator);
    expect([foreign.status, codeOf(foreign)]).toEqual([415, 'API_BODY_MEDIA']);
    const long = await answered(operation, { path, body: `"${'x'.repeat(800_000)}"` }, world.tokens.administrator);
    expect([long.status, codeOf(long)]).toEqual([413, 'API_BODY_SIZE']);
  });
});

describe('a body that has one of several forms', () => {
  it.each([
    [{ kind: 'recipe', action: 'jump' }, 'body/action must be one of hold, resume, next, stop, abort, and is "jump".'],
    [{ kind: 'reset' }, 'guard, clock, and is "reset".'],
    [{ kind: 'recipe', action: 'hold', tag: 'x' }, '`tag` has no place in body'],
    [{ kind: 'clock', action: 'speed' }, 'The command clock speed needs `speed`'],
    [{ kind: 'clock', action: 'snapshot' }, 'The command clock snapshot needs `name`'],
    [{ kind: 'advice', answer: 'override' }, 'The command advice override needs `rateLPerH`'],
    [{ kind: 'inject', fault: { on: 'DO' } }, "body/fault must have required property 'kind'"],
  ])('is told what is wrong with the form that it names: %j', async (body, says) => {
    const operation = operations.find(({ id }) => id === 'commandPlant')!;
    const answer = await answered(operation, { path: { plant: 'Bioreactor1' }, body }, world.tokens.engineer);
    expect([answer.status, JSON.parse(answer.text).detail]).toEqual([400, expect.stringContaining(says)]);
  });
});

describe('a server that is asked too often', () => {
  it('says so at every route that documents it, and at no other', async () => {
    const face = await ApiFace.start(world.station, {
      port: 0,
      host: '127.0.0.1',
      lab: 'locked',
      requestsPerMinute: 1,
    });
    await fetch(`${face.address}/v1/me`);
    for (const operation of operations) {
      const isLogin = operation.id === 'makeToken';
      for (let i = 0; isLogin && i < 20; i++) await answered(operation, { body: [] }, undefined, face.address);
      const answer = await answered(operation, isLogin ? { body: [] } : {}, undefined, face.address);
      expect([operation.id, answer.status === 429]).toEqual([operation.id, operation.responses.has(429)]);
      if (answer.status === 429) expect(codeOf(answer)).toBe('API_RATE_LIMIT');
    }
    await face.stop();
  });
});

describe('a server that makes a mistake', () => {
  it('says so at every route, and nothing of its insides', async () => {
    let isBroken = false;
    const station = breakable(world.station, () => isBroken);
    const face = await ApiFace.start(station, { port: 0, host: '127.0.0.1', lab: 'locked' });
    for (const operation of operations) {
      isBroken = false;
      const ask = await successOf(operation, 'administrator');
      isBroken = true;
      const answer = await answered(operation, ask, world.tokens.administrator, face.address);
      // These three need nothing of the station but who asks.
      const isAlone = ['isAlive', 'whoAmI', 'getSchema'].includes(operation.id);
      expect([operation.id, answer.status]).toEqual([operation.id, isAlone ? 200 : 500]);
      expect(answer.text).not.toContain('secret');
    }
    isBroken = false;
    await face.stop();
  });
});
