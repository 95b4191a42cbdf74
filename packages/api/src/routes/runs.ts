import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ResultPart, Station } from '@fedbatch/station';
import { Type } from 'typebox';
import { whoAsks } from '../identity.ts';
import { answers } from '../responses.ts';
import { settingLines } from '../schemas/basics.ts';
import { IdempotencyKey, JobId, JobShown, RunAsked, showJob } from '../schemas/job.ts';
import { EntryAsked, EntryTaken, RecordList, RecordQuery, recordsOf } from '../schemas/record.ts';
import { withFolder } from './library-path.ts';

/** What only runs have: asking for one, doing one again, comparing some. */
export const runs: FastifyPluginAsyncTypebox<{ station: Station }> = async (app, { station }) => {
  app.post(
    '/runs',
    {
      schema: {
        operationId: 'startRun',
        'x-role': 'operator',
        tags: ['runs'],
        summary: 'Start a run',
        description: 'The files that it follows from are read and kept now; what is wrong with them is said at once.',
        headers: IdempotencyKey,
        body: RunAsked,
        response: answers({ 202: JobShown }, [403, 409, 422, 503]),
      },
    },
    async (request, reply) => {
      const { scenario, set, seed, label } = request.body;
      const key = request.headers['idempotency-key'];
      const job = await station.jobs.ask(
        whoAsks(request),
        { kind: 'run', subject: withFolder('scenarios', scenario), settings: settingLines(set, seed) },
        { ...(label !== undefined && { label }), ...(key !== undefined && { key }) },
      );
      return reply.code(202).header('location', `/v1/runs/${job.id}`).send(showJob(job));
    },
  );

  app.post(
    '/runs/:id/verify',
    {
      schema: {
        operationId: 'verifyRun',
        'x-role': 'operator',
        tags: ['runs'],
        summary: 'Run it again and compare the bytes',
        description: 'The new run has `result.verification` when it has ended. It takes the files as they were.',
        params: JobId,
        response: answers({ 202: JobShown }, [403, 404, 409, 422, 503]),
      },
    },
    async (request, reply) => {
      const job = await station.jobs.verify(whoAsks(request), request.params.id);
      return reply.code(202).header('location', `/v1/runs/${job.id}`).send(showJob(job));
    },
  );

  const Compared = Type.Object({
    runs: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), settings: Type.Array(Type.String()) })),
    figures: Type.Array(
      Type.Object({
        id: Type.String(),
        says: Type.String(),
        unit: Type.String(),
        values: Type.Array(Type.Union([Type.Number(), Type.Null()]), { description: 'one for each run' }),
        differences: Type.Array(Type.Union([Type.Number(), Type.Null()]), { description: 'from the first run' }),
      }),
    ),
  });
  app.get(
    '/runs/compare',
    {
      schema: {
        operationId: 'compareRuns',
        'x-role': 'observer',
        tags: ['runs'],
        summary: 'Key figures of some runs side by side',
        querystring: Type.Object({
          ids: Type.String({ maxLength: 1000, description: 'ids of two to twenty runs, with commas between' }),
        }),
        response: answers({ 200: Compared }, [404, 422]),
      },
    },
    async (request) => station.results.compare(request.query.ids.split(',')),
  );

  for (const [part, summary] of Object.entries(parts) as [ResultPart, string][])
    app.get(
      `/runs/:id/${part}`,
      {
        schema: {
          operationId: `getRun${part[0]!.toUpperCase()}${part.slice(1)}`,
          'x-role': 'observer',
          tags: ['runs'],
          summary,
          params: JobId,
          response: answers({ 200: Type.Unknown({ description: `${part} as in the result folder` }) }, [404]),
        },
      },
      async (request) => station.results.part(station.jobs.getOf(['run'], request.params.id), part),
    );

  app.get(
    '/runs/:id/events',
    {
      schema: {
        operationId: 'listRunEvents',
        'x-role': 'observer',
        tags: ['runs'],
        summary: 'The journal of a run: phases, alarms, interlocks, expectations',
        params: JobId,
        querystring: RecordQuery,
        response: answers({ 200: RecordList }, [404]),
      },
    },
    async (request) => {
      const job = station.jobs.getOf(['run'], request.params.id);
      return { records: recordsOf((from, limit) => station.results.records(job, from, limit), request.query) };
    },
  );

  app.post(
    '/runs/:id/entries',
    {
      schema: {
        operationId: 'addRunEntry',
        'x-role': 'operator',
        tags: ['runs'],
        summary: 'Put on record what was found or said of a run; nothing that is there changes',
        params: JobId,
        body: EntryAsked,
        response: answers({ 201: EntryTaken }, [403, 404, 409, 422]),
      },
    },
    async (request, reply) => {
      const job = station.jobs.getOf(['run'], request.params.id);
      return reply.code(201).send({ record: station.results.enter(whoAsks(request), job, request.body) });
    },
  );

  app.get(
    '/runs/:id/entries',
    {
      schema: {
        operationId: 'listRunEntries',
        'x-role': 'observer',
        tags: ['runs'],
        summary: 'What people have put on record of a run',
        params: JobId,
        querystring: RecordQuery,
        response: answers({ 200: RecordList }, [404]),
      },
    },
    async (request) => {
      const job = station.jobs.getOf(['run'], request.params.id);
      return { records: recordsOf((from, limit) => station.results.entries(job, from, limit), request.query) };
    },
  );
};

const parts = {
  manifest: 'What the result holds and what it was made from',
  figures: 'Key figures and expectations',
  audit: 'Balances of the elements, of charge and mass',
  schema: 'What each column of the samples is',
  faults: 'Ground truth of the faults, apart from everything that was measured',
} as const;
