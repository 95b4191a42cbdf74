import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { JobRequest, Station } from '@fedbatch/station';
import type { Static } from 'typebox';
import { whoAsks } from '../identity.ts';
import { answers } from '../responses.ts';
import { settingLines } from '../schemas/basics.ts';
import { IdempotencyKey, JobShown, StudyAsked, showJob } from '../schemas/job.ts';
import { withFolder } from './library-path.ts';

/** Many runs as one job: ensembles, and strategies that meet the same plants. */
export const studies: FastifyPluginAsyncTypebox<{ station: Station }> = async (app, { station }) => {
  app.post(
    '/studies',
    {
      schema: {
        operationId: 'startStudy',
        'x-role': 'operator',
        tags: ['studies'],
        summary: 'Start an ensemble, a comparison or a search for the best settings',
        headers: IdempotencyKey,
        body: StudyAsked,
        response: answers({ 202: JobShown }, [403, 409, 422, 503]),
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const { label } = request.body;
      const job = await station.jobs.ask(whoAsks(request), requestOf(request.body), {
        ...(label !== undefined && { label }),
        ...(key !== undefined && { key }),
      });
      return reply.code(202).header('location', `/v1/studies/${job.id}`).send(showJob(job));
    },
  );
};

function requestOf(asked: Static<typeof StudyAsked>): JobRequest {
  if (asked.kind === 'comparison')
    return {
      kind: 'comparison',
      subject: withFolder('studies', asked.study),
      ...(asked.members !== undefined && { members: asked.members }),
    };
  if (asked.kind === 'optimisation')
    return {
      kind: 'optimisation',
      subject: withFolder('scenarios', asked.scenario),
      settings: settingLines(asked.set),
      vary: Object.entries(asked.vary).map(([path, range]) => `${path}=${range}`),
      sense: asked.sense as 'maximise' | 'minimise',
      figure: asked.figure,
      evaluations: asked.evaluations ?? 200,
      ...(asked.seed !== undefined && { seed: asked.seed }),
    };
  return {
    kind: 'ensemble',
    subject: withFolder('scenarios', asked.scenario),
    settings: settingLines(asked.set),
    vary: Object.entries(asked.vary ?? {}).map(([id, how]) => `${id}=${how}`),
    members: asked.members,
    design: asked.design ?? 'sobol',
    ...(asked.seed !== undefined && { seed: asked.seed }),
  };
}
