import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ReadOptions, readEvents, type ServerEvent, StreamRefused } from './event-reader.ts';

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());
afterEach(() => server?.close());

/** A server that answers the first request with the first answer, and so on. */
async function serving(...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]): Promise<string> {
  server = createServer((request, response) => answers.shift()!(response, request));
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const stream = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });

async function all(url: string, options: ReadOptions = {}): Promise<ServerEvent[]> {
  const found: ServerEvent[] = [];
  for await (const event of readEvents(url, { againMs: 1, ...options })) found.push(event);
  return found;
}

describe('a reader of events', () => {
  it('reads kinds, ids and data of several lines, however lines end, and passes comments over', async () => {
    const url = await serving((response) =>
      stream(response).end(
        ': hello\n\nevent: job\rid: 7\rdata: {"a":\rdata: 1}\r\r\r\ndata:2\r\n\r\nevent: empty\n\ndata: 3',
      ),
    );
    expect(await all(url)).toEqual([
      { event: 'job', data: { a: 1 }, id: '7' },
      { event: 'message', data: 2, id: '7' },
    ]);
  });

  it('puts together what comes in pieces, letters of several bytes among them', async () => {
    const bytes = Buffer.from('event: note\r\ndata: "µ = 0.2 1/h"\r\n\r\n');
    const url = await serving(async (response) => {
      stream(response);
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect(await all(url)).toEqual([{ event: 'note', data: 'µ = 0.2 1/h', id: undefined }]);
  });

  it('comes back after a broken connection, and after a server that is busy, with the last id that it had', async () => {
    const asked: (string | string[] | undefined)[] = [];
    const noting =
      (answer: (response: ServerResponse) => void) =>
      (response: ServerResponse, request: IncomingMessage): void => {
        asked.push(request.headers['last-event-id']);
        answer(response);
      };
    const url = await serving(
      noting((response) => stream(response).write('id: 4\ndata: 1\n\nid: 5\ndata: torn', () => response.destroy())),
      noting((response) => response.writeHead(503).end()),
      noting((response) => stream(response).end('id: 5\ndata: 2\n\n')),
    );
    expect((await all(url, { after: '3' })).map(({ data }) => data)).toEqual([1, 2]);
    expect(asked).toEqual(['3', '4', '4']);
  });

  it('ends when it is told to, and says what the server says when that is no stream', async () => {
    const stop = new AbortController();
    const url = await serving(
      (response) => stream(response).write('data: 1\n\n'),
      (response) => response.writeHead(404).end('There is no plant.'),
    );
    for await (const { data } of readEvents(url, { signal: stop.signal })) {
      expect(data).toBe(1);
      stop.abort();
    }
    await expect(all(url)).rejects.toThrow(StreamRefused);
    server!.close();
  });
});
