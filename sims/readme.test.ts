import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compose, readComponent } from '@fedbatch/model';
import { readServe, settleServe } from '@fedbatch/station';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { describe, expect, it, vi } from 'vitest';

const repository = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const yeast = /```yaml\n([\s\S]*?)```/.exec(readme)![1]!;

function check(text: string): Problems {
  const problems = new Problems();
  compose([{ role: 'organism', file: readComponent(text, 'my-yeast.yaml', problems) }], { mode: 'probe' }, problems);
  return problems;
}

describe('the organism in the README', () => {
  it('checks clean as it is written there, in thirty lines', () => {
    expect(check(yeast).list).toEqual([]);
    expect(yeast.trim().split('\n').length).toBeLessThanOrEqual(31);
  });

  it('is refused with the carbon that it makes when its yield is set too high, as the README shows', () => {
    const wrong = yeast.replace('Yox:   { value: 0.49 g/g', 'Yox:   { value: 0.95 g/g');
    expect(() => check(wrong)).toThrow(ProblemError);
    const shown = /sims\/organisms\/(my-yeast\.yaml:\d[\s\S]*?)```/.exec(readme)![1]!;
    const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
    try {
      check(wrong);
    } catch (error) {
      expect(inOneLine((error as Error).message)).toBe(inOneLine(shown));
    }
  });

  it('lets ethanol take the electrons that oxygen does not', () => {
    const problems = new Problems();
    const model = compose(
      [{ role: 'organism', file: readComponent(yeast, 'my-yeast.yaml', problems) }],
      { mode: 'probe' },
      problems,
    );
    const fermentation = model.reactions.find(({ id }) => id === 'organism.fermentation')!;
    expect(fermentation.terms.find(({ species }) => species.id === 'E')!.given).toBe('solved');
    expect(fermentation.terms.some(({ species }) => species.id === 'O2')).toBe(false);
  });
});

describe('the server in the README', () => {
  it('is settled as it is written there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fedbatch-readme-'));
    try {
      symlinkSync(join(repository, 'sims'), join(folder, 'sims'));
      for (const name of ['server.pem', 'server-key.pem']) writeFileSync(join(folder, name), '');
      const file = join(folder, 'fedbatch.yaml');
      writeFileSync(file, /```yaml\n(data: [\s\S]*?)```/.exec(readme)![1]!);
      const { station, http, log } = settleServe(readServe(file));
      expect(station.scenarios).toHaveLength(2);
      expect(station.speed).toBe(60);
      expect(http).toMatchObject({ host: '0.0.0.0', tls: { key: join(folder, 'server-key.pem') } });
      expect(log).toBe('stderr');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the README', () => {
  it('names only files and folders that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect(() => readFileSync(join(repository, link)), link).not.toThrow(/ENOENT/);
  });

  it('gives a reason for every dependency', () => {
    const manifests = [
      'package.json',
      ...['model', 'numerics', 'records', 'cli', 'station', 'opcua', 'api', 'client'].map(
        (name) => `packages/${name}/package.json`,
      ),
    ];
    const names = manifests.flatMap((path) => {
      const manifest = JSON.parse(readFileSync(join(repository, path), 'utf8'));
      return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies });
    });
    const foreign = names.filter((name) => !name.startsWith('@fedbatch/') && !name.startsWith('@types/'));
    for (const name of foreign) expect(readme, name).toContain(name);
  });
});

describe.each(readdirSync(join(repository, 'packages')))('the README of %s', (name) => {
  const text = readFileSync(join(repository, 'packages', name, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(text)?.[1];

  it('has an example that runs, and prints what it says it prints', async () => {
    expect(example, 'an example in a ```ts block').toBeDefined();
    const file = join(import.meta.dirname, `example-${name}.tmp.ts`);
    // A module of its own scope, with top-level await as in a script.
    writeFileSync(file, `${example}\nexport {};\n`);
    const printed: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...values) => void printed.push(values.join(' ')));
    const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    try {
      await import(file);
    } finally {
      log.mockRestore();
      out.mockRestore();
      rmSync(file);
    }
    const promised = [...example!.matchAll(/console\.log\(.*\);(?: \/\/ (.*))?/g)].map((match) => match[1]);
    expect(printed).toHaveLength(promised.length);
    promised.forEach((words, i) =>
      expect(words?.startsWith(printed[i]!), `prints ${printed[i]}, promises ${words}`).toBe(true),
    );
  });

  it('lists exactly the problem codes that its sources use', () => {
    const sources = readdirSync(join(repository, 'packages', name, 'src'), {
      recursive: true,
      encoding: 'utf8',
    }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const code = new RegExp(`${name.toUpperCase()}_[A-Z_]+[A-Z]`, 'g');
    const used = new Set(
      sources
        .flatMap(
          (file) =>
            readFileSync(join(repository, 'packages', name, 'src', file), 'utf8').match(
              new RegExp(`'${code.source}'`, 'g'),
            ) ?? [],
        )
        .values(),
    );
    const listed = new Set(text.match(code) ?? []);
    expect([...listed].sort()).toEqual([...used].map((quoted) => quoted.slice(1, -1)).sort());
  });

  it('says why, and what does not belong there', () => {
    expect(text).toMatch(/^## Why$/m);
    expect(text).toMatch(/^Not here: /m);
  });
});
