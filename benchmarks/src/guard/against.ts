import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../../..');
const runner = 'benchmarks/src/guard/timed-run.ts';

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** The commit to compare with: the one named, else where this branch left the main one, else the one before. undefined: there is none. */
export function baseCommit(named: string | undefined): string | undefined {
  const head = git('rev-parse', 'HEAD');
  const attempts: (() => string)[] = named
    ? [() => git('rev-parse', '--verify', `${named}^{commit}`)]
    : [() => git('merge-base', 'HEAD', 'origin/HEAD'), () => git('rev-parse', '--verify', 'HEAD~1')];
  for (const attempt of attempts) {
    try {
      const found = attempt();
      if (found !== head || named !== undefined || git('status', '--porcelain') !== '') return found;
    } catch {
      // Not a clone, a shallow one, or the first commit.
    }
  }
  return undefined;
}

/** Lays out another commit beside this one, with the packages installed here, and calls back with its folder. */
export async function withTree<T>(commit: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fedbatch-base-'));
  git('worktree', 'add', '--detach', '--force', folder, commit);
  try {
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    const rooms = readdirSync(join(repository, 'packages')).map((name) => join('packages', name));
    for (const room of [...rooms, 'benchmarks']) {
      const links = join(repository, room, 'node_modules');
      if (existsSync(links) && existsSync(join(folder, room)))
        cpSync(links, join(folder, room, 'node_modules'), { recursive: true, verbatimSymlinks: true });
    }
    cpSync(join(repository, runner), join(folder, runner), { recursive: true });
    return await use(folder);
  } finally {
    git('worktree', 'remove', '--force', folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times the cases in a fresh process in a tree: microseconds a scan by name. */
export function timesIn(folder: string): Record<string, number> {
  return JSON.parse(
    execFileSync(process.execPath, [join(folder, runner)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

export { repository };
