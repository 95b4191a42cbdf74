import { type Place, ProblemError, type Problems } from '@fedbatch/vocabulary';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml';

/** Largest file that is read, in characters; the largest shipped one has about 12,000. */
export const fileSizeLimit = 1_000_000;
/** Deepest nesting of brackets or indents. */
export const nestingLimit = 50;

/** A YAML file after parsing, with the place of every node. */
export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly root: Node | null;
  placeOf(node: Node | null | undefined): Place;
}

/** A value that is put into a file after it is read: `--set charge.X=0.2 g/L`. */
export interface Override {
  /** Keys from the top; an entry of a list is named by its number from 1 or by its only key. */
  readonly path: readonly string[];
  readonly value: string;
  /** What messages show as the file: `--set charge.X`. */
  readonly from: string;
}

/** Parses YAML 1.2 without aliases or tags of the author's. Throws ProblemError when it is not YAML; `file` is the name that messages show. */
export function parseYaml(
  text: string,
  file: string,
  problems: Problems,
  overrides: readonly Override[] = [],
): YamlFile {
  const start = { file, line: 1, column: 1 };
  const refusal = refuseBySize(text);
  if (refusal) {
    problems.error('MODEL_FILE_SIZE', start, refusal.says, refusal.remedy);
    throw new ProblemError(problems.errors);
  }
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.max(0, offset));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = guardStack(
    () => parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false }),
    start,
    problems,
  );
  // Warnings are tags of somebody's own: what they mean is not known here.
  for (const error of [...document.errors, ...document.warnings].slice(0, 5)) {
    problems.error('MODEL_YAML_SYNTAX', at(error.pos[0]), saysOf(error.message), remedyFor(error.message));
  }
  problems.throwIfAny();
  visit(document, {
    Alias: (_, node) => {
      problems.error(
        'MODEL_YAML_ALIAS',
        at(node.range?.[0] ?? 0),
        `The alias \`*${node.source.slice(0, 40)}\` is not read here.`,
        'Write the value out: a reader of the file should see it where it stands.',
      );
      return visit.BREAK;
    },
    Map: (_, map) => refuseTwins(map, at, problems),
  });
  problems.throwIfAny();
  const places = new Map<unknown, Place>();
  for (const override of overrides) {
    const node = putIn(document, override);
    if (node) places.set(node, { file: override.from, line: 1, column: 1 });
    else
      problems.error(
        'MODEL_OVERRIDE_PATH',
        { file: override.from, line: 1, column: 1 },
        `There is no place \`${override.path.join('.')}\` in ${file}.`,
        'Write the keys from the top, with dots, as in `recipe.fed-batch.feed.mu`.',
      );
  }
  problems.throwIfAny();
  return {
    file,
    text,
    root: document.contents as Node | null,
    placeOf: (node) => places.get(node) ?? at(node?.range?.[0] ?? 0),
  };
}

/** Two keys of one name in a mapping. The parser's own check compares every key with every other one. */
function refuseTwins(map: YAMLMap, at: (offset: number) => Place, problems: Problems): void {
  const seen = new Map<string, number>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    const offset = key.range?.[0] ?? 0;
    const other = seen.get(name);
    if (other === undefined) seen.set(name, offset);
    else
      problems.error(
        'MODEL_KEY_TWICE',
        at(offset),
        `The key \`${name.slice(0, 60)}\` stands twice in one mapping; the first is in line ${at(other).line}.`,
        'Keep one of the two.',
      );
  }
}

/** Sets one scalar in the parsed document; gives the new node, or undefined when the path leads nowhere. */
function putIn(document: Document, { path, value }: Override): Node | undefined {
  const node = new Scalar(value);
  node.source = value;
  let here: unknown = document.contents;
  for (const [i, key] of path.entries()) {
    const last = i === path.length - 1;
    if (isSeq(here) && /^\d+$/.test(key)) {
      if (last || here.items[Number(key) - 1] === undefined) return undefined;
      here = here.items[Number(key) - 1];
      continue;
    }
    if (isSeq(here)) here = here.items.find((item) => isMap(item) && item.has(key));
    if (isMap(here) && last) put(document, here, key, node);
    else if (isMap(here)) here = enter(document, here, key);
    else return undefined;
  }
  return node;
}

function enter(document: Document, map: YAMLMap, key: string): unknown {
  if (!map.has(key)) put(document, map, key, document.createNode({}));
  return map.get(key, true);
}

/** Keys are made as nodes, so that they are read like the author's own. */
function put(document: Document, map: YAMLMap, key: string, value: Node): void {
  if (map.has(key)) map.set(key, value);
  else map.add(document.createPair(document.createNode(key), value));
}

function refuseBySize(text: string): { says: string; remedy: string } | undefined {
  if (text.length > fileSizeLimit) {
    return {
      says: `The file has ${text.length.toLocaleString('en')} characters; at most ${fileSizeLimit.toLocaleString('en')} are read.`,
      remedy: 'Put tables into CSV files, and split the model into components.',
    };
  }
  const depth = nesting(text);
  if (depth <= nestingLimit) return undefined;
  return {
    says: `The file is nested ${depth} levels deep or more; at most ${nestingLimit} are read.`,
    remedy: 'Flatten it: no part of a model or a scenario needs more than six levels.',
  };
}

/** An upper estimate of nesting, before any recursive parser sees the text: open brackets, `- ` markers, and indents that grow. */
function nesting(text: string): number {
  let deepest = 0;
  let brackets = 0;
  const indents: number[] = [];
  for (const line of text.split('\n')) {
    const markers = /^(?:\s*[-?:]\s)+/.exec(`${line} `)?.[0].match(/[-?:]/g)?.length ?? 0;
    const indent = line.length - line.trimStart().length;
    if (line.trim() !== '') {
      while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop();
      indents.push(indent);
    }
    for (const character of line) {
      if (character === '[' || character === '{') brackets++;
      else if ((character === ']' || character === '}') && brackets > 0) brackets--;
      if (brackets > deepest) deepest = brackets;
    }
    deepest = Math.max(deepest, brackets, indents.length + markers);
  }
  return deepest;
}

function guardStack<T>(parse: () => T, place: Place, problems: Problems): T {
  try {
    return parse();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    problems.error(
      'MODEL_YAML_SYNTAX',
      place,
      `The file cannot be read as YAML: ${sentence(why)}`,
      'Compare its form with a shipped file under sims/.',
    );
    throw new ProblemError(problems.errors);
  }
}

function sentence(message: string): string {
  const first = message.split('\n')[0]!.trim();
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function saysOf(message: string): string {
  if (/multiple documents/.test(message)) return 'A second document begins here, and one file holds one.';
  return `This is not YAML: ${sentence(message)}`;
}

function remedyFor(message: string): string {
  if (/multiple documents/.test(message)) return 'Leave out the `---`, or write two files.';
  if (/tag/i.test(message)) return 'Leave out the tag: every value is a text or a number.';
  if (/indent|column/i.test(message))
    return 'Line the keys of one mapping up in the same column, with spaces, not tabs.';
  if (/flow|comma|bracket|\]|\}/i.test(message))
    return 'Close every bracket, and put quotes round an expression that holds a comma or a bracket.';
  return 'Put quotes round a text that holds a colon, a hash or a quote, and check the indent.';
}
