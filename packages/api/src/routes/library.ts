import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  componentSchema,
  instrumentsSchema,
  type LibraryKind,
  type LibraryText as LibraryTextOf,
  type Station,
  scenarioSchema,
  studySchema,
} from '@fedbatch/station';
import { type Problem, ProblemError } from '@fedbatch/vocabulary';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { sendProblem } from '../failures.ts';
import { whoAsks } from '../identity.ts';
import { detailsOf, lineOf, oneProblem, type ProblemLine } from '../problem-details.ts';
import { answers, fileAnswer, Nothing } from '../responses.ts';
import {
  CheckAsked,
  CheckFound,
  DraftAsked,
  DraftWritten,
  LibraryEntry,
  LibraryKindParam,
  LibraryParams,
  LibraryText,
  SettingsQuery,
} from '../schemas/library.ts';

/** Organisms, vessels, scenarios and studies: what there is, what is in it, whether it can stand, and drafts of one's own. */
export const library: FastifyPluginAsyncTypebox<{ station: Station }> = async (app, { station }) => {
  const { library: shelf, desk } = station;

  app.get(
    '/library/:kind',
    {
      schema: {
        operationId: 'listLibrary',
        'x-role': 'observer',
        tags: ['library'],
        summary: 'What there is of a kind',
        params: LibraryKindParam,
        response: answers({ 200: Type.Object({ entries: Type.Array(LibraryEntry) }) }),
      },
    },
    async (request) => ({ entries: shelf.list(request.params.kind) }),
  );

  app.get(
    '/library/:kind/:name',
    {
      schema: {
        operationId: 'readLibrary',
        'x-role': 'observer',
        tags: ['library'],
        summary: 'A file with its text; its ETag is wanted for changing it',
        params: LibraryParams,
        response: answers({ 200: LibraryText }, [404]),
      },
    },
    async (request, reply) => tagged(reply, shelf.read(request.params.kind, request.params.name)),
  );

  app.put(
    '/library/:kind/:name',
    {
      schema: {
        operationId: 'writeDraft',
        'x-role': 'engineer',
        tags: ['library'],
        summary: 'Write a draft: a new one, or with If-Match one that is there',
        params: LibraryParams,
        headers: Type.Object({
          'if-match': Type.Optional(Type.String({ maxLength: 100, description: 'ETag of what is replaced' })),
        }),
        body: DraftAsked,
        response: answers({ 200: DraftWritten, 201: DraftWritten }, [403, 409, 412, 413, 422]),
      },
    },
    async (request, reply) => {
      const { kind, name } = request.params;
      const expected = versionIn(request.headers['if-match']);
      const written = shelf.write(whoAsks(request), kind, name, request.body.text, expected);
      const { problems } = await check(kind, written.path, []);
      return tagged(reply.code(expected === undefined ? 201 : 200), { ...written, problems });
    },
  );

  app.delete(
    '/library/:kind/:name',
    {
      schema: {
        operationId: 'deleteDraft',
        'x-role': 'engineer',
        tags: ['library'],
        summary: 'Take a draft away; jobs that follow from it keep what it held',
        params: LibraryParams,
        headers: Type.Object({
          'if-match': Type.Optional(Type.String({ maxLength: 100, description: 'ETag of what is deleted' })),
        }),
        response: answers({ 204: Nothing }, [403, 404, 409, 412, 428]),
      },
    },
    async (request, reply) => {
      const { kind, name } = request.params;
      const expected = versionIn(request.headers['if-match']);
      if (expected === undefined)
        return sendProblem(
          reply,
          oneProblem(
            'API_VERSION_MISSING',
            'The request does not say which version it deletes.',
            'Send its ETag as If-Match.',
          ),
        );
      shelf.remove(whoAsks(request), kind, name, expected);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/library/:kind/:name/check',
    {
      schema: {
        operationId: 'checkLibrary',
        'x-role': 'observer',
        tags: ['library'],
        summary: 'Units, balances, what was solved for, stiffness',
        params: LibraryParams,
        querystring: SettingsQuery,
        response: answers({ 200: CheckFound }, [404, 503]),
      },
    },
    async (request) => {
      const { kind, name } = request.params;
      return check(kind, shelf.read(kind, name).path, request.query.set ?? []);
    },
  );

  app.post(
    '/library/check',
    {
      schema: {
        operationId: 'checkText',
        'x-role': 'observer',
        tags: ['library'],
        summary: 'Check a text without writing it',
        body: CheckAsked,
        response: answers({ 200: CheckFound }, [503]),
      },
    },
    async (request) => {
      const { kind, name = 'unnamed-text', text } = request.body;
      const files = shelf.filesWith(kind, name, text);
      return check(kind, Object.keys(files.texts!)[0]!, [], files);
    },
  );

  app.get(
    '/library/:kind/:name/explanation',
    {
      schema: {
        operationId: 'explainLibrary',
        'x-role': 'observer',
        tags: ['library'],
        summary:
          'The composed equations, every symbol with its unit and source; as JSON or, with format=html, as a page',
        params: LibraryParams,
        querystring: Type.Object({
          ...SettingsQuery.properties,
          format: Type.Optional(
            Type.Union([Type.Literal('json'), Type.Literal('html')], { description: 'default json' }),
          ),
        }),
        response: answers(
          { 200: fileAnswer(['application/json', 'text/html'], 'states, equations, parameters') },
          [404, 422, 503],
        ),
      },
    },
    async (request, reply) => {
      const { kind, name } = request.params;
      const { set = [], format = 'json' } = request.query;
      const entry = shelf.read(kind, name);
      if (kind === 'studies') return sendProblem(reply, noModel(entry.path));
      const want = format === 'html' ? 'page' : 'explanation';
      const found = await desk.ask({ kind: 'inspect', files: shelf.files, path: entry.path, settings: set, want });
      if (format === 'json') return reply.send(found);
      return reply
        .type('text/html; charset=utf-8')
        .header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; sandbox allow-scripts",
        )
        .send(found);
    },
  );

  const schemas = {
    component: componentSchema,
    instruments: instrumentsSchema,
    scenario: scenarioSchema,
    study: studySchema,
  };
  app.get(
    '/schemas/:kind',
    {
      schema: {
        operationId: 'getSchema',
        'x-role': 'observer',
        tags: ['library'],
        summary: 'The JSON Schema that editors complete and check files with',
        params: Type.Object({
          kind: Type.Enum(['component', 'instruments', 'scenario', 'study']),
        }),
        response: answers({ 200: Type.Unknown({ description: 'JSON Schema 2020-12' }) }),
      },
    },
    async (request) => schemas[request.params.kind](),
  );

  /** A study has no model of its own: it stands when its scenarios do. */
  async function check(kind: LibraryKind, path: string, settings: readonly string[], files = shelf.files) {
    try {
      if (kind === 'studies') {
        const plan = (await desk.ask({ kind: 'plan', files, request: { kind: 'comparison', subject: path } })) as {
          title: string;
          warnings: readonly Problem[];
        };
        return { valid: true, problems: plan.warnings.map(lineOf), found: { title: plan.title } };
      }
      const found = (await desk.ask({ kind: 'inspect', files, path, settings, want: 'check' })) as {
        warnings: readonly Problem[];
      };
      return { valid: true, problems: found.warnings.map(lineOf), found };
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problems[0]!.code === 'STATION_DESK_FULL') throw error;
      return { valid: false, problems: error.problems.map(lineOf) as ProblemLine[], found: null };
    }
  }
};

function noModel(path: string) {
  const says = `${path} is a study, and a study has no equations of its own.`;
  return detailsOf([
    { code: 'API_STUDY_EQUATIONS', severity: 'error', says, remedy: 'Ask for those of its scenarios.' },
  ]);
}

function tagged<Entry extends LibraryTextOf>(reply: FastifyReply, entry: Entry): Entry {
  void reply.header('etag', `"${entry.version}"`);
  return entry;
}

const versionIn = (header: string | undefined): string | undefined => header?.replace(/^W\//, '').replaceAll('"', '');
