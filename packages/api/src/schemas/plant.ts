import { jobStates } from '@fedbatch/station';
import { alarmActions, guardModes, jobActions, maintenanceActions, recipeActions } from '@fedbatch/vocabulary';
import { Type } from 'typebox';
import { NumberOrNull, Settings, Table, Text } from './basics.ts';

const words = <const Word extends string>(list: readonly Word[], description: string) =>
  Type.Enum([...list], { description });

export const PlantParams = Type.Object({ plant: Type.String({ maxLength: 64 }) });
export const TagParams = Type.Object({ ...PlantParams.properties, tag: Type.String({ maxLength: 200 }) });

export const PlantAsked = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z][A-Za-z0-9_-]{0,31}$',
      description: 'name of the plant, its folder and its tags',
    }),
    scenario: Type.String({ pattern: '^(scenarios/)?[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' }),
    set: Type.Optional(Settings),
    clock: Type.Optional(
      words(['paced', 'lockstep'], 'paced: by the wall clock; lockstep: by steps only. Default paced'),
    ),
    speed: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1e6,
        description: 'plant seconds for each second of the wall clock; default 1',
      }),
    ),
  },
  { additionalProperties: false },
);

export const PlantShown = Type.Object({
  name: Type.String(),
  title: Type.String(),
  organism: Type.String(),
  vessel: Type.String(),
  seed: Type.Integer(),
  timeH: Type.Number({ description: 'time of the plant, h' }),
  scans: Type.Integer(),
  scanS: Type.Number({ description: 'length of a scan, s' }),
  phase: Type.String(),
  ended: Type.Boolean(),
  clock: Type.Object({
    mode: words(['paced', 'lockstep'], ''),
    running: Type.Boolean(),
    speed: Type.Number(),
    late: Type.Integer({ description: 'scans that came more than one period late' }),
  }),
  tags: Type.Integer({ description: 'how many tags it has' }),
  records: Type.Integer({ description: 'how many records its journal has' }),
  snapshots: Type.Array(Type.String()),
});

export const TagShown = Type.Object({
  id: Type.String(),
  says: Type.String(),
  type: words(['number', 'choice', 'text'], ''),
  unit: Type.String(),
  low: NumberOrNull,
  high: NumberOrNull,
  choices: Type.Optional(Type.Array(Type.String())),
  writes: Type.Optional(Type.String({ description: 'the least role that may write it' })),
  from: Type.String({ description: 'truth: what the equations have, and no instrument would show' }),
  of: Type.Optional(Type.String()),
  value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
  quality: words(['good', 'uncertain', 'bad'], ''),
  qualitySays: Type.String(),
});

export const AlarmShown = Type.Object({
  name: Type.String(),
  says: Type.String({ description: 'the condition in words' }),
  priority: Type.String(),
  interlock: Type.Boolean({ description: 'whether it holds inputs as long as it is active' }),
  state: Type.String({ description: 'normal, unacknowledged, acknowledged, returned, latched (ISA-18.2)' }),
  shelf: Type.String({ description: 'whether it is hidden' }),
});

export const JobOrderShown = Type.Object(
  {
    order: Type.Object({
      id: Type.String(),
      says: Type.Optional(Type.String()),
      recipe: Type.Optional(Type.String()),
      startMs: Type.Optional(Type.Number()),
      priority: Type.Optional(Type.Number()),
      sets: Type.Array(Type.Object({ tag: Type.String(), value: Type.Union([Type.Number(), Type.String()]) })),
    }),
    state: Type.Enum([...jobStates]),
    startedMs: Type.Union([Type.Number(), Type.Null()]),
    endedMs: Type.Union([Type.Number(), Type.Null()]),
    says: Type.Union([Type.String(), Type.Null()], { description: 'what its run has come to' }),
  },
  { description: 'a job order after OPC 10031-4' },
);

export const TagQuery = Type.Object({
  ids: Type.Optional(Text('ids with commas between; default all', 4000)),
  truth: Type.Optional(
    words(
      ['leave out', 'include'],
      'whether tags of the equations are shown beside those of instruments; default include',
    ),
  ),
});

export const TagWritten = Type.Object(
  {
    value: Type.Union([Type.Number(), Type.String({ maxLength: 200 })]),
    unit: Type.Optional(Type.String({ maxLength: 40, description: 'default that of the tag' })),
    reason: Type.Optional(Text('why, for whoever reads the journal', 500)),
  },
  { additionalProperties: false },
);

const Reason = Type.Optional(Text('why, for whoever reads the journal', 500));
const command = <const Kind extends string, Fields extends Record<string, unknown>>(kind: Kind, fields: Fields) =>
  Type.Object({ kind: Type.Literal(kind), ...(fields as object), reason: Reason }, { additionalProperties: false });

