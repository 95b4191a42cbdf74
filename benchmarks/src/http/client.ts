import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** A server in a process of its own, and whoever talks to it. */
export class Served {
  readonly process: ChildProcess;
  readonly #lines: Interface;
  address = '';
  token = '';

  private constructor(process: ChildProcess) {
    this.process = process;
    this.#lines = createInterface(process.stdout!);
  }

  static async start(...args: string[]): Promise<Served> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'served.ts'), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const served = new Served(child);
    const { address, token } = JSON.parse(await served.#line()) as { address: string; token: string };
    return Object.assign(served, { address, token });
  }

  async usage(): Promise<{ cpuMs: number; late: number; heldMs: number }> {
    const line = this.#line();
    this.process.stdin!.write('\n');
    return JSON.parse(await line);
  }

  async ask(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** Ends it as a power cut would. */
  kill(): Promise<void> {
    return new Promise((resolve) => {
      this.process.once('exit', () => resolve());
      this.process.kill('SIGKILL');
    });
  }

  #line(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#lines.once('line', resolve);
      this.process.once('exit', () => reject(new Error('The server has ended.')));
    });
  }
}
