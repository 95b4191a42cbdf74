import { refuse } from '../refuse.ts';
import type { JobTask } from './job-tasks.ts';
import { JobThread } from './job-thread.ts';

export type Question = Exclude<JobTask, { kind: 'work' }>;

/** Short questions that take too long for the thread that keeps the clocks: one thread answers them, in their order. */
export class QuestionDesk {
  readonly #thread: JobThread;
  readonly #limit: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(heapMb: number, limit: number) {
    this.#thread = new JobThread('questions', heapMb);
    this.#limit = limit;
  }

  /** Throws ProblemError for what is wrong with what was asked for. */
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

  /** Makes the first answer as quick as the others. */
  warm(): void {
    this.#thread.warm();
  }

  close(): Promise<void> {
    return this.#thread.break('The station stops.');
  }
}
