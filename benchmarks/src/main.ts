import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { headline } from './headline.ts';
import { thisMachine } from './machine.ts';
import { measure } from './measure.ts';
import { type Part, parts, type Results } from './results.ts';
import { between, machineText, markdown } from './table.ts';

const folder = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const isQuick = args.includes('--quick');
const named = args.filter((one) => one !== '--quick');
const isPart = (one: string): one is Part => (parts as readonly string[]).includes(one);
const strange = named.find((one) => !isPart(one));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Puts a text between the markers of a README. */
function write(readme: string, marker: string, text: string): void {
  writeFileSync(readme, between(readFileSync(readme, 'utf8'), marker, text));
}

/** What this machine has measured before; parts that are not measured now stay. */
function measuredBefore(file: string): Partial<Results> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Results>) : {};
}

if (strange !== undefined) {
  say(
    `There is no part '${strange}'. Name some of ${parts.join(', ')} to measure them alone, --quick to see the tables without writing them, or nothing.`,
  );
  process.exitCode = 64;
} else {
  const wanted = named.length > 0 ? named.filter(isPart) : parts;
  const file = join(folder, 'measured', `${thisMachine().name}.json`);
  const found = await measure(isQuick ? 'quick' : 'full', wanted, say);
  // Read only now: another part may have been measured beside this one.
  const results = { ...measuredBefore(file), ...found };
  process.stdout.write(`${markdown(isQuick ? found : results)}\n`);
  if (!isQuick) {
    mkdirSync(join(folder, 'measured'), { recursive: true });
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
    write(join(folder, 'README.md'), 'results', markdown(results));
    const machine = `\`npm run bench\` on ${machineText(found[wanted[0]!]!.machine)}.`;
    write(resolve(folder, '../README.md'), 'speed', `${headline(results)}\n\n${machine}`);
    say(`Written to ${file}, benchmarks/README.md and README.md.`);
  }
}
