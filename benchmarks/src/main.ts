import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { measure } from './measure.ts';
import { markdown, withResults } from './table.ts';

const folder = resolve(import.meta.dirname, '..');
const [option, ...rest] = process.argv.slice(2);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

if (rest.length > 0 || (option !== undefined && option !== '--quick')) {
  say(`There is no option '${rest[0] ?? option}'. Use --quick to see the tables without writing them, or nothing.`);
  process.exitCode = 64;
} else {
  const results = await measure(option === '--quick' ? 'quick' : 'full', say);
  process.stdout.write(`${markdown(results)}\n`);
  if (option === undefined) {
    const measured = join(folder, 'measured');
    mkdirSync(measured, { recursive: true });
    writeFileSync(join(measured, `${results.machine.name}.json`), `${JSON.stringify(results, null, 2)}\n`);
    const readme = join(folder, 'README.md');
    writeFileSync(readme, withResults(readFileSync(readme, 'utf8'), results));
    say(`Written to benchmarks/measured/${results.machine.name}.json and benchmarks/README.md.`);
  }
}
