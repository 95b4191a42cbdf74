/** One server-sent event. */
export interface ServerEvent<Data = unknown> {
  /** Kind of the event: `tags`, `record`, `job`. */
  readonly event: string;
  readonly data: Data;
  /** What a reader that comes back names; undefined where none was given so far. */
  readonly id: string | undefined;
}

export interface ReadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Id of the last event that was received earlier: the reader gets what followed. */
  readonly after?: string;
  readonly signal?: AbortSignal;
  /** How long to wait before coming back to a server that cannot be reached, ms; doubles up to 30 s. Default 250. */
  readonly againMs?: number;
}

const longestWaitMs = 30_000;

/**
 * Reads server-sent events (WHATWG HTML, section 9.2). When the connection breaks it comes back with Last-Event-ID and goes on after the last
 * event that it had; when the server ends the answer, so does the reading. Throws Error for an answer that is no stream.
 */
export async function* readEvents<Data = unknown>(
  url: string,
  { headers = {}, after, signal, againMs = 250 }: ReadOptions = {},
): AsyncGenerator<ServerEvent<Data>, void> {
  let last = after;
  let waitMs = againMs;
  for (;;) {
    try {
      const known = last === undefined ? {} : { 'last-event-id': last };
      const response = await fetch(url, {
        headers: { accept: 'text/event-stream', ...headers, ...known },
        signal: signal ?? null,
      });
      if (!response.ok || !response.body) throw new StreamRefused(response.status, await response.text());
      for await (const found of eventsIn<Data>(response.body)) {
        last = found.id ?? last;
        waitMs = againMs;
        yield { ...found, id: last };
      }
      return;
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof StreamRefused && !error.isPassing) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = Math.min(longestWaitMs, 2 * waitMs);
    }
  }
}

/** An answer that is no stream: what the server says of it. */
export class StreamRefused extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`The server answered ${status}: ${text.slice(0, 500)}`);
    this.status = status;
  }

  /** Whether coming back later may help. */
  get isPassing(): boolean {
    return this.status === 429 || this.status === 503;
  }
}

async function* eventsIn<Data>(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent<Data>> {
  let [event, data, id] = ['message', [] as string[], undefined as string | undefined];
  for await (const line of linesIn(body)) {
    if (line === '') {
      if (data.length > 0) yield { event, data: JSON.parse(data.join('\n')) as Data, id };
      [event, data] = ['message', []];
      continue;
    }
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line)!;
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }
}

/** Lines end with a line feed, a carriage return, or both; what is not ended is no line yet. */
async function* linesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    // A carriage return at the very end may be half of a line end.
    const whole = /[\s\S]*(?:\n|\r(?!\n|$))/.exec(rest)?.[0] ?? '';
    rest = rest.slice(whole.length);
    const lines = whole.split(/\r\n|\n|\r/);
    lines.pop();
    yield* lines;
  }
}
