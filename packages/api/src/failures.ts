import { ProblemError } from '@fedbatch/vocabulary';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { detailsOf, oneProblem, type ProblemDetails } from './problem-details.ts';
import { FormError } from './validation.ts';

/** What the framework finds before any route is found: an address that is none, or too long. */
export const answerFrameworkError = (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void =>
  void sendProblem(reply, detailsFor(error));

/** Makes one form of answer out of everything that can go wrong. */
export function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const details = detailsFor(error);
    if (details.status >= 500) request.log.error({ err: error }, 'a request failed');
    return sendProblem(reply, details);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      oneProblem(
        'API_ROUTE_UNKNOWN',
        `There is no ${request.method} ${request.url.split('?')[0]!.slice(0, 100)}.`,
        'The routes stand at /docs and in /openapi.json.',
      ),
    ),
  );
}

export function sendProblem(reply: FastifyReply, details: ProblemDetails): FastifyReply {
  if (details.status === 503) void reply.header('retry-after', '5');
  return reply.code(details.status).type('application/problem+json').send(details);
}

function detailsFor(error: FastifyError): ProblemDetails {
  if (error instanceof ProblemError) return detailsOf(error.problems);
  if (error instanceof FormError)
    return oneProblem(
      'API_BODY_FORM',
      error.lines[0]?.says ?? error.message,
      error.lines[0]?.remedy ?? '',
      error.lines,
    );
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return oneProblem(
        'API_BODY_SIZE',
        'The body is larger than this server takes.',
        'Send less, or send it in parts.',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return oneProblem(
        'API_BODY_MEDIA',
        'The body has a type that this route does not take.',
        'Send application/json.',
      );
  }
  if (error.statusCode === 429)
    return oneProblem(
      'API_RATE_LIMIT',
      'There were too many requests from one place.',
      'Wait as long as Retry-After says.',
    );
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return oneProblem('API_BODY_FORM', sentence(error.message), 'The routes stand at /docs and in /openapi.json.');
  return oneProblem(
    'API_SERVER_ERROR',
    'Something went wrong that should not have.',
    'The log of the server tells more, under the X-Request-Id of this answer.',
  );
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`).slice(0, 300);
