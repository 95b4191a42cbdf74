import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');

interface Room {
  readonly rank: number;
  readonly mayImport: readonly string[];
  /** Third-party packages that only this room may use; a trailing * stands for any ending. */
  readonly thirdParty: readonly string[];
}

/** The house: rank must fall along every arrow, and a third-party package lives in the rooms that name it. */
const rooms: Readonly<Record<string, Room>> = {
  vocabulary: { rank: 0, mayImport: [], thirdParty: [] },
  numerics: { rank: 1, mayImport: [], thirdParty: ['odex'] },
  model: { rank: 2, mayImport: ['numerics', 'vocabulary'], thirdParty: ['mathjs', 'yaml', 'ajv'] },
  plant: { rank: 3, mayImport: ['model', 'numerics', 'vocabulary'], thirdParty: [] },
  control: { rank: 3, mayImport: ['model', 'numerics', 'vocabulary'], thirdParty: [] },
  runtime: { rank: 4, mayImport: ['plant', 'control', 'model', 'numerics', 'vocabulary'], thirdParty: [] },
  records: { rank: 5, mayImport: ['runtime', 'vocabulary'], thirdParty: ['apache-arrow', 'hyparquet*'] },
  studies: {
    rank: 5,
    mayImport: ['runtime', 'control', 'plant', 'model', 'numerics', 'vocabulary'],
    thirdParty: ['bullmq', 'ioredis', 'tinypool'],
  },
  station: {
    rank: 6,
    mayImport: ['records', 'studies', 'runtime', 'plant', 'control', 'model', 'numerics', 'vocabulary'],
    thirdParty: ['pino'],
  },
  // It knows the document and nothing of ours; below the faces, so that their tests and the dashboard may use it.
  client: { rank: 6, mayImport: [], thirdParty: ['openapi-fetch', 'openapi-typescript', 'typescript'] },
  api: {
    rank: 7,
    mayImport: ['client', 'station', 'studies', 'records', 'vocabulary'],
    thirdParty: ['fastify', '@fastify/*', 'typebox', 'ajv', 'prom-client', '@seriousme/openapi-schema-validator'],
  },
  opcua: { rank: 7, mayImport: ['station', 'vocabulary'], thirdParty: ['node-opcua*'] },
  // The command composes the faces, which do not know each other: it stands above them.
  cli: {
    rank: 8,
    mayImport: ['api', 'opcua', 'station', 'studies', 'records', 'vocabulary'],
    thirdParty: ['commander'],
  },
  web: { rank: 7, mayImport: ['client', 'vocabulary'], thirdParty: ['preact', '@preact/*', 'uplot', 'vite'] },
};

/** Folders beside packages/ that stand on the house: they may import any room. */
const outbuildings: Readonly<Record<string, Room>> = {
  sims: { rank: 9, mayImport: Object.keys(rooms), thirdParty: [] },
  benchmarks: { rank: 9, mayImport: Object.keys(rooms), thirdParty: ['tinybench', 'mathjs', 'node-opcua', 'odex'] },
};

const scope = '@fedbatch/';
const highestPureRank = 4;
const anyRoomsTestTools = ['vitest', 'fast-check', '@types/*'];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const matches = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));

/** What a package.json declares that the table does not allow. */
function brokenDeclarations(roomName: string, room: Room | undefined, manifest: Manifest): string[] {
  if (room === undefined) return [`${roomName} is not in the table of rooms`];
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  const declared = { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies };
  return Object.keys(declared).flatMap((name) => {
    if (!name.startsWith(scope)) {
      if (matches(name, room.thirdParty)) return [];
      if (devDependencies?.[name] !== undefined && matches(name, anyRoomsTestTools)) return [];
      return [`${roomName} declares ${name}, which has no place in that room`];
    }
    const target = name.slice(scope.length);
    const targetRank = rooms[target]?.rank;
    if (targetRank === undefined) return [`${roomName} declares ${name}, which is not in the table of rooms`];
    if (targetRank >= room.rank) return [`${roomName} (rank ${room.rank}) declares ${target} (rank ${targetRank})`];
    return room.mayImport.includes(target) ? [] : [`${roomName} declares ${target}, which it may not import`];
  });
}

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(),])\/\/.*$/gm, '$1');

/** Every module that a source text imports or exports from, in any form. */
function importsOf(source: string): string[] {
  const forms = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g,
  ];
  const text = withoutComments(source);
  return forms.flatMap((form) => [...text.matchAll(form)].map((match) => match[1] as string));
}

