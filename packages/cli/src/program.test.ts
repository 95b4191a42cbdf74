import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

const sims = resolve(import.meta.dirname, '../../../sims');
const scenario = join(sims, 'scenarios', 'ecoli-exponential');
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command line and keeps what it prints. */
async function fedbatch(...args: string[]) {
  const out = new TestTerminal();
  const code = await main(args, out);
  return { code, printed: out.printed.trimEnd(), errors: out.said.trimEnd() };
}
const fast = ['--set', 'scan=1 min', '--set', 'recipe.fed-batch.for=1 h', '--set', 'expect=biomass at end above 1 g/L'];

describe('fedbatch run', () => {
  it('writes a whole result folder and ends with 0 when every expectation is met', async () => {
    const out = join(folder, 'met');
    const { code, printed, errors } = await fedbatch('run', scenario, '--out', out, ...fast);
    expect(errors).toBe('');
    expect(code).toBe(exitCodes.met);
    expect(printed).toMatch(/Key figures[\s\S]*Audit[\s\S]*carbon[\s\S]*Expectations\n.*\n {2}met/);
    for (const file of [
      'report.html',
      'samples.csv',
      'samples.parquet',
      'schema.json',
      'journal.jsonl',
      'key-figures.json',
      'audit.json',
      'manifest.json',
    ]) {
      expect(existsSync(join(out, file)), file).toBe(true);
    }
  });

  it('ends with 1 when an expectation is missed, and writes the result all the same', async () => {
    const { code, printed } = await fedbatch(
      'run',
      scenario,
      '--out',
      join(folder, 'missed'),
      ...fast,
      '--set',
      'expect=biomass at end above 900 g/L',
    );
    expect(code).toBe(exitCodes.missed);
    expect(printed).toMatch(/MISSED/);
    expect(existsSync(join(folder, 'missed', 'manifest.json'))).toBe(true);
  });

  it('ends with 2 and the place for bad input, and writes nothing', async () => {
    const { code, errors } = await fedbatch(
      'run',
      scenario,
      '--out',
      join(folder, 'bad'),
      '--set',
      'charge.volume=-1 L',
    );
    expect(code).toBe(exitCodes.badInput);
    expect(errors).toMatch(/--set charge\.volume:1:1 {2}The volume at the start is -1 L; it must be above 0/);
    expect(existsSync(join(folder, 'bad'))).toBe(false);
  });

  it('ends with 3 when the numerics give up, with a result up to there', async () => {
    const wrong = join(folder, 'wrong');
    mkdirSync(wrong);
    // The root of a negative number: from two hours on the flow is no number.
    const vessel = readFileSync(join(sims, 'vessels', 'volume-only.yaml'), 'utf8')
      .replace('flow: feedRate }', 'flow: feedRate * sqrt(2 - t / hour) / sqrt(2 - t / hour) }')
      .replace('gives:', 'parameters: { hour: { value: 1 h } }\ngives:');
    writeFileSync(join(wrong, 'vessel.yaml'), vessel);
    writeFileSync(
      join(wrong, 'scenario.yaml'),
      `scenario: fails after two hours\norganism: ${join('..', 'monod.yaml')}\nvessel: vessel.yaml\ncharge: { volume: 1 L, X: 1 g/L, S: 10 g/L }\nrecipe: [{ batch: { for: 5 h } }]\nscan: 1 min\n`,
    );
    writeFileSync(join(folder, 'monod.yaml'), readFileSync(join(sims, 'organisms', 'Monod1949-kernel.yaml')));
    const { code, printed } = await fedbatch('run', wrong, '--out', join(folder, 'failed'));
    expect(code).toBe(exitCodes.failed);
    expect(printed).toMatch(/not a finite number.*Last state at (2|1\.99\d+)/s);
    expect(readFileSync(join(folder, 'failed', 'samples.csv'), 'utf8').split('\n').length).toBeGreaterThan(100);
  });

  it('prints one JSON document for machines', async () => {
    const { code, printed } = await fedbatch('run', scenario, '--json', '--out', join(folder, 'json'), ...fast);
    const result = JSON.parse(printed);
    expect(code).toBe(exitCodes.met);
    expect(result).toMatchObject({ outcome: { kind: 'complete' }, scenario: { seed: 42 } });
    expect(result.audit.balances[0].balance).toBe('carbon');
  });

  it('prints nothing when it is asked to be quiet', async () => {
    expect(await fedbatch('run', scenario, '--quiet', '--out', join(folder, 'quiet'), ...fast)).toEqual({
      code: 0,
      printed: '',
      errors: '',
    });
  });

  it('gives the same samples and journal, byte for byte, when it is run again', async () => {
    for (const name of ['one', 'two']) await fedbatch('run', scenario, '--quiet', '--out', join(folder, name), ...fast);
    for (const file of ['samples.csv', 'samples.parquet', 'journal.jsonl', 'key-figures.json', 'audit.json']) {
      expect(readFileSync(join(folder, 'one', file)).equals(readFileSync(join(folder, 'two', file))), file).toBe(true);
    }
  });

  it('does not touch a folder that is no result', async () => {
    const mine = join(folder, 'mine');
    mkdirSync(mine);
    writeFileSync(join(mine, 'thesis.txt'), 'words');
    const { code, errors } = await fedbatch('run', scenario, '--out', mine, ...fast);
    expect(code).toBe(exitCodes.badInput);
    expect(errors).toMatch(/holds other files \(thesis\.txt\)/);
  });

  it('stops at Ctrl-C with 130 and a result that can be used', async () => {
    const out = join(folder, 'stopped');
    const command = [
      resolve(import.meta.dirname, 'main.ts'),
      'run',
      scenario,
      '--out',
      out,
      '--set',
      'scan=0.02 s',
      '--set',
      'record.every=1 s',
      '--json',
    ];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolveCode) => child.on('exit', resolveCode));
    // Progress on standard error says that the run is under way.
    await new Promise((wait) => child.stderr.once('data', wait));
    child.kill('SIGINT');
    expect(await ended).toBe(exitCodes.stopped);
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(manifest.outcome.kind).toBe('stopped');
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/Stopped by hand/);
  });
});

