import { type Field, type Override, parseYaml } from '@fedbatch/model';
import type { Problems } from '@fedbatch/vocabulary';

/** The text of a file, and what is put into it after it is read. */
interface Source {
  readonly source: string;
  readonly file: string;
  readonly overrides?: readonly Override[];
}

/** What is said of a file with nothing in it. */
interface Nothing {
  readonly code: string;
  readonly says: string;
  readonly remedy: string;
}

/** Reads a file of one shape; undefined after a problem was reported. Throws ProblemError where it is not YAML. */
export function readShaped<T>(
  shape: Field<T>,
  { source, file, overrides }: Source,
  empty: Nothing,
  problems: Problems,
): T | undefined {
  const yaml = parseYaml(source, file, problems, overrides);
  if (yaml.root !== null) return shape.read(yaml.root, '', { file: yaml, problems });
  return problems.error(empty.code, { file, line: 1, column: 1 }, empty.says, empty.remedy);
}
