import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Station } from '@fedbatch/station';

/** Levels as pino numbers them. */
const levels = { info: 30, error: 50 } as const;

/** Lines of JSON in pino's form, on standard error or in a file that is only added to. */
export class ServerLog {
  readonly #file: WriteStream | undefined;
  #stops: (() => void)[] = [];

  /** `where`: stderr, or a file. Throws where its folder cannot be made; a file that cannot be written is told on standard error. */
  constructor(where: string) {
    if (where === 'stderr') return;
    mkdirSync(dirname(where), { recursive: true });
    this.#file = createWriteStream(where, { flags: 'a', mode: 0o640 });
    this.#file.on('error', (error) => process.stderr.write(`The log cannot be written: ${error.message}.\n`));
  }

  /** Takes a line that is JSON already, with its end. */
  readonly write = (line: string): void => void (this.#file ?? process.stderr).write(line);

  says(level: keyof typeof levels, msg: string, more: object = {}): void {
    const head = { level: levels[level], time: Date.now(), pid: process.pid, hostname: hostname() };
    this.write(`${JSON.stringify({ ...head, ...more, msg })}\n`);
  }

  /** Tells what becomes of jobs and plants, under the ids that requests name them by. */
  follow(station: Station): void {
    this.#stops.push(
      station.jobs.onEnd(({ id, request, status, says }) =>
        this.says(status === 'failed' ? 'error' : 'info', 'a job has ended', {
          run: id,
          kind: request.kind,
          status,
          says,
        }),
      ),
      station.onPlant(({ name }, what) => this.says('info', `a plant was ${what}`, { plant: name })),
    );
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    const file = this.#file;
    if (file && !file.destroyed) await new Promise<void>((done) => file.end(done));
  }
}
