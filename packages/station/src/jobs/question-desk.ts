import { refuse } from '../refuse.ts';
import type { JobTask } from './job-tasks.ts';
import { JobThread } from './job-thread.ts';

export type Question = Exclude<JobTask, { kind: 'work' }>;

/** Questions in their order, in a thread of their own. */
class Lane {
  readonly #thread: JobThread;
  readonly #limit: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(heapMb: number, limit: number) {
    this.#thread = new JobThread('questions', heapMb);
    this.#limit = limit;
  }

  ask(question: Question): Promise<unknown> {
    if (this.#waiting >= this.#limit)
      refuse(
        'STATION_DESK_FULL',
        `${this.#waiting} questions wait already, and ${this.#limit} is the most.`,
        'Ask again in a moment.',
      );
    this.#waiting++;
    const answer = this.#last.then(() => this.#thread.do(question));
    this.#last = answer
      .catch(() => {})
      .finally(() => {
        this.#waiting--;
      });
    return answer;
  }

  warm(): void {
    this.#thread.warm();
  }

  close(): Promise<void> {
    return this.#thread.break('The station stops.');
  }
}

/** Pages run the scenarios that an organism is held to, comparisons and searches read a scenario several times: seconds, where others take milliseconds. */
const isSlow = (question: Question): boolean =>
  (question.kind === 'inspect' && question.want === 'page') ||
  (question.kind === 'plan' && ['comparison', 'optimisation'].includes(question.request.kind));

/** Questions that take too long for the thread that keeps the clocks. The slow ones do not hold up the others. */
export class QuestionDesk {
  readonly #quick: Lane;
  readonly #slow: Lane;

  constructor(heapMb: number, limit: number) {
    this.#quick = new Lane(heapMb, limit);
    this.#slow = new Lane(heapMb, limit);
  }

  /** Throws ProblemError for what is wrong with what was asked for. */
  async ask(question: Question): Promise<unknown> {
    return (isSlow(question) ? this.#slow : this.#quick).ask(question);
  }

  /** Makes the first answer as quick as the others. */
  warm(): void {
    this.#quick.warm();
  }

  async close(): Promise<void> {
    await Promise.all([this.#quick.close(), this.#slow.close()]);
  }
}
