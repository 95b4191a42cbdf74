import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Station } from '@fedbatch/station';
import type { Command, Receipt } from '@fedbatch/vocabulary';
import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendProblem } from '../failures.ts';
import { whoAsks } from '../identity.ts';
import { idsIn, showAlarms, showJobOrders, shownValue, showPlant, showTag, slotsOf } from '../plant-view.ts';
import { oneProblem, refusalDetails } from '../problem-details.ts';
import { answers, Nothing } from '../responses.ts';
import { settingLines } from '../schemas/basics.ts';
import { JobShown, showJob } from '../schemas/job.ts';
import {
  AlarmShown,
  BarrierAsked,
  BeatAsked,
  CommandAsked,
  JobOrderShown,
  PlantAsked,
  PlantParams,
  PlantShown,
  ReceiptShown,
  StepAsked,
  StepShown,
  TagParams,
  TagQuery,
  TagShown,
  TagWritten,
  WatchdogAsked,
} from '../schemas/plant.ts';
import { EntryAsked, EntryTaken, RecordList, RecordQuery, recordsOf } from '../schemas/record.ts';
import { HistoryQuery, HistoryShown } from '../schemas/samples.ts';
import { withFolder } from './library-path.ts';

/** Tags of which one request shows the history. */
const mostTrends = 16;
const gateProblems = [403, 404, 409, 422, 503];

/** Plants that run now: what they show, and the one gate for whatever is wanted of them. */
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

  app.put(
    '/plants/:plant/tags/:tag',
    {
      schema: {
        operationId: 'writeTag',
        'x-role': 'operator',
        tags: ['plants'],
        summary: 'Write a set point or a mode; it takes effect at the next scan',
        params: TagParams,
        body: TagWritten,
        response: answers({ 200: ReceiptShown }, gateProblems),
      },
    },
    async (request, reply) => {
      const { plant, tag } = request.params;
      const { value, unit, reason } = request.body;
      const command: Command = { kind: 'write', tag, value, ...(unit !== undefined && { unit }) };
      return sendReceipt(reply, station.plant(plant).command(whoAsks(request), command, reason));
    },
  );

  app.post(
    '/plants/:plant/commands',
    {
      schema: {
        operationId: 'commandPlant',
        'x-role': 'operator',
        tags: ['plants'],
        summary: 'Recipe, faults, alarms, clock, advice: whatever the gate takes',
        params: PlantParams,
        body: CommandAsked,
        response: answers({ 200: ReceiptShown }, gateProblems),
      },
    },
    async (request, reply) => {
      const { reason, ...asked } = request.body as Static<typeof CommandAsked> & { reason?: string };
      const missing = missingField(asked as Command);
      if (missing !== undefined) return sendProblem(reply, missing);
      const plant = station.plant(request.params.plant);
      const command = asked as Exclude<Command, { kind: 'step' }>;
      return sendReceipt(reply, plant.command(whoAsks(request), command, reason));
    },
  );

  app.post(
    '/plants/:plant/step',
    {
      schema: {
        operationId: 'stepPlant',
        'x-role': 'operator',
        tags: ['plants'],
        summary: 'Lockstep: write set points, make scans, read',
        params: PlantParams,
        body: StepAsked,
        response: answers({ 200: StepShown }, gateProblems),
      },
    },
    async (request, reply) => {
      const plant = station.plant(request.params.plant);
      const person = whoAsks(request);
      const { dtS, participant = person.name, writes = [], read } = request.body;
      const slots = slotsOf(plant, read ?? [], 'include');
      const gone = new AbortController();
      // The request itself is closed as soon as it has been read; the answer is when its client goes.
      reply.raw.once('close', () => gone.abort());
      const { receipt, timeH, scans } = await plant.step(person, participant, dtS, writes, gone.signal);
      if (!receipt.accepted) return sendProblem(reply, refusalDetails(receipt));
      const values = Object.fromEntries(
        slots.map((slot) => [plant.tags[slot]!.id, shownValue(plant, plant.tags[slot]!, slot)]),
      );
      return reply.send({ timeH, scans, record: receipt.record, values });
    },
  );

  app.put(
    '/plants/:plant/barrier',
    {
      schema: {
        operationId: 'setBarrier',
        'x-role': 'engineer',
        tags: ['plants'],
        summary: 'How many clients a step waits for',
        params: PlantParams,
        body: BarrierAsked,
        response: answers({ 200: ReceiptShown }, [403, 404, 503]),
      },
    },
    async (request, reply) =>
      sendReceipt(reply, station.plant(request.params.plant).setBarrier(whoAsks(request), request.body.clients)),
  );

  app.put(
    '/plants/:plant/watchdog',
    {
      schema: {
        operationId: 'setWatchdog',
        'x-role': 'operator',
        tags: ['plants'],
        summary: 'Hold the plant when its client falls silent',
        params: PlantParams,
        body: WatchdogAsked,
        response: answers({ 200: ReceiptShown }, [403, 404, 409, 503]),
      },
    },
    async (request, reply) =>
      sendReceipt(reply, station.plant(request.params.plant).watch(whoAsks(request), request.body.limitS)),
  );

  app.post(
    '/plants/:plant/watchdog/beat',
    {
      schema: {
        operationId: 'beatWatchdog',
        'x-role': 'observer',
        tags: ['plants'],
        summary: 'The client lives: a count that moves',
        params: PlantParams,
        body: BeatAsked,
        response: answers({ 204: Nothing }, [404]),
      },
    },
    async (request, reply) => {
      station.plant(request.params.plant).beat(request.body.count);
      return reply.code(204).send(null);
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

  app.post(
    '/plants/:plant/entries',
    {
      schema: {
        operationId: 'addPlantEntry',
        'x-role': 'operator',
        tags: ['plants'],
        summary: 'Put on record a sample, an addition, a correction or a comment; the equations do not follow it',
        params: PlantParams,
        body: EntryAsked,
        response: answers({ 201: EntryTaken }, [403, 404, 422]),
      },
    },
    async (request, reply) => {
      const plant = station.plant(request.params.plant);
      return reply.code(201).send({ record: plant.enter(whoAsks(request), request.body) });
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

function sendReceipt(reply: FastifyReply, receipt: Receipt): FastifyReply {
  return receipt.accepted ? reply.send(receipt) : sendProblem(reply, refusalDetails(receipt));
}

/** Commands whose fields depend on the action that they name. */
function missingField(command: Command): ReturnType<typeof oneProblem> | undefined {
  const needs = (field: string, when: string) =>
    oneProblem('API_BODY_FORM', `The command ${when} needs \`${field}\`.`, `Send \`${field}\` with it.`);
  if (command.kind === 'clock') {
    if (command.action === 'speed' && command.speed === undefined) return needs('speed', 'clock speed');
    if ((command.action === 'snapshot' || command.action === 'restore') && command.name === undefined)
      return needs('name', `clock ${command.action}`);
  }
  if (command.kind === 'job') {
    const field = ['store', 'store and start', 'update'].includes(command.action) ? 'order' : 'job';
    if (!(field in command)) return needs(field, `job ${command.action}`);
  }
  if (command.kind === 'advice' && command.answer === 'override' && command.rateLPerH === undefined)
    return needs('rateLPerH', 'advice override');
  return undefined;
}
