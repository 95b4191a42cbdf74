import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Station } from '@fedbatch/station';
import { roles } from '@fedbatch/vocabulary';
import { Type } from 'typebox';
import { sendProblem } from '../failures.ts';
import { whoAsks } from '../identity.ts';
import { oneProblem } from '../problem-details.ts';
import { answers, Nothing } from '../responses.ts';
import { Text } from '../schemas/basics.ts';
import { RecordList, RecordQuery, recordsOf } from '../schemas/record.ts';

const Role = Type.Enum([...roles]);
const Me = Type.Object({ name: Type.String(), role: Role });
const TokenShown = Type.Object({
  id: Type.String(),
  label: Type.String(),
  expires: Type.Union([Type.String(), Type.Null()]),
});

const loginsPerMinute = 20;
const hoursOf = (hours: number): string => new Date(Date.now() + 3.6e6 * hours).toISOString();

/** Who somebody is, tokens, users, and the journal of the station. */
export const access: FastifyPluginAsyncTypebox<{ station: Station }> = async (app, { station }) => {
  app.post(
    '/tokens',
    {
      config: { access: 'anyone', rateLimit: { max: loginsPerMinute, timeWindow: '1 minute' } },
      schema: {
        operationId: 'makeToken',
        'x-role': 'anyone',
        tags: ['access'],
        summary: 'Log in with name and password, and get a token that expires',
        security: [],
        body: Type.Object(
          {
            name: Type.String({ maxLength: 64 }),
            password: Type.String({ maxLength: 200 }),
            label: Type.Optional(Text('what it is for', 80)),
            hours: Type.Optional(
              Type.Number({ exclusiveMinimum: 0, maximum: 8760, description: 'how long it lasts; default 12' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: answers(
          {
            201: Type.Object({
              token: Type.String({ description: 'shown once, and kept nowhere' }),
              id: Type.String(),
              expires: Type.String(),
              ...Me.properties,
            }),
          },
          [401],
        ),
      },
    },
    async (request, reply) => {
      const { name, password, label = 'log-in', hours = 12 } = request.body;
      const person = await station.logInAside(name, password, 'http', request.ip);
      if (!person)
        return sendProblem(
          reply,
          oneProblem(
            'API_LOGIN_WRONG',
            'Name and password do not belong together, or the name has to wait after wrong passwords.',
            'Try again in a moment.',
          ),
        );
      const expires = hoursOf(hours);
      const { token, text } = station.makeToken(person, person.name, label, expires);
      return reply.code(201).send({ token: text, id: token.id, expires, name: person.name, role: person.role });
    },
  );

  app.get(
    '/me',
    {
      schema: {
        operationId: 'whoAmI',
        'x-role': 'observer',
        tags: ['access'],
        summary: 'Who the token says that I am',
        response: answers({ 200: Me }),
      },
    },
    async (request) => {
      const { name, role } = whoAsks(request);
      return { name, role };
    },
  );

  app.get(
    '/me/tokens',
    {
      schema: {
        operationId: 'listTokens',
        'x-role': 'observer',
        tags: ['access'],
        summary: 'My tokens, without their secrets',
        response: answers({ 200: Type.Object({ tokens: Type.Array(TokenShown) }) }),
      },
    },
    async (request) => ({
      tokens: (station.users.list.find(({ name }) => name === whoAsks(request).name)?.tokens ?? []).map(
        ({ id, label, expires }) => ({ id, label, expires }),
      ),
    }),
  );

  app.delete(
    '/me/tokens/:id',
    {
      schema: {
        operationId: 'removeToken',
        'x-role': 'observer',
        tags: ['access'],
        summary: 'End one of my tokens',
        params: Type.Object({ id: Type.String({ maxLength: 40 }) }),
        response: answers({ 204: Nothing }, [404]),
      },
    },
    async (request, reply) => {
      station.removeToken(whoAsks(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/users',
    {
      schema: {
        operationId: 'listUsers',
        'x-role': 'administrator',
        tags: ['access'],
        summary: 'Users and their roles; the file is the one that OPC UA reads',
        response: answers({ 200: Type.Object({ users: Type.Array(Me) }) }, [403]),
      },
    },
    async (request) => ({ users: station.listUsers(whoAsks(request)) }),
  );

  app.get(
    '/journal',
    {
      schema: {
        operationId: 'listStationRecords',
        'x-role': 'engineer',
        tags: ['access'],
        summary: 'The journal of the station: log-ins, jobs, drafts, plants',
        querystring: RecordQuery,
        response: answers({ 200: RecordList }, [403]),
      },
    },
    async (request) => {
      const person = whoAsks(request);
      return { records: recordsOf((from, limit) => station.records(person, from, limit), request.query) };
    },
  );
};
