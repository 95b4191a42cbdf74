import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Station } from '@fedbatch/station';
import { Type } from 'typebox';
import type { Metrics } from '../metrics.ts';
import { fileAnswer } from '../responses.ts';

const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('not ready')]),
  says: Type.String(),
});

/** Open to anyone; asked for every few seconds, and so in the log only where it goes wrong. */
const quiet = { config: { access: 'anyone', rateLimit: false }, logLevel: 'error' } as const;

/** For whoever keeps it running: is it alive, is it ready, how much does it do. Open to anyone, and tells nothing of what is made. */
export const operations: FastifyPluginAsyncTypebox<{ station: Station; metrics: Metrics }> = async (
  app,
  { station, metrics },
) => {
  app.get(
    '/health/live',
    {
      ...quiet,
      schema: {
        operationId: 'isAlive',
        'x-role': 'anyone',
        tags: ['operations'],
        summary: 'Whether it answers',
        security: [],
        response: { 200: Health },
      },
    },
    async () => ({ status: 'ok' as const, says: 'The server answers.' }),
  );

  app.get(
    '/health/ready',
    {
      ...quiet,
      schema: {
        operationId: 'isReady',
        'x-role': 'anyone',
        tags: ['operations'],
        summary: 'Whether it takes work: the disk can be written, and the queue is not full',
        security: [],
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      const says = station.whyNotReady();
      if (says === undefined) return { status: 'ok' as const, says: 'The station takes work.' };
      return reply.code(503).send({ status: 'not ready' as const, says });
    },
  );

  app.get(
    '/metrics',
    {
      ...quiet,
      schema: {
        operationId: 'getMetrics',
        'x-role': 'anyone',
        tags: ['operations'],
        summary: 'Counts and times in the text format of Prometheus',
        security: [],
        response: { 200: fileAnswer(['text/plain'], 'metrics') },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
};
