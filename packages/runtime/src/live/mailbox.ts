import type { Change } from './change.ts';

/** Changes that wait for the next scan boundary, in the order in which they came. */
export class Mailbox {
  #waiting: Change[] = [];

  get waiting(): readonly Change[] {
    return this.#waiting.slice();
  }

  post(change: Change): void {
    this.#waiting.push(change);
  }

  /** The last value that is on its way to a tag, or undefined. */
  pending(tag: string): number | undefined {
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      const change = this.#waiting[i]!;
      if (change.kind === 'write' && change.tag === tag) return change.value;
    }
    return undefined;
  }

  /** Hands over everything, in order, and is empty. */
  take(): readonly Change[] {
    const taken = this.#waiting;
    if (taken.length > 0) this.#waiting = [];
    return taken;
  }
}
