import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { refuse } from '../refuse.ts';

const gigabyte = 2 ** 30;

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** Root of the git repository that a file or folder lies in. Throws ProblemError where it lies in none. */
export function repositoryOf(path: string): string {
  try {
    const real = realpathSync(path);
    return git(statSync(real).isDirectory() ? real : dirname(real), 'rev-parse', '--show-toplevel');
  } catch {
    return refuse(
      'STATION_BENCH_REPOSITORY',
      `${path} lies in no git repository, so there is no earlier state to compare with.`,
      'Put it under git and commit it, then change it.',
    );
  }
}

/**
 * The commit to compare with: the one named, else where this branch left the main one, else the last one where files differ from it and the one before where
 * none does. undefined: there is none. Throws ProblemError where the named one is not there.
 */
export function baseCommit(repository: string, named: string | undefined): string | undefined {
  const commitOf = (...args: readonly string[]): string | undefined => {
    try {
      return git(repository, ...args);
    } catch {
      // A shallow clone, the first commit, or a name that is none.
      return undefined;
    }
  };
  if (named !== undefined) {
    const found = commitOf('rev-parse', '--verify', '--end-of-options', `${named}^{commit}`);
    return (
      found ??
      refuse(
        'STATION_BENCH_BASE',
        `There is no commit \`${named.slice(0, 80)}\` in ${repository}.`,
        'Name a branch, a tag or a commit; in a shallow clone of CI fetch it first, as `git fetch origin main`.',
      )
    );
  }
  const head = commitOf('rev-parse', 'HEAD');
  const isChanged = (commitOf('status', '--porcelain') ?? '') !== '';
  const left = commitOf('merge-base', 'HEAD', 'origin/HEAD');
  if (left !== undefined && (left !== head || isChanged)) return left;
  return isChanged ? head : commitOf('rev-parse', '--verify', 'HEAD~1');
}

/** Lays a commit out in a folder of its own, and calls back with it; nothing is left in the repository. */
export async function withTree<T>(repository: string, commit: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fedbatch-base-'));
  try {
    const archive = execFileSync('git', ['archive', '--format=tar', commit], { cwd: repository, maxBuffer: gigabyte });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives a tree of Fedbatch the packages that are installed in another one; their links lead to the tree's own rooms. */
export function linkPackages(from: string, tree: string): void {
  symlinkSync(join(from, 'node_modules'), join(tree, 'node_modules'));
  const rooms = readdirSync(join(from, 'packages')).map((name) => join('packages', name));
  for (const room of [...rooms, 'sims', 'benchmarks']) {
    const links = join(from, room, 'node_modules');
    if (existsSync(links) && existsSync(join(tree, room)))
      cpSync(links, join(tree, room, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  }
}
