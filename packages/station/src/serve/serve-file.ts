import { dirname, isAbsolute, join } from 'node:path';
import {
  choice,
  editorSchema,
  type Field,
  integer,
  type Located,
  listOf,
  locatedText,
  mapOf,
  optional,
  parseYaml,
  quantity,
  type Read,
  type ReadContext,
  record,
  required,
  shortOr,
  text,
} from '@fedbatch/model';
import { type Place, Problems } from '@fedbatch/vocabulary';
import type { ServedScenario } from '../live/served-plants.ts';
import { refuse } from '../refuse.ts';
import { disk } from '../scenario/files.ts';
import { clockForms, clockOf } from './clock-text.ts';
import type { ServeWishes } from './serve-settings.ts';

/** A path of `--set`. */
const refusePath = (path: string): string | undefined =>
  /^[A-Za-z][A-Za-z0-9_. +-]{0,119}$/.test(path)
    ? undefined
    : `\`${path.slice(0, 60)}\` is not a path such as recipe.fed-batch.feed.mu.`;

const port = (least: number): Field<number> => integer(least, 65_535);
const lab = optional(
  choice(['locked', 'open']),
  'open: on this machine only, reading without a name or a token; default locked',
);
const host = optional(
  text(),
  'address to listen on; default 127.0.0.1, which is this machine alone; 0.0.0.0 for all addresses',
);
const words = ['on', 'off'] as const;
type Word = (typeof words)[number];
/** A part of the server that can be left out, or taken as it usually is, with one word. */
const face = <T>(part: Field<T>): Field<T | Word> =>
  shortOr<Located<Word>, T | Word>(choice(words), part, ({ value }) => value);

const plant = record(
  {
    scenario: required(locatedText(), 'folder with a scenario.yaml, from where this file lies'),
    name: optional(text(), 'of the plant; default Bioreactor1, Bioreactor2 ... in order; copies get numbers'),
    set: optional(
      mapOf(locatedText(), { noun: 'setting', refuse: refusePath }),
      'what it changes in the scenario, as recipe.fed-batch.feed.mu: 0.2 1/h',
    ),
    copies: optional(integer(1, 1000), 'plants of it, which differ in their seeds; default 1'),
  },
  'plant',
);
type PlantPart = Read<typeof plant>;

const serveShape = record(
  {
    version: optional(choice(['1']), 'version of the format; 1'),
    says: optional(text(), 'remarks'),
    data: optional(text(), 'folder of the station: users, keys, journals, histories; default results/station'),
    library: optional(
      locatedText(),
      'folder of organisms, vessels, scenarios and studies that HTTP offers; default those that are shipped',
    ),
    plants: optional(
      listOf(
        shortOr<Located<string>, PlantPart>(
          locatedText(),
          plant,
          (scenario, place): PlantPart => ({
            scenario,
            place,
          }),
        ),
      ),
      'live plants; a path alone is a plant as its scenario has it; default none: they are added over HTTP',
    ),
    clock: optional(
      locatedText({ type: 'string', pattern: '^(realtime|lockstep|x[0-9.]+)$' }),
      `of the plants: ${clockForms}; default realtime`,
    ),
    flush: optional(
      choice(['each', 'second']),
      'when records are on the disk: each, before its effect; or second, for fast lockstep; default each',
    ),
    opcua: optional(
      face(
        record(
          {
            port: optional(port(1), 'default 4840'),
            host,
            profile: optional(
              choice(['lads', 'flat']),
              'lads: devices after OPC 30500-1; flat: tags alone, for hundreds of plants; default lads',
            ),
            stamps: optional(choice(['wall', 'simulated']), 'source time stamps; default wall'),
            lab,
          },
          'part of the server',
        ),
      ),
      'the OPC UA server, or off',
    ),
    http: optional(
      face(
        record(
          {
            port: optional(port(0), 'default 8080; 0 for any that is free'),
            host,
            tls: optional(
              record(
                {
                  certificate: required(locatedText(), 'PEM file of the certificate, with those that it follows from'),
                  key: required(locatedText(), 'PEM file of its key'),
                },
                'certificate',
              ),
              'certificate that the server shows; default none, and plain HTTP',
            ),
            readers: optional(integer(1, 10_000), 'readers of server-sent events at a time; default 200'),
            requestsPerMinute: optional(integer(1, 10_000_000), 'from one address; default 12000'),
            lab,
          },
          'part of the server',
        ),
      ),
      'the HTTP server, or off',
    ),
    jobs: optional(
      record(
        {
          atOnce: optional(integer(1, 64), 'runs and studies that are worked on at once; default 1'),
          threads: optional(integer(1, 256), 'threads for the members of one study; default one a core'),
          queue: optional(integer(1, 1_000_000), 'jobs that may wait; default 200'),
          budget: optional(quantity('s'), 'computing time of one run; default 10 min'),
          heapMb: optional(integer(64, 65_536), 'what one thread may hold in MB; default 2048'),
          results: optional(integer(1, 1_000_000), 'results that stay though nobody keeps them; default 1000'),
        },
        'setting of jobs',
      ),
      'how much work is done beside the plants',
    ),
    log: optional(text(), 'where JSON log lines go: off, stderr, or a file; default off'),
  },
  'configuration',
);
type Configuration = Read<typeof serveShape>;

