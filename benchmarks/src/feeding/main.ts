import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { feedingCases } from './case.ts';
import { type Answered, feasible, heads, paired, row } from './feeding-table.ts';
import { informationTable } from './information.ts';
import {
  impairedContenders,
  impairedQuestions,
  impairments,
  mainQuestions,
  plainest,
  type Question,
} from './questions.ts';
import { measureSteps, stepTable } from './step-times.ts';
import type { TrialFigures } from './trial.ts';
import type { Share } from './worker.ts';

/** Another seed than the weights were chosen with. */
const seed = 20_261;
const asked = process.argv[2];
const plants = Number(asked ?? 300);
const readme = join(import.meta.dirname, '../../README.md');

if (asked === 'times') {
  write('feeding times', stepTable(measureSteps()));
} else if (asked === 'information') {
  write('feeding information', informationTable(feedingCases[0]!, [1, 1.5], seed, 300));
} else if (Number.isInteger(plants) && plants >= 5) {
  const text = report(await answerAll([...mainQuestions, ...impairedQuestions]));
  if (asked === undefined) write('feeding', text);
  else process.stdout.write(`${text}\n`);
} else {
  process.stderr.write(
    `'${asked}' is no number of plants. Give a whole number from 5, 'times' for the times of a step, 'information' for what the data allow, or nothing for 300 plants.\n`,
  );
  process.exitCode = 64;
}

/** Prints a table and puts it into the README between its marks. */
function write(mark: string, text: string): void {
  process.stdout.write(`${text}\n`);
  const [opens, closes] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const page = readFileSync(readme, 'utf8');
  const [before, rest] = page.split(opens);
  writeFileSync(readme, `${before}${opens}\n\n${text}\n\n${closes}${rest!.split(closes)[1]}`);
  process.stderr.write('Written to benchmarks/README.md.\n');
}

/** Every question; those with the same answers are asked once. */
async function answerAll(questions: readonly Question[]): Promise<Answered[]> {
  const keys = questions.map((question) => JSON.stringify(plainest(question)));
  const unique = [...new Set(keys)];
  const answers = await answerEach(unique.map((key) => JSON.parse(key)));
  return questions.map((question, q) => ({ question, figures: answers[unique.indexOf(keys[q]!)]!.figures }));
}

/** The plants of every question are shared between threads; the answers do not depend on how many. */
async function answerEach(questions: readonly Question[]): Promise<Answered[]> {
  const size = 25;
  const found: TrialFigures[][] = questions.map(() => []);
  const shares = questions.flatMap((question, q) =>
    Array.from({ length: Math.ceil(plants / size) }, (_, s) => ({
      q,
      share: {
        question,
        seed,
        indices: Array.from({ length: Math.min(size, plants - s * size) }, (__, i) => s * size + i),
      },
    })),
  );
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    while (next < shares.length) {
      const { q, share } = shares[next++]!;
      const figures = await ask(worker, share);
      share.indices.forEach((index, i) => {
        found[q]![index] = figures[i]!;
      });
      done++;
      if (done % 20 === 0 || done === shares.length) process.stderr.write(`${done} of ${shares.length} shares\n`);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return questions.map((question, q) => ({ question, figures: found[q]! }));
}

async function ask(worker: Worker, share: Share): Promise<TrialFigures[]> {
  const answered = once(worker, 'message');
  worker.postMessage(share);
  const [figures] = await answered;
  return figures;
}

function report(answers: readonly Answered[]): string {
  const main = answers.slice(0, mainQuestions.length);
  const impaired = answers.slice(mainQuestions.length);
  const of = (list: readonly Answered[], contender: string, feedingCase: string, like: Partial<Question>): Answered =>
    list.find(
      ({ question }) =>
        question.contender === contender &&
        question.feedingCase === feedingCase &&
        (like.severity === undefined || question.severity === like.severity) &&
        (like.impairment === undefined || question.impairment === like.impairment) &&
        (like.organism === undefined || question.organism === like.organism),
    )!;
  const parts = [1, 1.5].flatMap((severity) =>
    (['A', 'B'] as const).map((name) => {
      const oracle = of(main, 'oracle', name, { severity });
      const lines = main.filter(({ question }) => question.feedingCase === name && question.severity === severity);
      const count = feasible(oracle).filter(Boolean).length;
      const note = name === 'A' ? `${count} of ${plants} plants feasible` : `${plants} plants`;
      return [
        `Case ${name}, severity ${severity}, ${note}:\n`,
        heads[name],
        ...lines.map((line) => row(line.question.contender, line, oracle)),
        `\n${comparison(name, of(main, 'adaptive', name, { severity }), of(main, 'classical with acetate rule', name, { severity }), oracle)}`,
      ].join('\n');
    }),
  );
  const wrong = (['A', 'B'] as const).map((name) =>
    [
      `Case ${name}, severity 1, with something else wrong:\n`,
      heads[name],
      ...Object.entries(impairments).flatMap(([says, like]) => {
        const oracle = of(impaired, 'oracle', name, like);
        return impairedContenders
          .filter((contender) => contender !== 'oracle')
          .map((contender) => row(`${says}: ${contender}`, of(impaired, contender, name, like), oracle));
      }),
    ].join('\n'),
  );
  return [...parts, ...wrong].join('\n\n');
}

/** Adaptive less classical on the same plants. */
function comparison(name: 'A' | 'B', adaptive: Answered, classical: Answered, oracle: Answered): string {
  const can = feasible(oracle);
  if (name === 'A') {
    const differences = adaptive.figures
      .map(({ muError }, i) => muError - classical.figures[i]!.muError)
      .filter((_, i) => can[i]);
    return `Growth error over feasible plants, adaptive less classical: ${paired(differences, 4)} 1/h.`;
  }
  const differences = adaptive.figures.map(
    ({ clean }, i) => 100 * (Number(clean) - Number(classical.figures[i]!.clean)),
  );
  return `Clean plants, adaptive less classical: ${paired(differences, 1)} %.`;
}
