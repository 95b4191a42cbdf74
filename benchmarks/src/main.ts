import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { headline } from './headline.ts';
import { measure } from './measure.ts';
import { between, machineText, markdown } from './table.ts';

const folder = resolve(import.meta.dirname, '..');
const [option, ...rest] = process.argv.slice(2);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Puts a text between the markers of a README. */
function write(readme: string, marker: string, text: string): void {
  writeFileSync(readme, between(readFileSync(readme, 'utf8'), marker, text));
}

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
    write(join(folder, 'README.md'), 'results', markdown(results));
    const machine = `\`npm run bench\` on ${machineText(results.machine)}.`;
    write(resolve(folder, '../README.md'), 'speed', `${headline(results)}\n\n${machine}`);
    say(`Written to benchmarks/measured/${results.machine.name}.json, benchmarks/README.md and README.md.`);
  }
}
