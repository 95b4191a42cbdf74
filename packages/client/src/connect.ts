import createClient, { type Client } from 'openapi-fetch';
import { type ReadOptions, readEvents, type ServerEvent } from './event-reader.ts';
import type { paths } from './generated/openapi.ts';

export interface ConnectOptions {
  /** `http://127.0.0.1:8080` */
  readonly address: string;
  /** `fb_...`; without one only what is open to anyone is answered. */
  readonly token?: string;
}

/** Addresses of the document whose answer is a stream of events. */
type StreamPath = Extract<keyof paths, `${string}/stream`>;
type StreamQuery<Path extends StreamPath> = NonNullable<paths[Path]['get']>['parameters']['query'];
type StreamNames<Path extends StreamPath> = NonNullable<paths[Path]['get']>['parameters']['path'];

export type Fedbatch = Client<paths> & {
  /** Events of a run, a study or a plant; comes back after the last one that it had when the connection breaks. */
  events<Path extends StreamPath, Data = unknown>(
    path: Path,
    names: StreamNames<Path>,
    options?: ReadOptions & { readonly query?: StreamQuery<Path> },
  ): AsyncGenerator<ServerEvent<Data>, void>;
};

/** A client whose addresses, parameters, bodies and answers have the types of the OpenAPI document. */
export function connect({ address, token }: ConnectOptions): Fedbatch {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const client = createClient<paths>({ baseUrl: address, headers });
  return {
    ...client,
    events: (path, names, { query, ...options } = {}) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent((names as Record<string, string>)[name]!),
      );
      const asked = new URLSearchParams(
        Object.entries(query ?? {}).map(([key, value]): [string, string] => [key, String(value)]),
      );
      return readEvents(`${address}${filled}?${asked}`, { ...options, headers: { ...headers, ...options.headers } });
    },
  };
}