/** JSON Schema of the configuration of `fedbatch serve`, for editors. */
export const serveSchema = (): object => editorSchema('Fedbatch server', serveShape);

/** Reads the configuration of a server. Its paths count from where it lies. Throws ProblemError. */
export function readServe(file: string): ServeWishes {
  const problems = new Problems();
  const bytes = disk.read(file);
  if (bytes === undefined) {
    return refuse(
      'STATION_FILE_MISSING',
      `There is no configuration ${file}.`,
      'Name a file such as fedbatch.yaml; `fedbatch schema serve` prints what may stand in it.',
    );
  }
  const yaml = parseYaml(new TextDecoder().decode(bytes), file, problems);
  // A file that is empty asks for what is usual, as one without arguments on the command line.
  const read = yaml.root === null ? undefined : serveShape.read(yaml.root, '', { file: yaml, problems });
  const wishes = read ? wishesOf(read, file, { file: yaml, problems }) : {};
  problems.throwIfAny();
  return wishes;
}

function wishesOf(read: Configuration, file: string, { problems }: ReadContext): ServeWishes {
  const from = (path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));
  const there = ({ value, place }: Located<string>, kinds: readonly string[]): string => {
    const kind = disk.kindOf(from(value));
    if (kind === undefined || !kinds.includes(kind))
      problems.error(
        'STATION_FILE_MISSING',
        place,
        `There is no ${kinds.join(' or ')} ${from(value)}.`,
        'Paths in a configuration count from where it lies.',
      );
    return from(value);
  };
  const tlsOf = ({ tls }: Exclude<Configuration['http'], Word | undefined>) =>
    tls && { tls: { certificate: there(tls.certificate, ['file']), key: there(tls.key, ['file']) } };
  const { data, library, plants, clock, flush, opcua, http, jobs, log } = read;
  return {
    ...(data !== undefined && { data: from(data) }),
    ...(library && { library: there(library, ['folder']) }),
    ...(plants && { plants: plants.map((one) => servedOf(one, there(one.scenario, ['folder', 'file']))) }),
    ...(clock && { clock: clockOf(clock.value, clock.place, problems) }),
    ...(flush && { flush: flush.value }),
    ...(opcua && { opcua: typeof opcua === 'string' ? { state: opcua } : { state: 'on', ...plainOf(opcua) } }),
    ...(http && {
      http: typeof http === 'string' ? { state: http } : { state: 'on', ...plainOf(http), ...tlsOf(http) },
    }),
    ...(jobs && { work: workOf(jobs, problems) }),
    ...(log !== undefined && { log: log === 'off' || log === 'stderr' ? log : from(log) }),
  } as ServeWishes;
}

function servedOf({ name, set, copies }: PlantPart, scenario: string): ServedScenario {
  return {
    scenario,
    ...(name !== undefined && { name }),
    ...(set && { settings: [...set].map(([path, { value }]) => `${path}=${value}`) }),
    ...(copies !== undefined && { copies }),
  };
}

/** Words without their places; the place of the whole stays, for what is found wrong with it later. */
function plainOf(part: { readonly place: Place }): Record<string, unknown> {
  const plain = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, plain(value)]));
}

function workOf(jobs: NonNullable<Configuration['jobs']>, problems: Problems): ServeWishes['work'] {
  const { atOnce, threads, queue, budget, heapMb, results } = jobs;
  const budgetS = budget && budget.value.base * 3600;
  if (budgetS !== undefined && budgetS <= 0)
    problems.error(
      'STATION_TIME_RANGE',
      budget!.place,
      `The computing time of a run is ${budget!.value.value} ${budget!.value.unit.text}; it must be above 0.`,
      'Write for example budget: 10 min.',
    );
  return {
    ...(atOnce !== undefined && { jobs: atOnce }),
    ...(threads !== undefined && { threads }),
    ...(queue !== undefined && { queue }),
    ...(budgetS !== undefined && { budgetS }),
    ...(heapMb !== undefined && { heapMb }),
    ...(results !== undefined && { results }),
  };
}
