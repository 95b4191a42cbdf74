import { parentPort } from 'node:worker_threads';
import { answer, type Question } from './questions.ts';

/** A share of a question for a worker thread. */
export interface Share {
  readonly question: Question;
  readonly seed: number;
  readonly indices: readonly number[];
}

parentPort!.on('message', ({ question, seed, indices }: Share) => {
  parentPort!.postMessage(answer(question, seed, indices));
});
