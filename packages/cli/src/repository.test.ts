import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');
const read = (...parts: string[]): string => readFileSync(join(repository, ...parts), 'utf8');
const manifest = JSON.parse(read('package.json'));

/** Everything that may stand at the top of the repository; a new thing finds its place in one of these. */
const topLevel = [
  ...['packages', 'sims', 'benchmarks', 'docker', '.ci'],
  ...['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'tsconfig.base.json', 'biome.json'],
  ...['.gitignore', '.gitattributes', 'README.md', 'LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md'],
];

/** The top level as committed, or where git is not at hand as it lies in the folder. */
function topLevelNow(): string[] {
  try {
    const files = execFileSync('git', ['ls-files'], { cwd: repository, encoding: 'utf8', stdio: 'pipe' });
    return [...new Set(files.split('\n').map((file) => file.split('/')[0] as string))].filter(Boolean);
  } catch {
    const untracked = ['.git', 'node_modules', 'results', 'coverage', '.DS_Store'];
    return readdirSync(repository).filter((name) => !untracked.includes(name));
  }
}

/** Addresses in a lock file that name the registry which happened to serve a package. */
const addressesIn = (lockFile: string): string[] =>
  lockFile.split('\n').filter((line) => /(?:tarball|resolved|registry|resolution)\b.*https?:/.test(line));

/** Lines that repeat a version which stands in package.json already. */
const repeatedVersions = (text: string): string[] =>
  text
    .split('\n')
    // The version of another program's image is its own.
    .filter((line) => !/^ +image: (?:prom|grafana)\//.test(line))
    .filter((line) => /\b(?:node(?:js)?|pnpm|v)[^\s\d]*[@: =v/_-]?\d+\.\d+\.\d+/i.test(line));

describe('the repository', () => {
  it('has nothing at its top level that has no name there', () => {
    expect(topLevelNow().filter((name) => !topLevel.includes(name))).toEqual([]);
  });

  it('does not ask npm for a certain Node.js or package manager, which npm on Node.js 20 would refuse', () => {
    expect(manifest).not.toHaveProperty('packageManager');
    expect(manifest).not.toHaveProperty('devEngines');
  });

  it('names no registry in the lock file', () => {
    expect(addressesIn(read('pnpm-lock.yaml'))).toEqual([]);
    expect(addressesIn('    resolution: {integrity: sha512-x, tarball: https://host/a.tgz}')).toHaveLength(1);
  });

  it('bundles the Node.js that runs these tests, the same for each platform', () => {
    const bundled = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith('node-'));
    const versions = [...new Set(bundled.map(([, version]) => version as string))];
    expect(bundled.length).toBeGreaterThan(0);
    expect(versions).toHaveLength(1);
    expect(versions[0]).toMatch(/^24\.\d+\.\d+$/);
    expect(process.versions.node.split('.')[0]).toBe('24');
  });

  it('says the exact versions of Node.js and pnpm in package.json only', () => {
    expect(manifest.devDependencies.pnpm).toMatch(/^\d+\.\d+\.\d+$/);
    const files = ['.ci', 'docker']
      .filter((folder) => existsSync(join(repository, folder)))
      .flatMap((folder) => readdirSync(join(repository, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(repository, join(entry.parentPath, entry.name)))
      .concat(['README.md', 'CONTRIBUTING.md'].filter((name) => existsSync(join(repository, name))));
    expect(files).toContain(join('.ci', 'setup.mjs'));
    // What a measurement was made with stays as it was.
    const withoutMeasured = (text: string): string => text.replace(/<!-- speed: .*?<!-- end of speed -->/s, '');
    expect(files.flatMap((file) => repeatedVersions(withoutMeasured(read(file))))).toEqual([]);
    for (const text of ['npx -p node@24.21.0', 'ARG NODE_VERSION=24.1.0', 'pnpm 12.0.1', 'node-v24.1.0']) {
      expect(repeatedVersions(text), text).toHaveLength(1);
    }
  });
});
