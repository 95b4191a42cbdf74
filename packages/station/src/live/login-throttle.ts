/** So many wrong passwords for one name lock it for a while; each further one doubles the while. */
const freeTries = 5;
const firstLockMs = 2_000;
const longestLockMs = 300_000;
/** Names that are remembered at once; a flood of made-up ones must not fill the memory. */
const memory = 1000;

/** Slows guessing of passwords. The clock is an argument. */
export class LoginThrottle {
  readonly #failures = new Map<string, { count: number; untilMs: number }>();

  /** How long a name still has to wait, ms; 0: it may try. */
  waitMs(name: string, nowMs: number): number {
    return Math.max(0, (this.#failures.get(name)?.untilMs ?? 0) - nowMs);
  }

  failed(name: string, nowMs: number): void {
    const count = (this.#failures.get(name)?.count ?? 0) + 1;
    const lock = count < freeTries ? 0 : Math.min(longestLockMs, firstLockMs * 2 ** (count - freeTries));
    this.#failures.delete(name);
    this.#failures.set(name, { count, untilMs: nowMs + lock });
    if (this.#failures.size > memory) this.#failures.delete(this.#failures.keys().next().value as string);
  }

  succeeded(name: string): void {
    this.#failures.delete(name);
  }
}
