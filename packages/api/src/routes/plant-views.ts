import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Station } from '@fedbatch/station';
import { type Static, Type } from 'typebox';
import { idsIn, showAlarms, showJobOrders, showTag, slotsOf } from '../plant-view.ts';
import { answers } from '../responses.ts';
import { AlarmShown, JobOrderShown, PlantParams, TagParams, TagQuery, TagShown } from '../schemas/plant.ts';
import { RecordList, RecordQuery, recordsOf } from '../schemas/record.ts';
import { HistoryQuery, HistoryShown } from '../schemas/samples.ts';

/** Tags of which one request shows the history. */
const mostTrends = 16;

/** What a plant shows now, and what it has shown: tags, alarms, job orders, history, journal. */
export const plantViews: FastifyPluginAsyncTypebox<{ station: Station }> = async (app, { station }) => {
  app.get(
    '/plants/:plant/tags',
    {
      schema: {
        operationId: 'listTags',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'Tags with unit, range, value and quality',
        params: PlantParams,
        querystring: TagQuery,
        response: answers(
          {
            200: Type.Object({
              stampMs: Type.Number({ description: 'ms since 1970; in lockstep ms of the plant itself' }),
              timeH: Type.Number(),
              tags: Type.Array(TagShown),
            }),
          },
          [404],
        ),
      },
    },
    async (request) => {
      const plant = station.plant(request.params.plant);
      const { ids, truth = 'include' } = request.query;
      const tags = slotsOf(plant, idsIn(ids), truth).map((slot) => showTag(plant, slot));
      return { stampMs: plant.stampMs, timeH: plant.live.timeH, tags };
    },
  );

  app.get(
    '/plants/:plant/tags/:tag',
    {
      schema: {
        operationId: 'getTag',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'One tag',
        params: TagParams,
        response: answers({ 200: TagShown }, [404]),
      },
    },
    async (request) => {
      const plant = station.plant(request.params.plant);
      return showTag(plant, slotsOf(plant, [request.params.tag], 'include')[0]!);
    },
  );

  app.get(
    '/plants/:plant/alarms',
    {
      schema: {
        operationId: 'listAlarms',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'Alarms and interlocks with their states',
        params: PlantParams,
        response: answers({ 200: Type.Object({ alarms: Type.Array(AlarmShown) }) }, [404]),
      },
    },
    async (request) => ({ alarms: showAlarms(station.plant(request.params.plant)) }),
  );

  app.get(
    '/plants/:plant/jobs',
    {
      schema: {
        operationId: 'listJobOrders',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'Job orders of the plant, as the ISA-95 receiver of OPC UA has them; the command `job` steers them',
        params: PlantParams,
        response: answers({ 200: Type.Object({ jobs: Type.Array(JobOrderShown) }) }, [404]),
      },
    },
    async (request) => ({ jobs: showJobOrders(station.plant(request.params.plant)) }),
  );

  app.get(
    '/plants/:plant/history',
    {
      schema: {
        operationId: 'getPlantHistory',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'Stored points of tags, thinned so that peaks stay',
        params: PlantParams,
        querystring: HistoryQuery,
        response: answers({ 200: HistoryShown }, [404]),
      },
    },
    async (request) => {
      const plant = station.plant(request.params.plant);
      const { ids, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, points = 2000 } = request.query;
      const slots = slotsOf(plant, idsIn(ids), 'include').slice(0, mostTrends);
      const series: Static<typeof HistoryShown>['series'] = [];
      for (const slot of slots) {
        const { id, unit } = plant.tags[slot]!;
        const found = plant.trend(id, fromMs, toMs, points);
        series.push({
          id,
          unit,
          stampMs: found.map(({ stampMs }) => stampMs),
          values: found.map(({ value }) => (Number.isFinite(value) ? value : null)),
          qualities: found.map(({ quality }) => quality),
        });
        // Clocks have their turn between two trends.
        await turn();
      }
      return { series };
    },
  );

  app.get(
    '/plants/:plant/records',
    {
      schema: {
        operationId: 'listPlantRecords',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'The journal of the plant: commands, refusals, phases, alarms, faults',
        params: PlantParams,
        querystring: RecordQuery,
        response: answers({ 200: RecordList }, [404]),
      },
    },
    async (request) => {
      const plant = station.plant(request.params.plant);
      return { records: recordsOf((from, limit) => plant.records(from, limit), request.query) };
    },
  );
};