const Hours = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 1e6, description: `${description}, h` }));

export const CommandAsked = Type.Union(
  [
    command('write', {
      tag: Type.String({ maxLength: 200 }),
      value: TagWritten.properties.value,
      unit: TagWritten.properties.unit,
    }),
    command('recipe', { action: words(recipeActions, 'what the recipe is told') }),
    command('inject', {
      fault: Type.Object(
        {
          kind: Type.String({ maxLength: 80 }),
          on: Type.String({ maxLength: 200 }),
          with: Type.Optional(Type.String({ maxLength: 200 })),
          size: Type.Optional(Type.String({ maxLength: 80, description: '0.5 pH, 20 %' })),
          change: Type.Optional(words(['factor', 'offset', 'value'], '')),
          afterH: Hours('from now'),
          forH: Hours('how long'),
          riseH: Hours('how long it takes to come'),
          periodH: Hours('period'),
        },
        { additionalProperties: false },
      ),
    }),
    command('clear', { fault: Type.String({ maxLength: 200 }) }),
    command('simulate', {
      sensor: Type.String({ maxLength: 200 }),
      value: Type.Union([Type.Number(), Type.Null()], { description: 'null: the sensor measures again' }),
    }),
    command('alarm', {
      alarm: Type.String({ maxLength: 200 }),
      action: words(alarmActions, 'after ISA-18.2'),
      forH: Hours('how long it is shelved'),
    }),
    command('advice', {
      answer: words(['accept', 'reject', 'override'], 'what a person says to a proposal'),
      rateLPerH: Type.Optional(Type.Number({ minimum: 0, description: 'the feed of an override, L/h' })),
    }),
    command('maintain', {
      actuator: Type.String({ maxLength: 200 }),
      action: words(maintenanceActions, 'a task of maintenance'),
    }),
    command('job', {
      action: words(jobActions, 'what is done to a job order'),
      job: Type.Optional(Type.String({ maxLength: 100, description: 'id of an order that is there' })),
      order: Type.Optional(
        Type.Object(
          {
            id: Type.String({ minLength: 1, maxLength: 100 }),
            says: Type.Optional(Type.String({ maxLength: 500 })),
            recipe: Type.Optional(Type.String({ maxLength: 200 })),
            startMs: Type.Optional(Type.Number({ minimum: 0, description: 'not before then, ms since 1970' })),
            priority: Type.Optional(Type.Number({ description: 'the highest goes first; default 0' })),
            sets: Type.Array(
              Type.Object(
                { tag: Type.String({ maxLength: 200 }), value: TagWritten.properties.value },
                { additionalProperties: false },
              ),
              { maxItems: 100 },
            ),
          },
          { additionalProperties: false, description: 'of what is stored or updated' },
        ),
      ),
    }),
    command('guard', { mode: words(guardModes, 'who decides on proposals') }),
    command('clock', {
      action: words(['run', 'pause', 'reset', 'speed', 'snapshot', 'restore'], 'what the clock is told'),
      speed: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })),
      name: Type.Optional(Type.String({ maxLength: 80, description: 'name of a snapshot' })),
    }),
  ],
  { description: 'one command for the gate of the plant' },
);

export const ReceiptShown = Type.Object({
  accepted: Type.Literal(true),
  record: Type.Integer({ description: 'number of the record in the journal of the plant' }),
  says: Type.String(),
});

export const StepAsked = Type.Object(
  {
    dtS: Type.Number({ exclusiveMinimum: 0, maximum: 86_400, description: 'a whole number of scans, s' }),
    participant: Type.Optional(Text('a name that is the same on every run; by it the writes of all are ordered', 64)),
    writes: Type.Optional(
      Type.Array(
        Type.Object({ tag: Type.String({ maxLength: 200 }), value: Type.Number() }, { additionalProperties: false }),
        { maxItems: 500 },
      ),
    ),
    read: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), { maxItems: 2000, description: 'tags wanted in the answer' }),
    ),
  },
  { additionalProperties: false },
);

export const StepShown = Type.Object({
  timeH: Type.Number(),
  scans: Type.Integer(),
  record: Type.Integer(),
  values: Table(Type.Union([Type.Number(), Type.String(), Type.Null()])),
});

export const BarrierAsked = Type.Object(
  { clients: Type.Integer({ minimum: 1, maximum: 16, description: 'how many must ask before a step is made' }) },
  { additionalProperties: false },
);

export const WatchdogAsked = Type.Object(
  { limitS: Type.Number({ minimum: 0, maximum: 3600, description: 'longest silence, s; 0 ends the watch' }) },
  { additionalProperties: false },
);

export const BeatAsked = Type.Object({ count: Type.Integer({ minimum: 0 }) }, { additionalProperties: false });
