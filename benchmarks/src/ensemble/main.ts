import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { thisMachine } from '../machine.ts';
import { between } from '../table.ts';
import { ensembleMarkdown } from './ensemble-table.ts';
import { cases, type Effort, measureCase } from './measure-ensemble.ts';

const efforts: Record<'full' | 'quick', Effort> = {
  full: {
    rounds: 2,
    patience: { time: 100, warmup: 100, iterations: 5 },
    batches: 100_000,
    tolerances: [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8],
  },
  quick: { rounds: 1, patience: { time: 20, warmup: 20, iterations: 2 }, batches: 200, tolerances: [1e-4, 1e-6] },
};
const [option, ...rest] = process.argv.slice(2);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

if (rest.length > 0 || (option !== undefined && option !== '--quick')) {
  say(`There is no option '${rest[0] ?? option}'. Use --quick to see the tables without writing them, or nothing.`);
  process.exitCode = 64;
} else {
  const machine = thisMachine();
  const rows = [];
  for (const one of cases) rows.push(await measureCase(one, efforts[option ? 'quick' : 'full'], say));
  const text = ensembleMarkdown({ machine, rows });
  process.stdout.write(`${text}\n`);
  if (option === undefined) {
    const readme = join(resolve(import.meta.dirname, '../..'), 'README.md');
    writeFileSync(readme, between(readFileSync(readme, 'utf8'), 'ensemble', text));
    say('Written to benchmarks/README.md.');
  }
}