/** The name under which a module is declared: `@scope/name/part` belongs to `@scope/name`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Time, randomness and the machine are arguments below rank 5; each pattern stands beside what it is called. */
const impurities: readonly (readonly [RegExp, string])[] = [
  [/\bMath\s*\.\s*random\b/, 'Math.random'],
  [/\bDate\s*\.\s*now\b/, 'Date.now'],
  [/\bnew\s+Date\b/, 'new Date'],
  [/\bperformance\s*\.\s*now\b/, 'performance.now'],
  [/\b(?:setTimeout|setInterval|setImmediate)\s*\(/, 'a timer'],
  [/\bprocess\.(?:env|cwd|argv|exit|hrtime|stdout|stderr|platform|pid|memoryUsage)\b/, 'process'],
  [/\b(?:randomUUID|getRandomValues)\b/, 'a random source of the machine'],
];

interface SourceFile {
  readonly room: string;
  /** Path inside the package, as `src/scan.ts`. */
  readonly path: string;
  readonly text: string;
}

/** What a source file imports or calls that its package's declaration or rank does not allow. */
function brokenSource(file: SourceFile, room: Room, manifest: Manifest, rootTools: readonly string[]): string[] {
  const isTest = file.path.endsWith('.test.ts');
  const isPure = room.rank <= highestPureRank && !isTest;
  const shipped = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });
  const forTests = [...Object.keys(manifest.devDependencies ?? {}), ...rootTools];
  const place = `${file.room}/${file.path}`;
  const broken = importsOf(file.text).flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      const target = join(dirname(file.path), specifier);
      return target.startsWith('..') ? [`${place} imports ${specifier}, which is outside its package`] : [];
    }
    if (specifier.startsWith('node:')) {
      return isPure ? [`${place} imports ${specifier}; ranks 0 to ${highestPureRank} would run in a browser`] : [];
    }
    const name = packageOf(specifier);
    if (name === manifest.name || shipped.includes(name) || (isTest && forTests.includes(name))) return [];
    return [
      `${place} imports ${specifier}, which its package.json does not declare${isTest ? '' : ' for shipped code'}`,
    ];
  });
  if (!isPure) return broken;
  const text = withoutComments(file.text);
  return broken.concat(impurities.filter(([form]) => form.test(text)).map(([, name]) => `${place} uses ${name}`));
}

const readJson = (...parts: string[]): Manifest => JSON.parse(readFileSync(join(repository, ...parts), 'utf8'));

const folders = readdirSync(join(repository, 'packages'))
  .filter((name) => existsSync(join(repository, 'packages', name, 'package.json')))
  .sort();

function sourcesOf(room: string): SourceFile[] {
  const base = join(repository, 'packages', room);
  return readdirSync(join(base, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ room, path: relative(base, path), text: readFileSync(path, 'utf8') }));
}

describe('the house', () => {
  it('has only rooms that the table knows', () => {
    expect(folders.filter((name) => rooms[name] === undefined)).toEqual([]);
    expect(folders).toEqual(expect.arrayContaining(['vocabulary', 'numerics', 'model', 'station', 'cli']));
  });

  it('has a table in which rank falls along every arrow', () => {
    const rising = Object.entries(rooms).flatMap(([name, room]) =>
      room.mayImport
        .filter((target) => (rooms[target]?.rank ?? 99) >= room.rank)
        .map((target) => `${name} -> ${target}`),
    );
    expect(rising).toEqual([]);
  });

  it.each(folders)('keeps the package.json of %s to the table', (name) => {
    const manifest = readJson('packages', name, 'package.json');
    expect(manifest.name).toBe(scope + name);
    expect(brokenDeclarations(name, rooms[name], manifest)).toEqual([]);
  });

  it.each(Object.keys(outbuildings))('keeps the package.json of %s to the table, once it has one', (name) => {
    if (!existsSync(join(repository, name, 'package.json'))) return;
    expect(brokenDeclarations(name, outbuildings[name], readJson(name, 'package.json'))).toEqual([]);
  });

  it.each(folders)('keeps the sources of %s to what it declares and to what its rank may know', (name) => {
    const manifest = readJson('packages', name, 'package.json');
    const rootTools = Object.keys(readJson('package.json').devDependencies ?? {});
    const sources = sourcesOf(name);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap((file) => brokenSource(file, rooms[name] as Room, manifest, rootTools))).toEqual([]);
  });

  it('keeps the words that all rooms share to what one can read at a sitting', () => {
    const sources = sourcesOf('vocabulary').filter(({ path }) => !/\.test\.ts$|index\.ts$/.test(path));
    const lines = sources.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
    expect(lines).toBeGreaterThan(300);
    expect(lines).toBeLessThan(600);
  });
});

