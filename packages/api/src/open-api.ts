import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { TSchema } from 'typebox';
import { problemStatuses } from './problem-details.ts';
import { problemResponse } from './responses.ts';
import { ProblemDetails, ProblemLine } from './schemas/basics.ts';
import { ComparisonAsked, EnsembleAsked, JobList, JobShown, OptimisationAsked, RunAsked } from './schemas/job.ts';
import { CheckFound, LibraryEntry, LibraryText } from './schemas/library.ts';
import {
  AlarmShown,
  CommandAsked,
  PlantAsked,
  PlantShown,
  ReceiptShown,
  StepAsked,
  StepShown,
  TagShown,
} from './schemas/plant.ts';
import { EntryAsked, RecordList, RecordShown } from './schemas/record.ts';
import { SamplesShown } from './schemas/samples.ts';

const tags = [
  { name: 'access', description: 'who somebody is, tokens, users, the journal of the station' },
  { name: 'library', description: 'organisms, vessels, scenarios, studies' },
  { name: 'runs', description: 'one scenario, as fast as it goes' },
  { name: 'studies', description: 'many runs as one job: ensembles and comparisons' },
  { name: 'plants', description: 'plants that run now' },
  { name: 'operations', description: 'for whoever keeps it running' },
];

/** Shapes that have a name in the document, so that generated clients have it too and the document says each of them once. */
const shapes: Readonly<Record<string, TSchema>> = {
  Problem: ProblemDetails,
  ProblemLine,
  RunAsked,
  EnsembleAsked,
  ComparisonAsked,
  OptimisationAsked,
  Job: JobShown,
  JobList,
  LibraryEntry,
  LibraryText,
  CheckFound,
  PlantAsked,
  Plant: PlantShown,
  Tag: TagShown,
  Command: CommandAsked,
  Receipt: ReceiptShown,
  StepAsked,
  StepShown,
  Alarm: AlarmShown,
  EntryAsked,
  Samples: SamplesShown,
  Record: RecordShown,
  RecordList,
};

/** The frame of the document; routes fill it from the schemas that check requests. */
export function openApi(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fedbatch',
        version,
        description:
          'A virtual bioreactor: scenarios, runs, studies and live plants. Errors are problem details (RFC 9457) with the code, place and remedy that the command line prints. `x-role` is the least role that a request needs.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags,
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'fb_...' } } },
      security: [{ token: [] }],
    },
    transformObject: (document) => ('openapiObject' in document ? finished(document.openapiObject) : {}),
  } as FastifyDynamicSwaggerOptions;
}

type Tree = null | string | number | boolean | Tree[] | { [key: string]: Tree };

/** Names the shapes, and the rest of a path, which a route of the framework calls `*`. */
function finished(document: object): object {
  const { paths, components, ...frame } = plain(document) as { paths: Tree; components: { [key: string]: Tree } };
  const responses = Object.fromEntries(problemStatuses.map((status) => [`Problem${status}`, problemResponse(status)]));
  const names = new Map(
    Object.entries({ schemas: shapes, responses }).flatMap(([kind, parts]) =>
      Object.entries(parts).map(([name, part]) => [JSON.stringify(spelled(part)), `#/components/${kind}/${name}`]),
    ),
  );
  const named = (tree: Tree): Tree => {
    if (tree === null || typeof tree !== 'object') return tree;
    const name = names.get(JSON.stringify(tree));
    return name === undefined ? within(tree, named) : { $ref: name };
  };
  const written = (parts: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, within(spelled(part), named)]));
  const rest = Object.entries(named(paths) as { [key: string]: Tree }).map(([path, item]) =>
    path.includes('{*}')
      ? [path.replace('{*}', '{path}'), JSON.parse(JSON.stringify(item).replaceAll('"name":"*"', '"name":"path"'))]
      : [path, item],
  );
  return {
    ...frame,
    components: { ...components, schemas: written(shapes), responses: written(responses) },
    paths: Object.fromEntries(rest),
  };
}

const plain = (value: unknown): Tree => JSON.parse(JSON.stringify(value)) as Tree;

/** A shape as the document spells it: a constant is a choice of one word. */
const spelled = (shape: unknown): Tree =>
  JSON.parse(JSON.stringify(shape, (_key, part) => (part?.const === undefined ? part : choiceOfOne(part)))) as Tree;

const choiceOfOne = ({ const: word, ...rest }: { const: unknown }) => ({ ...rest, enum: [word] });

function within(tree: Tree, change: (part: Tree) => Tree): Tree {
  if (Array.isArray(tree)) return tree.map(change);
  if (tree === null || typeof tree !== 'object') return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, change(part)]));
}
