import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Station } from '@fedbatch/station';
import type { Command, Receipt } from '@fedbatch/vocabulary';
import type { FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import { sendProblem } from '../failures.ts';
import { whoAsks } from '../identity.ts';
import { shownValue, slotsOf } from '../plant-view.ts';
import { oneProblem, refusalDetails } from '../problem-details.ts';
import { answers, Nothing } from '../responses.ts';
import {
  BarrierAsked,
  BeatAsked,
  CommandAsked,
  PlantParams,
  ReceiptShown,
  StepAsked,
  StepShown,
  TagParams,
  TagWritten,
  WatchdogAsked,
} from '../schemas/plant.ts';
import { EntryAsked, EntryTaken } from '../schemas/record.ts';

const gateProblems = [403, 404, 409, 422, 503];

/** The one gate of a plant: whatever is wanted of it, and what people put on its record. */
export const plantControl: FastifyPluginAsyncTypebox<{ station: Station }> = async (app, { station }) => {
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
        'x-role': 'operator',
        tags: ['plants'],
        summary: 'The client lives: a count that moves',
        params: PlantParams,
        body: BeatAsked,
        response: answers({ 204: Nothing }, [403, 404]),
      },
    },
    async (request, reply) => {
      station.plant(request.params.plant).beat(whoAsks(request), request.body.count);
      return reply.code(204).send(null);
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
