import { didYouMean, type Problems } from '@fedbatch/vocabulary';
import type { ComponentFile, ComponentValue } from './component-file.ts';

/** Sections whose names formulas see: a name that a file declares replaces the one of its base, whatever section that stood in. */
const naming = ['parameters', 'constants', 'inputs', 'held', 'quantities', 'unknowns', 'states', 'species'] as const;
const mapped = [...naming, 'needs', 'charge', 'reactions', 'streams', 'transfers', 'events', 'balances'] as const;

/** One component from a file and those that it extends: entry by entry, later bases win over earlier ones, the file over all. */
export function extendComponent(
  bases: readonly ComponentFile[],
  own: ComponentFile,
  problems: Problems,
): ComponentFile {
  const base = bases.map(withSources).reduce(merged);
  const value = merge(withoutNamed(base.value, own.value.without ?? [], problems), own.value);
  return { ...own, value: withoutMetNeeds({ ...value, source: own.value.source, place: own.value.place }) };
}

function merged(base: ComponentFile, next: ComponentFile): ComponentFile {
  return { ...next, value: merge(base.value, next.value) };
}

/** The base without the entries that the file leaves out; what still mentions one is refused later, at its place. */
function withoutNamed(
  base: ComponentValue,
  names: NonNullable<ComponentValue['without']>,
  problems: Problems,
): ComponentValue {
  const known = mapped.flatMap((section) => [...(base[section]?.keys() ?? [])]);
  for (const { value: name, place } of names)
    if (!known.includes(name))
      problems.error(
        'MODEL_SYMBOL_UNKNOWN',
        place,
        `\`without\` leaves out \`${name.slice(0, 60)}\`, which no file that is extended declares.${didYouMean(name, known)}`,
        'Name a parameter, species, reaction or other entry of one of them.',
      );
  const left = new Set(names.map(({ value: name }) => name));
  const value: Record<string, unknown> = { ...base };
  for (const section of mapped)
    if (base[section])
      value[section] = new Map<string, unknown>([...base[section]].filter(([name]) => !left.has(name)));
  return value as unknown as ComponentValue;
}

/** What a parameter inherits keeps the source of the file that it stood in. */
function withSources(base: ComponentFile): ComponentFile {
  const sourced = (section: ComponentValue['parameters']): ComponentValue['parameters'] =>
    section &&
    new Map(
      [...section].map(([name, entry]) => [name, { ...entry, source: sourceOf(base.value.source, entry.source) }]),
    );
  const { parameters, constants } = base.value;
  return {
    ...base,
    value: {
      ...base.value,
      ...(parameters && { parameters: sourced(parameters)! }),
      ...(constants && { constants: sourced(constants)! }),
    },
  };
}

/** A bare 'Table 2' says of which paper only together with the file's own source. */
export function sourceOf(file: string, own: string | undefined): string {
  if (own === undefined) return file;
  return /^(table|fig|eq|p\.|page|section)/i.test(own) ? `${file}, ${own}` : own;
}

function merge(base: ComponentValue, own: ComponentValue): ComponentValue {
  const replaced = new Set(naming.flatMap((section) => [...(own[section]?.keys() ?? [])]));
  // What a base is held to says nothing of the file that changes it.
  const value: Record<string, unknown> = { ...base, reference: undefined, ...own };
  for (const section of mapped) {
    const isNaming = (naming as readonly string[]).includes(section);
    const inherited = [...(base[section] ?? [])].filter(([name]) => !(isNaming && replaced.has(name)));
    const entries = new Map<string, unknown>([...inherited, ...(own[section] ?? [])]);
    if (entries.size > 0) value[section] = entries;
  }
  const gives = [...(base.gives ?? []), ...(own.gives ?? [])];
  if (gives.length > 0)
    value.gives = gives.filter(({ value: name }, i) => gives.findIndex((other) => other.value === name) === i);
  if (base.phases || own.phases) value.phases = mergePhases(base.phases, own.phases);
  if (base.trends || own.trends) value.trends = mergeLists(base.trends, own.trends);
  return value as unknown as ComponentValue;
}

type Phases = ComponentValue['phases'];

/** A phase of both files holds and supplies what either says; the rest is the later one's. */
function mergePhases(base: Phases, own: Phases): Phases {
  const merged = new Map(base);
  for (const [name, phase] of own ?? []) {
    const before = merged.get(name);
    const holds = [...(before?.holds ?? []), ...(phase.holds ?? [])];
    const supplies = [...(before?.supplies ?? []), ...(phase.supplies ?? [])];
    const initial = new Map([...(before?.initial ?? []), ...(phase.initial ?? [])]);
    merged.set(name, {
      ...before,
      ...phase,
      ...(holds.length > 0 && { holds }),
      ...(supplies.length > 0 && { supplies }),
      ...(initial.size > 0 && { initial }),
    });
  }
  return merged;
}

type Trends = ComponentValue['trends'];

function mergeLists(base: Trends, own: Trends): Trends {
  const merged = new Map(base);
  for (const [title, names] of own ?? []) {
    const before = merged.get(title) ?? [];
    merged.set(title, [...before, ...names.filter(({ value }) => !before.some((other) => other.value === value))]);
  }
  return merged;
}

/** What one of the files needs and another declares is met. */
function withoutMetNeeds(value: ComponentValue): ComponentValue {
  if (!value.needs) return value;
  const declared = new Set(naming.flatMap((section) => [...(value[section]?.keys() ?? [])]));
  for (const [name, phase] of value.phases ?? []) {
    const held = [...(phase.holds ?? [])].map(({ value: id }) => id.replace(/[+-]$/, ''));
    for (const id of held) declared.add(name === 'broth' ? id : `${name}.${id}`);
    if (phase['volume state']) declared.add(phase['volume state'].value);
  }
  for (const [name, stream] of value.streams ?? [])
    if (stream.carries?.has('temperature')) declared.add(`${name}.temperature`);
  return { ...value, needs: new Map([...value.needs].filter(([name]) => !declared.has(name))) };
}
