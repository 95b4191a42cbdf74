import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compose, readComponent } from '@fedbatch/model';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';

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

  it('is refused with the carbon that it makes when its ethanol yield is set too high', () => {
    const wrong = yeast.replace('YE:    { value: 0.44 g/g', 'YE:    { value: 0.85 g/g');
    expect(() => check(wrong)).toThrow(ProblemError);
    expect(() => check(wrong)).toThrow(/my-yeast\.yaml:\d+:\d+ {2}The reaction `fermentation` does not close/);
    expect(() => check(wrong)).toThrow(/Carbon: 1\.000 mol in, 1\.1\d\d mol out/);
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
      ...['model', 'numerics', 'records', 'cli', 'station'].map((name) => `packages/${name}/package.json`),
    ];
    const names = manifests.flatMap((path) => {
      const manifest = JSON.parse(readFileSync(join(repository, path), 'utf8'));
      return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies });
    });
    const foreign = names.filter((name) => !name.startsWith('@fedbatch/') && !name.startsWith('@types/'));
    for (const name of foreign) expect(readme, name).toContain(name);
  });
});
