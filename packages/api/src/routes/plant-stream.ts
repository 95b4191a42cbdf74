import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { LivePlant, Station } from '@fedbatch/station';
import { Type } from 'typebox';
import type { EventStreams } from '../event-stream.ts';
import { PlantBroadcast } from '../plant-broadcast.ts';
import { idsIn, slotsOf } from '../plant-view.ts';
import { answers, fileAnswer } from '../responses.ts';
import { PlantParams, TagQuery } from '../schemas/plant.ts';

/** Pushes what happens at a plant to whoever listens. */
export const plantStream: FastifyPluginAsyncTypebox<{ station: Station; streams: EventStreams }> = async (
  app,
  { station, streams },
) => {
  const broadcasts = new Map<LivePlant, PlantBroadcast>();
  const broadcastOf = (plant: LivePlant): PlantBroadcast => {
    const found = broadcasts.get(plant) ?? new PlantBroadcast(plant);
    broadcasts.set(plant, found);
    return found;
  };
  const endOf = (plant: LivePlant): void => {
    broadcasts.get(plant)?.close();
    broadcasts.delete(plant);
  };
  const stop = station.onPlant((plant, what) => what === 'removed' && endOf(plant));
  app.addHook('preClose', async () => {
    stop();
    for (const plant of [...broadcasts.keys()]) endOf(plant);
  });

  app.get(
    '/plants/:plant/stream',
    {
      // A stream has no head alone: it would be opened and never end.
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamPlant',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'Tags as they change and records of the journal, as server-sent events',
        description:
          'Events `tags` hold what has changed; the first holds everything. Events `record` have the number of the record as id: a reader that comes back with Last-Event-ID misses none. A slow reader gets the latest tags and every record.',
        params: PlantParams,
        querystring: Type.Object({
          ...TagQuery.properties,
          everyMs: Type.Optional(
            Type.Integer({
              minimum: 20,
              maximum: 60_000,
              description: 'least time between two events `tags`; default 100',
            }),
          ),
        }),
        headers: Type.Object({
          'last-event-id': Type.Optional(
            Type.Integer({ minimum: -1, description: 'number of the last record that was received' }),
          ),
        }),
        response: answers({ 200: fileAnswer(['text/event-stream'], 'events `tags` and `record`') }, [404]),
      },
    },
    (request, reply) => {
      const plant = station.plant(request.params.plant);
      const { ids, truth = 'include', everyMs = 100 } = request.query;
      const slots = slotsOf(plant, idsIn(ids), truth);
      const stream = streams.open(request, reply);
      if (!stream) return;
      const broadcast = broadcastOf(plant);
      broadcast.join(stream, slots, everyMs, request.headers['last-event-id']);
      stream.onClose(() => broadcast.isIdle && broadcasts.get(plant) === broadcast && endOf(plant));
    },
  );
};