describe('the rules of the house', () => {
  const declares = (roomName: string, manifest: Omit<Manifest, 'name'>) =>
    brokenDeclarations(roomName, rooms[roomName] ?? outbuildings[roomName], { name: scope + roomName, ...manifest });

  it('refuse an arrow upwards, between peers, and past the column of allowed imports, in every kind of dependency', () => {
    expect(declares('model', { dependencies: { '@fedbatch/plant': 'workspace:*' } })).toHaveLength(1);
    expect(declares('plant', { devDependencies: { '@fedbatch/control': 'workspace:*' } })).toHaveLength(1);
    expect(declares('opcua', { peerDependencies: { '@fedbatch/api': 'workspace:*' } })).toHaveLength(1);
    expect(declares('records', { optionalDependencies: { '@fedbatch/model': 'workspace:*' } })).toHaveLength(1);
    expect(declares('runtime', { dependencies: { '@fedbatch/nowhere': 'workspace:*' } })).toHaveLength(1);
    expect(declares('attic', {})).toHaveLength(1);
    expect(declares('station', { dependencies: { '@fedbatch/records': 'workspace:*', pino: '1.0.0' } })).toEqual([]);
  });

  it('refuse a third-party package outside its quarantine', () => {
    expect(declares('numerics', { dependencies: { mathjs: '1.0.0' } })).toHaveLength(1);
    expect(declares('station', { dependencies: { fastify: '1.0.0' } })).toHaveLength(1);
    expect(declares('cli', { devDependencies: { tinybench: '1.0.0' } })).toHaveLength(1);
    expect(declares('cli', { dependencies: { vitest: '1.0.0' } })).toHaveLength(1);
    expect(declares('records', { dependencies: { 'hyparquet-writer': '1.0.0' } })).toEqual([]);
    expect(declares('model', { devDependencies: { 'fast-check': '1.0.0' } })).toEqual([]);
    expect(declares('benchmarks', { dependencies: { tinybench: '1.0.0', '@fedbatch/cli': 'workspace:*' } })).toEqual(
      [],
    );
  });

  it('see an import in every form, and none in a comment', () => {
    const source = [
      "import a from 'one';",
      'import {\n  type B,\n  c,\n} from "two/part";',
      "import 'three';",
      "export * from '@fedbatch/four';",
      `const five = await import(${"'five'"});`,
      `const six = require(${"'six'"});`,
      "// import x from 'seven';",
      "/* import y from 'eight'; */",
    ].join('\n');
    expect(importsOf(source).map(packageOf).sort()).toEqual(['@fedbatch/four', 'five', 'one', 'six', 'three', 'two']);
  });

  const source = (path: string, text: string, room = 'model') =>
    brokenSource(
      { room, path, text },
      rooms[room] as Room,
      { name: scope + room, dependencies: { yaml: '1.0.0' }, devDependencies: { 'fast-check': '1.0.0' } },
      ['vitest'],
    );

  it('refuse an import that is not declared, is declared for tests only, or leaves the package', () => {
    expect(source('src/a.ts', "import { x } from 'mathjs';")).toHaveLength(1);
    expect(source('src/a.ts', "import fc from 'fast-check';")).toHaveLength(1);
    expect(source('src/a.ts', "import { it } from 'vitest';")).toHaveLength(1);
    expect(source('src/deep/a.ts', "import { x } from '../../../numerics/src/index.ts';")).toHaveLength(1);
    expect(source('src/a.test.ts', "import fc from 'fast-check';\nimport { it } from 'vitest';")).toEqual([]);
    expect(source('src/deep/a.ts', "import { x } from '../b.ts';\nimport { parse } from 'yaml';")).toEqual([]);
  });

  it('refuse the machine, the clock and chance in ranks 0 to 4, and nowhere else', () => {
    expect(source('src/a.ts', "import { readFileSync } from 'node:fs';")).toHaveLength(1);
    for (const text of [
      'Math.random()',
      'Date.now()',
      'new Date()',
      'performance.now()',
      'setTimeout(f)',
      'process.env.X',
    ]) {
      expect(source('src/a.ts', `const x = ${text};`), text).toHaveLength(1);
      expect(source('src/a.test.ts', `const x = ${text};`), text).toEqual([]);
      expect(source('src/a.ts', `// Never ${text}.`), text).toEqual([]);
      expect(source('src/a.ts', `const x = ${text};`, 'station'), text).toEqual([]);
    }
  });
});
