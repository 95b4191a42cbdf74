import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Json } from '@fedbatch/records';
import type { Person } from '@fedbatch/vocabulary';
import { mustBe, refuse } from '../refuse.ts';
import type { FilesOf } from '../scenario/files.ts';

/** What a library holds, and where it lies in one. */
export const libraryKinds = ['organisms', 'vessels', 'scenarios', 'studies'] as const;
export type LibraryKind = (typeof libraryKinds)[number];

export interface LibraryEntry {
  readonly kind: LibraryKind;
  readonly name: string;
  /** As other files and jobs name it: `scenarios/ecoli-exponential`. */
  readonly path: string;
  /** What its first line says it is. */
  readonly title: string;
  /** 'shipped' files are there to read; 'draft' files were written here and can be changed. */
  readonly origin: 'shipped' | 'draft';
  /** SHA-256 of its text. */
  readonly version: string;
  readonly bytes: number;
}

export interface LibraryText extends LibraryEntry {
  readonly text: string;
}

/** Longest file that is taken, bytes; the largest that is shipped has a tenth of it. */
export const draftLimit = 256 * 1024;
const nameRule = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const single: Readonly<Record<LibraryKind, string | undefined>> = {
  organisms: undefined,
  vessels: undefined,
  scenarios: 'scenario.yaml',
  studies: 'study.yaml',
};

/** Organisms, vessels, scenarios and studies by name: those that are shipped, and drafts on top of them. No name leads out of it. */
export class Library {
  readonly #shipped: string;
  readonly #drafts: string;
  readonly #note: (type: string, subject: string, person: Person, says: Json) => void;

  constructor(
    shipped: string,
    drafts: string,
    note: (type: string, subject: string, person: Person, says: Json) => void,
  ) {
    this.#shipped = shipped;
    this.#drafts = drafts;
    this.#note = note;
  }

  /** Where jobs read what is named in it. */
  get files(): FilesOf {
    return { kind: 'library', shelves: [this.#drafts, this.#shipped] };
  }

  /** The library with one text as it would be if it were written. */
  filesWith(kind: LibraryKind, name: string, text: string): FilesOf & { kind: 'library' } {
    checkName(name);
    return { kind: 'library', shelves: [this.#drafts, this.#shipped], texts: { [fileOf(kind, name)]: text } };
  }

  list(kind: LibraryKind): LibraryEntry[] {
    const names = new Set([this.#drafts, this.#shipped].flatMap((shelf) => namesIn(shelf, kind)));
    return [...names].sort().map((name) => {
      const { text: _, ...entry } = this.read(kind, name);
      return entry;
    });
  }

  /** Throws ProblemError where there is none. */
  read(kind: LibraryKind, name: string): LibraryText {
    return (
      this.#find(kind, name) ??
      refuse(
        'STATION_LIBRARY_UNKNOWN',
        `There is no \`${name.slice(0, 60)}\` among the ${kind}.`,
        'List them for their names.',
      )
    );
  }

  /**
   * Writes a draft. `expected`: the version that it replaces, undefined for a new one. It may be wrong in itself, as drafts are; checking tells.
   * Throws ProblemError where it is shipped, too long, or not the version that was read.
   */
  write(person: Person, kind: LibraryKind, name: string, text: string, expected: string | undefined): LibraryText {
    mustBe(person, 'engineer', 'to write a draft');
    checkName(name);
    const bytes = Buffer.byteLength(text, 'utf8');
    if (bytes > draftLimit)
      refuse('STATION_DRAFT_SIZE', `The draft has ${bytes} bytes, and ${draftLimit} is the most.`, 'Split it.');
    const found = this.#find(kind, name);
    this.#mustMatch(found, kind, name, expected);
    const version = versionOf(text);
    this.#note('draft.written', `${kind}/${name}`, person, { old: found?.version ?? null, new: version });
    const path = join(this.#drafts, fileOf(kind, name));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
    return this.read(kind, name);
  }

  /** Takes a draft away. Jobs that follow from it keep what it held. */
  remove(person: Person, kind: LibraryKind, name: string, expected: string): void {
    mustBe(person, 'engineer', 'to delete a draft');
    const found = this.read(kind, name);
    this.#mustMatch(found, kind, name, expected);
    this.#note('draft.deleted', `${kind}/${name}`, person, { old: found.version });
    const path = join(this.#drafts, fileOf(kind, name));
    rmSync(single[kind] === undefined ? path : dirname(path), { recursive: true, force: true });
  }

  #mustMatch(found: LibraryText | undefined, kind: LibraryKind, name: string, expected: string | undefined): void {
    if (found?.origin === 'shipped')
      refuse(
        'STATION_DRAFT_SHIPPED',
        `\`${kind}/${name}\` is shipped, and shipped files do not change.`,
        'Write a draft under another name.',
      );
    if (found?.version === expected) return;
    refuse(
      'STATION_DRAFT_CHANGED',
      found
        ? `\`${kind}/${name}\` has the version ${found.version}, not ${expected ?? 'none'}.`
        : `There is no \`${kind}/${name}\` to replace.`,
      found
        ? 'Read it again, and make the change to what it says now.'
        : 'Leave the expected version out to write a new one.',
    );
  }

  #find(kind: LibraryKind, name: string): LibraryText | undefined {
    if (!nameRule.test(name)) return undefined;
    const draft = textAt(join(this.#drafts, fileOf(kind, name)));
    const text = draft ?? textAt(join(this.#shipped, fileOf(kind, name)));
    if (text === undefined) return undefined;
    return {
      kind,
      name,
      path: single[kind] === undefined ? fileOf(kind, name) : `${kind}/${name}`,
      title: /^(?:organism|vessel|scenario|study)\s*:\s*(.*)$/m.exec(text)?.[1]?.trim() ?? name,
      origin: draft === undefined ? 'shipped' : 'draft',
      version: versionOf(text),
      bytes: Buffer.byteLength(text, 'utf8'),
      text,
    };
  }
}

const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function checkName(name: string): void {
  if (nameRule.test(name)) return;
  refuse(
    'STATION_DRAFT_NAME',
    `\`${name.slice(0, 70)}\` is no name of a draft.`,
    'Use up to 64 letters, digits, dashes and underscores, and a first letter or digit.',
  );
}

function fileOf(kind: LibraryKind, name: string): string {
  const file = single[kind];
  return file === undefined ? `${kind}/${name}.yaml` : `${kind}/${name}/${file}`;
}

function namesIn(shelf: string, kind: LibraryKind): string[] {
  const folder = join(shelf, kind);
  if (!existsSync(folder)) return [];
  const file = single[kind];
  const names = readdirSync(folder).flatMap((name) => {
    if (file === undefined) return name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : [];
    return existsSync(join(folder, name, file)) ? [name] : [];
  });
  return names.filter((name) => nameRule.test(name));
}

function textAt(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined;
}
