import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './failures.ts';
import { oneProblem } from './problem-details.ts';

/** A reader that has this many bytes before it gets nothing but what it must not miss, until it has taken them. */
const behindBytes = 256 * 1024;
const keepAliveMs = 15_000;

/** One reader of server-sent events (WHATWG HTML, section 9.2). */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #onClose: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  /** What is shown next when a slow reader has caught up, by the kind of event. */
  readonly #held = new Map<string, () => string>();
  #isOpen = true;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#timer = setInterval(() => this.#write(': still here\n\n'), keepAliveMs);
    response.on('close', () => this.#close());
    response.on('drain', () => this.#catchUp());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the reader takes less than it is sent. */
  get isBehind(): boolean {
    return this.#response.writableLength > behindBytes;
  }

  /** Events as text. Whoever has more of them that must not be missed looks at `isBehind`, and goes on when it is called back. */
  write(text: string): void {
    this.#write(text);
  }

  /** Calls back when a reader that was behind has taken what it was sent. */
  onReady(act: () => void): void {
    this.#response.on('drain', act);
  }

  /** Something of which only the latest counts: a slow reader misses what lies between. */
  latest(kind: string, data: unknown): void {
    this.frame(kind, () => `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** The same, of a text that many readers share. `text` is asked for when it can be sent. */
  frame(kind: string, text: () => string): void {
    if (this.isBehind) this.#held.set(kind, text);
    else this.#write(text());
  }

  onClose(act: () => void): void {
    if (this.#isOpen) this.#onClose.push(act);
    else act();
  }

  end(): void {
    for (const text of this.#held.values()) this.#write(text());
    this.#held.clear();
    this.#response.end();
  }

  #catchUp(): void {
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const text of held) this.#write(text());
  }

  #write(text: string): void {
    if (this.#isOpen && !this.#response.writableEnded) this.#response.write(text);
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#timer);
    for (const act of this.#onClose) act();
  }
}

/** All readers, of which there may be so many. */
export class EventStreams {
  readonly #limit: number;
  readonly #open = new Set<EventStream>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Takes the answer over from the framework. Headers that were set so far go out with it. */
  open(request: FastifyRequest, reply: FastifyReply): EventStream | undefined {
    if (this.#open.size >= this.#limit) {
      const says = `${this.#open.size} readers listen already, and ${this.#limit} is the most.`;
      void sendProblem(reply, oneProblem('API_STREAM_LIMIT', says, 'Close one, or come back later.'));
      return undefined;
    }
    reply.hijack();
    const { raw } = reply;
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    request.raw.socket.setTimeout(0);
    request.raw.socket.setNoDelay(true);
    const stream = new EventStream(raw);
    this.#open.add(stream);
    stream.onClose(() => this.#open.delete(stream));
    return stream;
  }

  close(): void {
    for (const stream of this.#open) stream.end();
  }
}
