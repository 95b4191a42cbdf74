import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Run, type RunPlan, type RunResult } from '@fedbatch/runtime';
import { loadScenario } from '@fedbatch/station';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-sims-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** The way to the shipped files from where texts are run. */
export const sims = relative(folder, import.meta.dirname);

/** Something in a text, and what it becomes. */
export type Rewrite = readonly [from: string | RegExp, to: string];

/** The text of a shipped scenario with parts of it replaced. Throws Error for a part that is not there. */
export function rewritten(name: string, changes: readonly Rewrite[] = []): string {
  let text = readFileSync(join(import.meta.dirname, 'scenarios', name, 'scenario.yaml'), 'utf8')
    .replaceAll('../../', `${sims}/`)
    .replace('instruments: instruments.yaml', `instruments: ${sims}/scenarios/${name}/instruments.yaml`);
  for (const [from, to] of changes) {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`The scenario ${name} has no ${from} to replace.`);
    text = changed;
  }
  return text;
}

/** The plan of a scenario that is given as text. Throws ProblemError. */
export function planOf(text: string): RunPlan {
  writeFileSync(join(folder, 'scenario.yaml'), text);
  return loadScenario(folder).plan;
}

/** A run from its beginning to its end. */
export function runPlan(plan: RunPlan): RunResult {
  const run = new Run(plan);
  while (!run.ended) run.scan();
  return run.result();
}

/** The samples of one channel. */
export const column = ({ samples }: RunResult, id: string): Float64Array =>
  samples.columns[samples.channels.findIndex((channel) => channel.id === id)]!;
