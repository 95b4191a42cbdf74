import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiFace } from '@fedbatch/api';
import { hashPassword, Station } from '@fedbatch/station';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const section = /## Use it from Python, curl, CI\n([\s\S]*?)\n## /.exec(readme)![1]!;
const blocks = [...section.matchAll(/\*\*(\w+)\*\*[^`]*```(\w+)\n([\s\S]*?)```/g)].map(([, name, language, text]) => ({
  name: name!,
  language: language!,
  text: text!,
}));

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-http-clients-'));
let station: Station;
let face: ApiFace;
let env: Record<string, string | undefined>;
beforeAll(async () => {
  station = new Station({ folder, clock: 'lockstep', speed: 1 });
  station.users.put({ name: 'eve', role: 'engineer', password: hashPassword('eve-knows') });
  const token = station.users.addToken('eve', 'test', null).text;
  face = await ApiFace.start(station, { port: 0, host: '127.0.0.1', lab: 'locked' });
  env = { ...process.env, FEDBATCH_URL: face.address, FEDBATCH_TOKEN: token };
});
afterAll(async () => {
  await face.stop();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command beside the server; what it says, and how it ends. */
const run = (command: string, args: readonly string[], more: Record<string, string> = {}) =>
  new Promise<{ readonly code: number; readonly said: string }>((done) => {
    execFile(
      command,
      [...args],
      { env: { ...env, ...more } as NodeJS.ProcessEnv, cwd: repository },
      (error, out, wrong) => done({ code: error === null ? 0 : Number(error.code ?? 1), said: `${out}${wrong}` }),
    );
  });

const languages: Readonly<Record<string, readonly [string, string]>> = {
  sh: ['bash', '-ec'],
  python: ['python3', '-c'],
};
const printed: Readonly<Record<string, RegExp>> = {
  Python: /^complete: .*\n(?:.+\n)*biomass at end: 3[2-5]\.\d+ g\/L\n/,
  curl: /"status":"complete"[\s\S]*time \[h\],X \[g\/L\],S \[g\/L\]\n0,0\.1[67]\d*,10\n/,
  CI: /^$/,
};

describe('the README, from Python, curl and CI', () => {
  it('has a block for each', () => {
    expect(blocks.map(({ name }) => name)).toEqual(Object.keys(printed));
  });

  it.each(blocks)('$name does what is printed there', async ({ name, language, text }) => {
    const { code, said } = await run(languages[language]![0], [languages[language]![1], text]);
    expect(code, said).toBe(0);
    expect(said).toMatch(printed[name]!);
  });

  it('lets a build fail when a run does not meet what is expected of it', async () => {
    const { text } = blocks.find(({ name }) => name === 'CI')!;
    const wrong = text.replace('"scan": "1 min"', '"scan": "1 min", "charge.X": "2 g/L"');
    expect(wrong).not.toBe(text);
    const { code } = await run('bash', ['-ec', wrong]);
    expect(code).not.toBe(0);
  });
});

const interpreters = [process.env.PYTHON ?? 'python3', '/usr/bin/python3'];
const withPandas = interpreters.find((name) => spawnSync(name, ['-c', 'import pandas']).status === 0);
const notebook = (python: string, ...options: string[]) =>
  run(python, [...options, join(repository, 'sims/clients/fed_batch_notebook.py')], {
    FEDBATCH_USER: 'eve',
    FEDBATCH_PASSWORD: 'eve-knows',
  });

describe('the notebook in Python', () => {
  const common = [
    'logged in as eve (engineer)',
    'complete: ',
    'biomass at end: ',
    'after 60 s the plant is fed 50 mL/h',
    'refused: ',
  ];

  it('needs nothing but the standard library', async () => {
    // -S leaves out whatever else is installed.
    const { code, said } = await notebook('python3', '-S');
    expect(code, said).toBe(0);
    for (const words of [...common, '3 columns; with pandas they would be a table']) expect(said).toContain(words);
    expect(station.users.list[0]!.tokens).toHaveLength(1);
    expect(station.plants.size).toBe(0);
  });

  it.skipIf(withPandas === undefined)(
    'makes a table of the samples where pandas is (PYTHON names an interpreter)',
    async () => {
      // The record of the first notebook's plant stays, and the next one of that name goes on with it.
      const { code, said } = await notebook(withPandas!);
      expect(code, said).toBe(0);
      expect(said).toMatch(/X \[mg\/L\]\s+S \[g\/L\]\s+vessel\.DO \[%\]\nmin\s+170\.0/);
    },
  );
});