describe('fedbatch check', () => {
  it('tells what was solved for and how the published overflow fails to close', async () => {
    const { code, printed } = await fedbatch('check', join(sims, 'organisms', 'Anane2017-ecoli.yaml'));
    expect(code).toBe(exitCodes.met);
    expect(printed).toMatch(/organism\.growth\n.*glucose.*oxygen.*->.*biomass/);
    expect(printed).toMatch(/overflow \(.*Anane2017-ecoli\.yaml:\d+\)\n.*carbon \+18\.6 %.*\n?.*carbon \+21\.4 %/);
  });

  it('refuses the same file without its `balance: as-published`, with element, amount and line', async () => {
    const file = join(folder, 'raw.yaml');
    const text = readFileSync(join(sims, 'organisms', 'Anane2017-ecoli.yaml'), 'utf8').replace(
      'balance: as-published\n',
      '',
    );
    writeFileSync(file, text);
    const { code, errors } = await fedbatch('check', file);
    const line = text.split('\n').findIndex((row) => row.includes('overflow: {')) + 1;
    expect(code).toBe(exitCodes.badInput);
    expect(errors).toContain(`raw.yaml:${line}:`);
    expect(errors).toMatch(/`overflow` does not close[\s\S]*Carbon: 1\.000 mol in, 1\.186 mol out/);
  });

  it('estimates the stiffness of a scenario at its start', async () => {
    const { printed } = await fedbatch('check', scenario);
    expect(printed).toMatch(/fastest eigenvalue is -\d/);
  });

  it.each([
    'vessels/bench-15L.yaml',
    'vessels/volume-only.yaml',
    'components/exponential-feed.yaml',
    'organisms/Monod1949-kernel.yaml',
  ])('passes the shipped %s', async (file) => {
    expect((await fedbatch('check', join(sims, file))).code).toBe(exitCodes.met);
  });
});

describe('fedbatch explain', () => {
  it('shows every symbol with unit, value, source and place', async () => {
    const { printed } = await fedbatch('explain', scenario);
    expect(printed).toMatch(/organism\.qS = qSmax .* \[g\/g\/h\] {2}glucose uptake .*Anane2017-ecoli-closed\.yaml:\d+/);
    expect(printed).toMatch(/organism\.Ks = 0\.037 g\/L .*Table 2/);
  });

  it('writes a page that holds its formulas and nothing of the network', async () => {
    const file = join(folder, 'equations.html');
    expect((await fedbatch('explain', scenario, '--html', file)).code).toBe(exitCodes.met);
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/<math/);
    expect(page).not.toMatch(/(src|href)=/);
  });

  it('shows the code that runs', async () => {
    expect((await fedbatch('explain', scenario, '--code')).printed).toMatch(/function rhs\(y, o\)/);
  });
});

describe('fedbatch', () => {
  it('prints schemas, help and its own errors', async () => {
    expect(JSON.parse((await fedbatch('schema', 'component')).printed).properties.reactions).toBeDefined();
    expect(JSON.parse((await fedbatch('schema', 'scenario')).printed).properties.recipe).toBeDefined();
    expect((await fedbatch('schema', 'nothing')).code).toBe(exitCodes.badInput);
    expect((await fedbatch('--help')).printed).toMatch(/Exit codes: 0 expectations met/);
    expect((await fedbatch('runn')).code).toBe(exitCodes.badInput);
  });
});

