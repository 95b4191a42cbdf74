import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '@fedbatch/vocabulary';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export type Schema = { readonly [key: string]: unknown };

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Described {
  readonly operationId: string;
  readonly 'x-role': Role | 'anyone';
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, Content | { readonly $ref: string }>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Content>>;
  };
}

/** The document as it is committed; `open-api.test.ts` holds the server to it. */
export const committedDocument = (): Document =>
  JSON.parse(readFileSync(join(import.meta.dirname, '__snapshots__/openapi.json'), 'utf8')) as Document;

/** One thing that the document says can be asked. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly least: Role | 'anyone';
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly responses: ReadonlyMap<number, Content>;
}

export function operationsOf({ paths, components }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      least: described['x-role'],
      parameters: described.parameters ?? [],
      body: described.requestBody?.content['application/json'].schema,
      responses: new Map(
        Object.entries(described.responses).map(([status, response]) => [
          Number(status),
          '$ref' in response
            ? components.responses[(response.$ref as string).split('/').at(-1)!]!
            : (response as Content),
        ]),
      ),
    })),
  );
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Holds answers to what the document promises. */
export class AnswerCheck {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #checks = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.#ajv.addFormat('date-time', (text: string) => Number.isFinite(Date.parse(text)) && text.includes('T'));
    this.#ajv.addSchema({ $id: 'document', ...document });
  }

  /** What of an answer is not as it was promised; undefined where all is. */
  wrong(operation: Operation, { status, type, text }: Answer): string | undefined {
    const described = operation.responses.get(status);
    if (!described) return `${operation.id} answered ${status}, which it does not document: ${text.slice(0, 300)}`;
    const media = type.split(';')[0]!;
    if (!described.content)
      return text === '' ? undefined : `${operation.id} ${status} has a body: ${text.slice(0, 300)}`;
    const promised = described.content[media];
    if (!promised) return `${operation.id} ${status} has the type ${media}: ${text.slice(0, 300)}`;
    if (!media.endsWith('json')) return undefined;
    const check = this.#checkOf(promised.schema);
    if (check(JSON.parse(text))) return undefined;
    return `${operation.id} ${status}: ${this.#ajv.errorsText(check.errors)} in ${text.slice(0, 300)}`;
  }

  #checkOf(schema: Schema): ValidateFunction {
    const key = JSON.stringify(schema);
    const found = this.#checks.get(key) ?? this.#ajv.compile(JSON.parse(key.replaceAll('"#/', '"document#/')));
    this.#checks.set(key, found);
    return found;
  }
}

/** What is to be asked of an operation; where a path has names they stand in `path`. */
export interface Ask {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export function urlOf({ path }: Operation, ask: Ask): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ask.path?.[name] ?? 'none'));
  const query = new URLSearchParams(ask.query).toString();
  return query === '' ? filled : `${filled}?${query}`;
}

/** Asks over a socket. Of a stream that does not end only its beginning is read. */
export async function send(address: string, operation: Operation, ask: Ask, token?: string): Promise<Answer> {
  const gone = new AbortController();
  const response = await fetch(`${address}${urlOf(operation, ask)}`, {
    method: operation.method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(ask.body !== undefined && { 'content-type': 'application/json' }),
      ...ask.headers,
    },
    signal: AbortSignal.any([gone.signal, AbortSignal.timeout(10_000)]),
    ...(ask.body !== undefined && { body: typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body) }),
  });
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) return { status: response.status, type, text: await response.text() };
  const { value } = await response.body!.getReader().read();
  gone.abort();
  return { status: response.status, type, text: new TextDecoder().decode(value) };
}
