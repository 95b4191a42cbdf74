import { hasEnded, type Job, jobStatuses } from '@fedbatch/station';
import { type Static, Type } from 'typebox';
import { NumberOrNull, pathPattern, Settings, Table, Text, TimeStamp } from './basics.ts';

const Label = Text('words of your own, to find it by', 80);
const Status = Type.Enum([...jobStatuses], { description: 'complete, failed and stopped are ends' });

/** Name of a file of the library, with or without its folder. */
const libraryName = (folder: string, description: string) =>
  Type.String({ pattern: `^(${folder}/)?[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`, description });

export const RunAsked = Type.Object(
  {
    scenario: libraryName('scenarios', 'name of a scenario of the library: ecoli-exponential'),
    set: Type.Optional(Settings),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'seed of everything random' })),
    label: Type.Optional(Label),
  },
  { additionalProperties: false },
);

export const EnsembleAsked = Type.Object(
  {
    kind: Type.Literal('ensemble'),
    scenario: libraryName('scenarios', 'name of a scenario of the library'),
    set: Type.Optional(Settings),
    vary: Type.Optional(
      Table(
        Type.String({ maxLength: 100 }),
        {
          description:
            'what varies and how: {"organism.qSmax": "10 %"}; default every parameter whose file states a spread',
          maxProperties: 64,
        },
        pathPattern,
      ),
    ),
    members: Type.Integer({ minimum: 2, maximum: 1_000_000, description: 'how many runs' }),
    design: Type.Optional(
      Type.Union([Type.Literal('sobol'), Type.Literal('latin'), Type.Literal('random')], {
        description: 'how they are spread; default sobol',
      }),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'seed of the design' })),
    label: Type.Optional(Label),
  },
  { additionalProperties: false },
);

export const ComparisonAsked = Type.Object(
  {
    kind: Type.Literal('comparison'),
    study: libraryName('studies', 'name of a study of the library: ecoli-feeding'),
    members: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 1_000_000,
        description: 'plants that each strategy meets; default as the study says',
      }),
    ),
    label: Type.Optional(Label),
  },
  { additionalProperties: false },
);

export const OptimisationAsked = Type.Object(
  {
    kind: Type.Literal('optimisation'),
    scenario: libraryName('scenarios', 'name of a scenario of the library'),
    set: Type.Optional(Settings),
    vary: Table(
      Type.String({ maxLength: 100 }),
      {
        description: 'settings and where they are sought: {"recipe.fed-batch.feed.mu": "0.1..0.3 1/h"}',
        minProperties: 1,
        maxProperties: 32,
      },
      pathPattern,
    ),
    sense: Type.Enum(['maximise', 'minimise'], { description: 'whether the figure is to be high or low' }),
    figure: Text('a key figure of the scenario, by its words: biomass at end', 120),
    evaluations: Type.Optional(Type.Integer({ minimum: 4, maximum: 1_000_000, description: 'most runs; default 200' })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'seed of the search' })),
    label: Type.Optional(Label),
  },
  { additionalProperties: false },
);

export const StudyAsked = Type.Union([EnsembleAsked, ComparisonAsked, OptimisationAsked]);

const KeyFigure = Type.Object({ id: Type.String(), says: Type.String(), value: NumberOrNull, unit: Type.String() });

export const JobShown = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['run', 'ensemble', 'comparison', 'optimisation']),
  subject: Type.String({ description: 'scenario or study, by its path in the library' }),
  settings: Type.Array(Type.String(), { description: 'path=value lines' }),
  title: Type.String(),
  label: Type.Union([Type.String(), Type.Null()]),
  askedBy: Type.String(),
  askedAt: TimeStamp,
  startedAt: Type.Union([TimeStamp, Type.Null()]),
  endedAt: Type.Union([TimeStamp, Type.Null()]),
  status: Status,
  says: Type.String({ description: 'one sentence: how it ended, or why it waits' }),
  progress: Type.Object({
    share: Type.Number({ minimum: 0, maximum: 1 }),
    timeH: Type.Optional(Type.Number({ description: 'time of the run, h' })),
    part: Type.Optional(Type.String({ description: 'phase of a run, strategy of a comparison' })),
    done: Type.Optional(Type.Integer()),
    members: Type.Optional(Type.Integer()),
    failed: Type.Optional(Type.Integer()),
  }),
  kept: Type.Boolean({ description: 'kept jobs are not deleted' }),
  starts: Type.Integer({ description: 'how often work on it began; more than once after the station was cut off' }),
  files: Table(Type.String(), { description: 'SHA-256 of every file that it follows from' }),
  result: Type.Union([
    Type.Null(),
    Type.Object({
      runId: Type.String({
        description: 'hash over all that it follows from: the same run has the same one everywhere',
      }),
      verdict: Type.Enum(['met', 'missed', 'failed', 'stopped']),
      outcome: Type.Optional(
        Type.Object({ kind: Type.String(), timeH: Type.Number({ description: 'h' }), says: Type.String() }),
      ),
      keyFigures: Type.Optional(Type.Array(KeyFigure)),
      expectations: Type.Optional(Type.Object({ met: Type.Integer(), missed: Type.Integer() })),
      members: Type.Optional(Type.Integer()),
      settings: Type.Optional(Type.Array(Type.String(), { description: 'of a search: the best settings' })),
      verification: Type.Optional(
        Type.Object({
          of: Type.String(),
          agrees: Type.Boolean(),
          files: Type.Array(
            Type.Object({
              path: Type.String(),
              first: Type.String(),
              again: Type.Union([Type.String(), Type.Null()]),
            }),
          ),
        }),
      ),
    }),
  ]),
});

export const JobList = Type.Object({
  jobs: Type.Array(JobShown),
  next: Type.Union([Type.String(), Type.Null()], {
    description: 'give it as `before` for older ones; null: that is all',
  }),
});

const stamp = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

export function showJob(job: Job): Static<typeof JobShown> {
  const { id, request, title, label, askedBy, status, says, progress, kept, starts, files, result } = job;
  return {
    id,
    kind: request.kind,
    subject: request.subject,
    settings: request.kind === 'comparison' ? [] : [...request.settings],
    title,
    label,
    askedBy,
    askedAt: stamp(job.askedMs)!,
    startedAt: stamp(job.startedMs),
    endedAt: hasEnded(job) ? stamp(job.endedMs) : null,
    status,
    says,
    progress,
    kept,
    starts,
    files,
    result: (result as Static<typeof JobShown>['result']) ?? null,
  };
}

export const JobQuery = Type.Object({
  status: Type.Optional(Status),
  subject: Type.Optional(Text('path in the library')),
  label: Type.Optional(Label),
  askedBy: Type.Optional(Text('name of a user', 64)),
  before: Type.Optional(Text('id of a job: those that are older', 40)),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'default 50' })),
});

export const JobId = Type.Object({ id: Type.String({ maxLength: 60 }) });
export const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,100}$',
      description: 'asking again with the same key gives the same job, so that a request can be repeated',
    }),
  ),
});
