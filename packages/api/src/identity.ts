import type { Station } from '@fedbatch/station';
import type { Person, Role } from '@fedbatch/vocabulary';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { oneProblem } from './problem-details.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; absent on routes that are open to anyone. */
    person: Person | undefined;
  }
  interface FastifySchema {
    /** The least role that a request needs; the station decides, and the tests hold the document to what it decides. */
    'x-role'?: Role | 'anyone';
  }
  interface FastifyContextConfig {
    /** 'anyone': needs no token. */
    access?: 'anyone';
  }
}

const anonymous: Person = { name: 'anonymous', role: 'observer', face: 'http', session: null };

/** Finds out who asks, from the token; what the person may do is the station's to say. `lab`: 'open' lets anybody on this machine read. */
export function knowPersons(app: FastifyInstance, station: Station, lab: 'locked' | 'open'): void {
  app.decorateRequest('person', undefined);
  // The rate limit is counted when a request comes in, and so before this: asking without a token is limited too.
  app.addHook('preParsing', async (request, reply) => {
    if (request.routeOptions.config.access === 'anyone') return;
    const person = personOf(station, request.headers.authorization) ?? (lab === 'open' ? anonymous : undefined);
    request.person = person;
    if (person && !(request.headers.authorization !== undefined && person === anonymous)) return;
    const details =
      request.headers.authorization === undefined
        ? oneProblem(
            'API_TOKEN_MISSING',
            'The request carries no token.',
            'Send `Authorization: Bearer fb_...`; `fedbatch users token NAME` makes one, and so does POST /v1/tokens.',
          )
        : oneProblem(
            'API_TOKEN_WRONG',
            'The token is none that is known here, or it has expired.',
            'Make another one.',
          );
    void reply.header('www-authenticate', 'Bearer realm="fedbatch"');
    await reply.code(details.status).type('application/problem+json').send(details);
  });
}

function personOf(station: Station, authorization: string | undefined): Person | undefined {
  const text = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  const found = text === undefined ? undefined : station.users.ofToken(text);
  return found && { name: found.user.name, role: found.user.role, face: 'http', session: found.id };
}

/** The person of a request that has passed. */
export function whoAsks(request: FastifyRequest): Person {
  if (!request.person) throw new Error('The route is open to anyone and asks who it is.');
  return request.person;
}
