import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Problems } from '@fedbatch/vocabulary';
import { refuse } from './refuse.ts';

/** What a starting point can be written for. */
export const newKinds = ['organism', 'vessel', 'scenario'] as const;
export type NewKind = (typeof newKinds)[number];

const templates = join(import.meta.dirname, '../templates');

/**
 * Writes a commented starting point and gives the files that were written. An organism and a vessel are a file each, a scenario is a folder
 * that holds all three, so that it runs wherever it lies. Nothing is ever overwritten. Throws ProblemError.
 */
export function writeNew(kind: string, path: string): string[] {
  const problems = new Problems();
  if (!(newKinds as readonly string[]).includes(kind))
    refuse(
      'STATION_NEW_KIND',
      `There is no starting point for \`${kind.slice(0, 60)}\`.`,
      `Ask for one of ${newKinds.join(', ')}.`,
    );
  const name = basename(path).replace(/\.yaml$/, '');
  if (!/^[A-Za-z0-9][A-Za-z0-9 _.-]{0,59}$/.test(name))
    problems.error(
      'STATION_NEW_NAME',
      undefined,
      `\`${name.slice(0, 60)}\` cannot be the name of a file here.`,
      'Use letters, digits, spaces, dots, dashes and underscores.',
    );
  problems.throwIfAny();
  const wanted: readonly (readonly [string, NewKind])[] =
    kind === 'scenario'
      ? [
          [join(path, 'scenario.yaml'), 'scenario'],
          [join(path, 'organism.yaml'), 'organism'],
          [join(path, 'vessel.yaml'), 'vessel'],
        ]
      : [[path.endsWith('.yaml') ? path : `${path}.yaml`, kind as NewKind]];
  for (const [file] of kind === 'scenario' && existsSync(path) ? [[path]] : wanted)
    if (existsSync(file!))
      problems.error(
        'STATION_NEW_EXISTS',
        undefined,
        `${file} is there already.`,
        'Choose another name; nothing is overwritten.',
      );
  problems.throwIfAny();
  for (const [file, template] of wanted)
    write(file, readFileSync(join(templates, `${template}.yaml`), 'utf8').replaceAll('__NAME__', name));
  return wanted.map(([file]) => file);
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    refuse(
      'STATION_NEW_UNWRITABLE',
      `${file} cannot be written: ${(error as NodeJS.ErrnoException).code}.`,
      'Choose a folder that you may write to.',
    );
  }
}
