import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { componentSchema, instrumentsSchema, scenarioSchema, serveSchema, studySchema } from '@fedbatch/station';
import { describe, expect, it } from 'vitest';

const read = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8');

describe('the schemas that editors use', () => {
  it.each([
    ['component', componentSchema()],
    ['instruments', instrumentsSchema()],
    ['scenario', scenarioSchema()],
    ['serve', serveSchema()],
    ['study', studySchema()],
  ])('are those of the present language: %s', (kind, schema) => {
    expect(
      JSON.parse(read('schema', `${kind}.json`)),
      `write it anew: fedbatch schema ${kind} > sims/schema/${kind}.json`,
    ).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it.each(['organisms', 'vessels', 'components'])('are named in the first line of every file under %s', (folder) => {
    for (const file of readdirSync(join(import.meta.dirname, folder)))
      expect(read(folder, file), file).toMatch(/^# yaml-language-server: \$schema=\.\.\/schema\/component\.json\n/);
  });

  it('are named in the first line of every file under instruments', () => {
    for (const file of readdirSync(join(import.meta.dirname, 'instruments')))
      expect(read('instruments', file), file).toMatch(
        /^# yaml-language-server: \$schema=\.\.\/schema\/instruments\.json\n/,
      );
  });

  it('are named in the first line of every study, and of the scenario beside it', () => {
    for (const name of readdirSync(join(import.meta.dirname, 'studies'))) {
      for (const kind of ['study', 'scenario'])
        expect(read('studies', name, `${kind}.yaml`)).toContain(
          `# yaml-language-server: $schema=../../schema/${kind}.json\n`,
        );
    }
  });

  it('are named in the first line of every scenario', () => {
    for (const name of readdirSync(join(import.meta.dirname, 'scenarios')))
      expect(read('scenarios', name, 'scenario.yaml'), name).toMatch(
        /^# yaml-language-server: \$schema=\.\.\/\.\.\/schema\/scenario\.json\n/,
      );
  });
});
