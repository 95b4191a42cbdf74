import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a result depends on beside its inputs. */
export function versions(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return {
    fedbatch: manifest.version,
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform}-${process.arch}`,
  };
}
