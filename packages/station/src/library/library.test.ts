import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Person } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openFiles } from '../scenario/files.ts';
import { loadScenario } from '../scenario/load-scenario.ts';
import { Library, libraryKinds } from './library.ts';

const shipped = resolve(import.meta.dirname, '../../../../sims');
const around = mkdtempSync(join(tmpdir(), 'fedbatch-library-'));
afterAll(() => rmSync(around, { recursive: true, force: true }));

const person = (role: Person['role']): Person => ({ name: 'eve', role, face: 'test', session: null });
const eve = person('engineer');
const vessel = 'vessel: mine\n';
let drafts: string;
let library: Library;
let noted: unknown[];
let count = 0;
beforeEach(() => {
  drafts = join(around, `drafts-${++count}`);
  noted = [];
  library = new Library(shipped, drafts, (type, subject, who, says) => noted.push([type, subject, who.name, says]));
});

describe('a library', () => {
  it('lists what is shipped and what was drafted, each with its title and version', () => {
    library.write(eve, 'vessels', 'mine', vessel, undefined);
    const found = library.list('vessels');
    expect(found.find(({ name }) => name === 'mine')).toMatchObject({ title: 'mine', origin: 'draft', bytes: 13 });
    expect(found.find(({ name }) => name === 'bench-15L')).toMatchObject({ origin: 'shipped' });
    for (const kind of libraryKinds) expect(library.list(kind).length, kind).toBeGreaterThan(0);
  });

  it('changes a draft only for whoever has read what it says now', () => {
    const first = library.write(eve, 'vessels', 'mine', vessel, undefined);
    expect(() => library.write(eve, 'vessels', 'mine', 'vessel: other\n', undefined)).toThrow('has the version');
    expect(() => library.write(eve, 'vessels', 'mine', 'vessel: other\n', 'older')).toThrow('has the version');
    const second = library.write(eve, 'vessels', 'mine', 'vessel: other\n', first.version);
    expect(second.version).not.toBe(first.version);
    expect(() => library.remove(eve, 'vessels', 'mine', first.version)).toThrow('has the version');
    library.remove(eve, 'vessels', 'mine', second.version);
    expect(() => library.read('vessels', 'mine')).toThrow('There is no `mine`');
    expect(() => library.write(eve, 'vessels', 'mine', vessel, second.version)).toThrow('to replace');
    expect(noted.map((one) => (one as string[])[0])).toEqual(['draft.written', 'draft.written', 'draft.deleted']);
  });

  it('takes drafts from engineers, of a length that can be read, and none in the place of what is shipped', () => {
    for (const role of ['observer', 'operator'] as const)
      expect(() => library.write(person(role), 'vessels', 'mine', vessel, undefined)).toThrow(
        'needs the role engineer',
      );
    expect(() => library.write(eve, 'vessels', 'mine', 'ü'.repeat(200_000), undefined)).toThrow('400000 bytes');
    expect(() => library.write(eve, 'vessels', 'bench-15L', vessel, undefined)).toThrow('shipped files do not change');
    expect(existsSync(drafts)).toBe(false);
  });

  it('writes and reads inside its folders only, whatever the name', () => {
    const hostile = ['..', '../../users', '/etc/passwd', 'a/b', 'a\\b', '.hidden', 'a\0b', 'CON.', '', 'x'.repeat(65)];
    const names = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(names, fc.constantFrom(...libraryKinds), (name, kind) => {
        if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) return;
        expect(() => library.write(eve, kind, name, vessel, undefined)).toThrow('is no name of a draft');
        expect(() => library.read(kind, name)).toThrow('There is no');
        expect(() => library.filesWith(kind, name, vessel)).toThrow('is no name of a draft');
      }),
    );
    expect(existsSync(drafts)).toBe(false);
    expect(readdirSync(around).filter((name) => !name.startsWith('drafts-'))).toEqual([]);
  });
});

describe('a scenario of a library', () => {
  const scenario = (organism: string): string =>
    library.read('scenarios', 'ecoli-exponential').text.replace(/^organism: .*$/m, `organism: ${organism}`);
  const load = (organism: string) => {
    const { path } = library.write(eve, 'scenarios', `s${++count}`, scenario(organism), undefined);
    return loadScenario(path, [], openFiles(library.files));
  };

  it('follows from shipped files and from drafts alike', () => {
    expect(load('../../organisms/Anane2017-ecoli-closed.yaml').inputs.map(({ path }) => path)).toContain(
      'organisms/Anane2017-ecoli-closed.yaml',
    );
    const { text } = library.read('organisms', 'Anane2017-ecoli-closed');
    library.write(eve, 'organisms', 'mine', text.replace(/^organism: .*$/m, 'organism: mine'), undefined);
    expect(load('../../organisms/mine.yaml').plan.title.organism).toBe('mine');
  });

  it('reads nothing beside the library, however it names it', () => {
    const outside = join(around, 'outside.yaml');
    writeFileSync(outside, library.read('organisms', 'Anane2017-ecoli-closed').text);
    const ways = [outside, '../../../outside.yaml', '../../../../../../../../etc/passwd', '..\\..\\..\\outside.yaml'];
    for (const way of ways) expect(() => load(way), way).toThrow('There is no file');
    expect(() => loadScenario('../outside.yaml', [], openFiles(library.files))).toThrow('no file or folder');
  });

  it('takes a link inside the library for what it is', () => {
    mkdirSync(join(drafts, 'organisms'), { recursive: true });
    symlinkSync(join(around, 'none.yaml'), join(drafts, 'organisms/link.yaml'));
    expect(() => library.read('organisms', 'link')).toThrow('There is no');
  });
});
