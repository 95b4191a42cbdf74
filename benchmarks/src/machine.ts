import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

/** What a time is worth nothing without. */
export interface Machine {
  readonly name: string;
  readonly cpu: string;
  readonly cores: number;
  /** Mean number of running processes over the minute before: above 0 others took part. */
  readonly loadBefore: number;
  /** The commit measured, with `-dirty` where files differed from it; undefined outside a clone. */
  readonly commit: string | undefined;
  readonly versions: Readonly<Record<string, string>>;
}

export function thisMachine(): Machine {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  const { tinybench, mathjs, odex } = manifest.devDependencies;
  const processors = cpus();
  return {
    name: `${process.platform}-${process.arch}-${processors.length}-cores`,
    cpu: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    loadBefore: loadavg()[0]!,
    commit: presentCommit(),
    versions: {
      fedbatch: manifest.version,
      node: process.versions.node,
      v8: process.versions.v8,
      tinybench,
      odex,
      mathjs,
    },
  };
}

function presentCommit(): string | undefined {
  const git = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: import.meta.dirname, encoding: 'utf8' });
  return git.status === 0 ? git.stdout.trim() : undefined;
}
