import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { hasEnded, type Job, type Station } from '@fedbatch/station';
import type { Role } from '@fedbatch/vocabulary';
import { Type } from 'typebox';
import type { EventStreams } from '../event-stream.ts';
import { whoAsks } from '../identity.ts';
import { answers, fileAnswer, Nothing } from '../responses.ts';
import { JobId, JobList, JobQuery, JobShown, showJob } from '../schemas/job.ts';

export interface JobRoutes {
  readonly station: Station;
  readonly streams: EventStreams;
  /** Where they stand, and which jobs stand there. */
  readonly at: 'runs' | 'studies';
}

const kindsAt = { runs: ['run'], studies: ['ensemble', 'comparison', 'optimisation'] } as const;

/** What runs and studies have alike: looking at them, steering them, and their files. */
export const jobs: FastifyPluginAsyncTypebox<JobRoutes> = async (app, { station, streams, at }) => {
  const one = at === 'runs' ? 'Run' : 'Study';
  const named = at === 'runs' ? 'run' : 'study';
  const get = (id: string): Job => station.jobs.getOf(kindsAt[at], id);

  app.get(
    `/${at}`,
    {
      schema: {
        operationId: at === 'runs' ? 'listRuns' : 'listStudies',
        'x-role': 'observer',
        tags: [at],
        summary: `List ${at}, the newest first`,
        querystring: JobQuery,
        response: answers({ 200: JobList }),
      },
    },
    async (request) => {
      const { status, limit = 50, ...rest } = request.query;
      const found = station.jobs.list({ ...rest, kinds: kindsAt[at], ...(status && { statuses: [status] }), limit });
      return { jobs: found.map(showJob), next: found.length === limit ? found.at(-1)!.id : null };
    },
  );

  app.get(
    `/${at}/:id`,
    {
      schema: {
        operationId: `get${one}`,
        'x-role': 'observer',
        tags: [at],
        summary: `One ${named}: status, progress, figures`,
        params: JobId,
        response: answers({ 200: JobShown }, [404]),
      },
    },
    async (request) => showJob(get(request.params.id)),
  );

  const steer = (
    word: string,
    least: Role,
    says: string,
    act: (person: ReturnType<typeof whoAsks>, job: Job) => Job,
    problems: readonly number[] = [409],
  ): void => {
    app.post(
      `/${at}/:id/${word}`,
      {
        schema: {
          operationId: `${word}${one}`,
          'x-role': least,
          tags: [at],
          summary: says,
          params: JobId,
          response: answers({ 200: JobShown }, [403, 404, ...problems]),
        },
      },
      async (request) => showJob(act(whoAsks(request), get(request.params.id))),
    );
  };
  if (at === 'runs') steer('pause', 'operator', 'Let it rest', (person, { id }) => station.jobs.pause(person, id));
  steer(
    'resume',
    'operator',
    at === 'runs' ? 'Let a paused run go on' : 'Go on with a study that was stopped, with the members that it has',
    (person, { id }) => station.jobs.resume(person, id),
  );
  steer('stop', 'operator', 'End it; what it has come to stays', (person, { id }) => station.jobs.stop(person, id));
  steer(
    'keep',
    'engineer',
    'Protect it from being deleted',
    (person, { id }) => station.jobs.keep(person, id, true),
    [],
  );
  steer('release', 'engineer', 'Let it be deleted again', (person, { id }) => station.jobs.keep(person, id, false), []);

  app.delete(
    `/${at}/:id`,
    {
      schema: {
        operationId: `delete${one}`,
        'x-role': 'engineer',
        tags: [at],
        summary: 'Delete it with its result; the journal still says that there was one',
        params: JobId,
        response: answers({ 204: Nothing }, [403, 404, 409]),
      },
    },
    async (request, reply) => {
      station.jobs.remove(whoAsks(request), get(request.params.id).id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    `/${at}/:id/stream`,
    {
      // A stream has no head alone: it would be opened and never end.
      exposeHeadRoute: false,
      schema: {
        operationId: `stream${one}`,
        'x-role': 'observer',
        tags: [at],
        summary: 'Progress as server-sent events, until it has ended',
        params: JobId,
        response: answers({ 200: fileAnswer(['text/event-stream'], 'events `job`, each the job as it is') }, [404]),
      },
    },
    (request, reply) => {
      const job = get(request.params.id);
      const stream = streams.open(request, reply);
      if (!stream) return;
      stream.latest('job', showJob(job));
      if (hasEnded(job)) return stream.end();
      const stop = station.jobs.onChange((changed) => {
        if (changed.id !== job.id) return;
        stream.latest('job', showJob(changed));
        if (hasEnded(changed)) stream.end();
      });
      stream.onClose(stop);
    },
  );

  app.get(
    `/${at}/:id/files`,
    {
      schema: {
        operationId: `list${one}Files`,
        'x-role': 'observer',
        tags: [at],
        summary: 'Files of the result',
        params: JobId,
        response: answers(
          { 200: Type.Object({ files: Type.Array(Type.Object({ path: Type.String(), bytes: Type.Integer() })) }) },
          [404],
        ),
      },
    },
    async (request) => ({ files: station.results.files(get(request.params.id)) }),
  );

  app.get(
    `/${at}/:id/files/*`,
    {
      schema: {
        operationId: `get${one}File`,
        'x-role': 'observer',
        tags: [at],
        summary: 'One file of the result: report.html, samples.parquet, journal.jsonl ...',
        params: Type.Object({ id: JobId.properties.id, '*': Type.String({ maxLength: 200 }) }),
        response: answers({ 200: fileAnswer([...Object.values(types), otherType].map(mediaOf), 'the file') }, [404]),
      },
    },
    async (request, reply) => {
      const { id, '*': path } = request.params;
      const file = station.results.open(get(id), path);
      void reply
        .type(typeOf(path))
        .header('content-length', file.bytes)
        .header('content-disposition', `inline; filename="${path.split('/').at(-1)}"`);
      // A report is a page of its own that needs nothing from here; it may run its own script and nothing else.
      if (path.endsWith('.html'))
        void reply.header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; sandbox allow-scripts",
        );
      return reply.send(file.stream);
    },
  );
};

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/jsonl',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

const otherType = 'application/octet-stream';

/** A type without its charset. */
const mediaOf = (type: string): string => type.split(';')[0]!;

const typeOf = (path: string): string => types[path.split('.').at(-1)!] ?? otherType;
