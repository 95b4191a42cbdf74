import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Station } from '@fedbatch/station';
import { Type } from 'typebox';
import { whoAsks } from '../identity.ts';
import { showPlant } from '../plant-view.ts';
import { answers, Nothing } from '../responses.ts';
import { settingLines } from '../schemas/basics.ts';
import { JobShown, showJob } from '../schemas/job.ts';
import { PlantAsked, PlantParams, PlantShown } from '../schemas/plant.ts';
import { withFolder } from './library-path.ts';

/** Plants that run now: there are more of them, or fewer, and what they did becomes a run. */
export const plants: FastifyPluginAsyncTypebox<{ station: Station }> = async (app, { station }) => {
  app.get(
    '/plants',
    {
      schema: {
        operationId: 'listPlants',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'Plants that run now',
        response: answers({ 200: Type.Object({ plants: Type.Array(PlantShown) }) }),
      },
    },
    async () => ({ plants: [...station.plants.values()].map(showPlant) }),
  );

  app.post(
    '/plants',
    {
      schema: {
        operationId: 'addPlant',
        'x-role': 'engineer',
        tags: ['plants'],
        summary: 'Build a plant from a scenario and start its clock; it is there again after a restart',
        body: PlantAsked,
        response: answers({ 201: PlantShown }, [403, 409, 422]),
      },
    },
    async (request, reply) => {
      const { name, scenario, set, clock = 'paced', speed = 1 } = request.body;
      const order = { name, scenario: withFolder('scenarios', scenario), settings: settingLines(set), clock, speed };
      const plant = station.addPlant(whoAsks(request), order);
      return reply.code(201).header('location', `/v1/plants/${name}`).send(showPlant(plant));
    },
  );

  app.get(
    '/plants/:plant',
    {
      schema: {
        operationId: 'getPlant',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'One plant: time, phase, clock',
        params: PlantParams,
        response: answers({ 200: PlantShown }, [404]),
      },
    },
    async (request) => showPlant(station.plant(request.params.plant)),
  );

  app.delete(
    '/plants/:plant',
    {
      schema: {
        operationId: 'removePlant',
        'x-role': 'engineer',
        tags: ['plants'],
        summary: 'Take a plant down that was added here; its record stays on the disk',
        params: PlantParams,
        response: answers({ 204: Nothing }, [403, 404, 409]),
      },
    },
    async (request, reply) => {
      station.removePlant(whoAsks(request), request.params.plant);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/plants/:plant/result',
    {
      schema: {
        operationId: 'keepPlantResult',
        'x-role': 'operator',
        tags: ['plants'],
        summary: 'Make a run of what the plant has done so far: samples, audit, figures, report',
        description: 'It is done again in a thread, bit for bit, while the plant goes on.',
        params: PlantParams,
        response: answers({ 202: JobShown }, [403, 404, 422, 503]),
      },
    },
    async (request, reply) => {
      const job = await station.jobs.fromPlant(whoAsks(request), station.plant(request.params.plant));
      return reply.code(202).header('location', `/v1/runs/${job.id}`).send(showJob(job));
    },
  );
};
