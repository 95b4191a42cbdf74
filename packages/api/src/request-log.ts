import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const header = 'x-request-id';

/** What a request is called in the log and in its answer: what whoever asks calls it, so that a proxy's log and ours agree, or a new name. */
export function requestId({ headers }: IncomingMessage): string {
  const given = headers[header];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Puts the name of a request into its answer, and those of the job and plant that it is about into its lines of the log. */
export function nameRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => void reply.header(header, request.id));
  app.addHook('preHandler', async (request, reply) => {
    const { id, plant } = (request.params ?? {}) as { id?: string; plant?: string };
    if (plant !== undefined) tell(request, reply, { plant });
    else if (id !== undefined && /^\/v1\/(?:runs|studies)\//.test(request.routeOptions.url ?? ''))
      tell(request, reply, { run: id });
  });
  app.addHook('onSend', async (request, reply) => {
    // Only now does a job that was asked for have an id.
    const asked = /^\/v1\/(?:runs|studies)\/([^/]+)$/.exec(String(reply.getHeader('location') ?? ''))?.[1];
    if (asked !== undefined) tell(request, reply, { run: asked });
  });
}

function tell(request: FastifyRequest, reply: FastifyReply, about: Record<string, string>): void {
  request.log = request.log.child(about);
  reply.log = request.log;
}