describe('the page of an organism', () => {
  it('has its equations, parameters with sources, and its audit', async () => {
    const page = join(folder, 'page.html');
    await fedbatch('explain', join(sims, 'organisms', 'Anane2017-ecoli.yaml'), '--html', page);
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/<h2>Audit<\/h2>[\s\S]*organism\.overflow[\s\S]*open[\s\S]*carbon \+18\.6 %/);
    expect(html).toMatch(/<h2>Parameters, inputs and start values<\/h2>[\s\S]*Table/);
    await fedbatch('explain', join(sims, 'organisms', 'SonnleitnerKaeppeli1986-yeast-closed.yaml'), '--html', page);
    expect(readFileSync(page, 'utf8')).toMatch(/ethanol\*[\s\S]*closed/);
  });

  it('shows it against its reference, or says in a sentence that it has none', async () => {
    const page = join(folder, 'reference.html');
    const of = async (name: string): Promise<string> => {
      await fedbatch('explain', join(sims, 'organisms', `${name}.yaml`), '--html', page);
      return readFileSync(page, 'utf8');
    };
    const held = await of('BajpaiReuss1980-penicillin');
    expect(held.match(/class="dots/g)!.length).toBe(6);
    expect(held).toMatch(/Largest deviation, of the largest value of the reference/);
    expect(await of('Blackman1905-kernel')).toMatch(/No scenario under <code>reference<\/code> in this file/);
    await fedbatch('explain', join(sims, 'vessels', 'bench-15L.yaml'), '--html', page);
    expect(readFileSync(page, 'utf8')).not.toMatch(/Against its reference/);
  });

  it('is refused where its reference is not there, with the place', async () => {
    const path = join(folder, 'lost.yaml');
    const text = readFileSync(join(sims, 'organisms', 'Monod1949-kernel.yaml'), 'utf8');
    writeFileSync(path, text.replace(/^reference: .*$/m, 'reference: nothing.yaml'));
    const { code, errors } = await fedbatch('explain', path, '--html', join(folder, 'lost.html'));
    expect(code).toBe(exitCodes.badInput);
    expect(errors).toMatch(/lost\.yaml:\d+:\d+ {2}There is no file `nothing\.yaml` beside the organism/);
  });
});

describe('fedbatch new', () => {
  it.each(['organism', 'vessel'])('writes an %s that checks clean', async (kind) => {
    const path = join(folder, 'new', kind);
    expect((await fedbatch('new', kind, path)).code).toBe(exitCodes.met);
    const { code, printed, errors } = await fedbatch('check', `${path}.yaml`);
    expect([code, errors]).toEqual([exitCodes.met, '']);
    expect(printed).toMatch(kind === 'organism' ? /3 of 3 reactions close/ : /Every unit agrees/);
    expect(readFileSync(`${path}.yaml`, 'utf8')).toMatch(/^# [\s\S]*# /);
  });

  it('writes a scenario that runs where it lies and meets its expectations', async () => {
    const path = join(folder, 'new', 'my first run');
    const { code, printed } = await fedbatch('new', 'scenario', path, '--json');
    expect([code, JSON.parse(printed).files.length]).toEqual([exitCodes.met, 3]);
    const run = await fedbatch('run', path, '--out', join(folder, 'new-out'), '--set', 'scan=30 s');
    expect([run.code, run.errors]).toEqual([exitCodes.met, '']);
    expect(run.printed).toMatch(/my first run/);
  });

  it('overwrites nothing, and refuses names and kinds that it does not know', async () => {
    const path = join(folder, 'new', 'once');
    await fedbatch('new', 'organism', path);
    writeFileSync(`${path}.yaml`, 'mine');
    for (const [args, says] of [
      [['organism', path], /once\.yaml is there already/],
      [['scenario', join(folder, 'new')], /is there already/],
      [['reactor', path], /no starting point for `reactor`/],
      [['organism', join(folder, 'a*b')], /cannot be the name of a file/],
      [['organism', join(`${path}.yaml`, 'inside')], /cannot be written: ENOTDIR|cannot be written: EEXIST/],
    ] as const) {
      const { code, errors } = await fedbatch('new', ...args);
      expect(code).toBe(exitCodes.badInput);
      expect(errors).toMatch(says);
    }
    expect(readFileSync(`${path}.yaml`, 'utf8')).toBe('mine');
  });
});
