import { ProblemError, type Problems } from '@fedbatch/vocabulary';
import { isMap } from 'yaml';
import { extendComponent } from './extend-component.ts';
import {
  choice,
  type Field,
  type Located,
  listOf,
  locatedText,
  mapOf,
  optional,
  quantity,
  type Read,
  type ReadContext,
  record,
  refuseName,
  required,
  shortOr,
  text,
  unit,
} from './field.ts';
import { parseYaml } from './yaml-file.ts';

const expression = () =>
  locatedText({
    type: ['string', 'number'],
    description: 'a formula: + - * / ^ ( ) < >, exp log log10 sqrt tanh abs pow min max if',
  });

/** A species id may carry its charge: `NH4+`. */
export const refuseSpecies = (id: string): string | undefined =>
  /^[A-Za-z][A-Za-z0-9_]*[+-]$/.test(id) ? undefined : refuseName(id);
/** A needed name may be a species of a phase: `gas.O2`. */
export const refuseNeed = (id: string): string | undefined => {
  const parts = id.split('.');
  return parts.length === 2 ? parts.map(refuseName).find((wrong) => wrong !== undefined) : refuseName(id);
};
const speciesId = () =>
  locatedText({
    type: 'string',
    description: 'a species: one of this file, or O2, CO2, N2, NH4+, H2O, H+, HCO3-, H2PO4-, Na+, K+, Cl-',
  });

const parameter = record(
  {
    value: required(quantity(), 'a number with its unit'),
    range: optional(locatedText(), 'plausible limits, as 0.3..1.0, in the unit of the value'),
    spread: optional(quantity('percent'), 'relative standard deviation, as 10 %'),
    distribution: optional(choice(['normal', 'lognormal', 'uniform']), 'how the value is drawn in an ensemble'),
    source: optional(text(), 'paper and table; the source of the file when left out'),
    says: optional(text(), 'what it is, in words'),
  },
  'parameter',
);
const quantityShape = record(
  {
    unit: required(unit(), 'the unit of the result'),
    is: required(expression(), 'the formula'),
    says: optional(text(), 'what it is, in words'),
  },
  'quantity',
);
const speciesShape = record(
  {
    name: required(text(), 'its name in words'),
    formula: optional(text(), 'elemental formula, as C6H12O6 or CH1.8O0.5N0.2; a charge may stand at the end'),
    basis: optional(unit(), 'what an amount is counted in: g (default), mol or cells'),
    initial: optional(quantity(), 'concentration at the start where the scenario gives none'),
    exhausted: optional(quantity(), 'concentration below which it counts as exhausted; default 0.01 g/L'),
    pKa: optional(
      listOf(quantity('-')),
      'pKa of its acid groups in rising order; its formula, with its charge, is then that of the undissociated acid',
    ),
    'cell mass': optional(
      quantity('g/cell'),
      'dry mass of one cell, for a species with a formula that is counted in cells: its reactions can then close',
    ),
    particulate: optional(
      choice(['yes', 'no']),
      'whether settlers and membranes hold it back; default yes for the biomass and what is counted in cells',
    ),
    'specific volume': optional(quantity('L/g'), 'what 1 g of it adds to the volume; default 0.00065 L/g'),
    carbon: optional(
      expression(),
      "carbon content that the source states, as a parameter's name; the audit compares it with the formula",
    ),
    says: optional(text(), 'remarks'),
  },
  'species',
);
const coefficient = () => expression();
const species = (
  says: string,
): Field<ReadonlyMap<string, { value: string; place: import('@fedbatch/vocabulary').Place }>> => {
  const map = mapOf(coefficient(), { noun: 'species', refuse: refuseSpecies });
  return shortOr(
    speciesId(),
    { ...map, schema: { ...map.schema, description: says } },
    (id) => new Map([[id.value, { value: '1', place: id.place }]]),
  );
};
const reaction = record(
  {
    rate: required(expression(), 'its rate: per biomass (1/h, mol/g/h) or per volume (g/L/h, mol/L/h)'),
    uses: optional(
      species('what it consumes for one unit of rate'),
      'what it consumes: a species, or species with coefficients',
    ),
    makes: optional(species('what it makes for one unit of rate'), 'what it makes: species with coefficients'),
    closes: optional(
      listOf(locatedText()),
      'species whose coefficients follow from the elemental balance; `CO2 either way` lifts its sign',
    ),
    balance: optional(
      choice(['closed', 'as-published']),
      '`as-published` lets a reaction that does not close stand, and the audit shows it',
    ),
    per: optional(speciesId(), 'the biomass that a specific rate counts; default the `biomass` of the file'),
    in: optional(text(), 'the phase it runs in; default broth'),
    source: optional(text(), 'where it is published'),
    says: optional(text(), 'what it is, in words'),
  },
  'reaction',
);
const phase = record(
  {
    volume: optional(expression(), 'a formula for its volume'),
    'volume state': optional(locatedText(), 'name of the volume, which follows from the streams'),
    'initial volume': optional(quantity('L'), 'volume at the start where the scenario gives none'),
    as: optional(
      choice(['broth', 'settler']),
      'broth: the organism lives here too, and its reactions run with the concentrations of this phase; settler: its species are here, and nothing reacts',
    ),
    gives: optional(
      mapOf(expression(), { noun: 'name' }),
      'where the organism lives here too: names that it needs, as they are in this phase',
    ),
    holds: optional(listOf(speciesId()), 'species that it holds beside those of the organism'),
    supplies: optional(
      listOf(speciesId()),
      'species that perfect control supplies or takes away on demand (a ledger, no concentration)',
    ),
    basis: optional(unit(), 'what its amounts are counted in: g (default) or mol'),
    initial: optional(
      mapOf(expression(), { noun: 'species', refuse: refuseSpecies }),
      'concentrations at the start, as formulas',
    ),
    density: optional(expression(), 'density of the liquid; water is then what is missing to it'),
    'water density': optional(
      quantity('g/L'),
      'the volume is that of the water and of what it holds, added up; water is what fills a stated volume',
    ),
    says: optional(text(), 'what it is, in words'),
  },
  'phase',
);
const stream = record(
  {
    into: optional(text(), 'the phase it enters'),
    from: optional(text(), 'the phase it leaves'),
    flow: required(expression(), 'its flow, L/h or mol/h'),
    carries: optional(
      mapOf(quantity(), { noun: 'species', refuse: refuseSpecies }),
      'composition where the scenario gives none',
    ),
    only: optional(listOf(speciesId()), 'species that it carries, without liquid: sedimentation, a membrane'),
    retains: optional(
      mapOf(expression(), { noun: 'species', refuse: refuseSpecies }),
      'share of a species that stays behind, 0 to 1: cell retention, a condenser',
    ),
    says: optional(text(), 'what it is, in words'),
  },
  'stream',
);
const transfer = record(
  {
    of: required(speciesId(), 'the species that moves'),
    from: required(text(), 'the phase it leaves'),
    to: required(text(), 'the phase it enters'),
    rate: required(expression(), 'its rate, g/h or mol/h, positive in that direction'),
    says: optional(text(), 'what it is, in words'),
  },
  'transfer',
);
const state = record(
  {
    unit: required(unit(), 'its unit'),
    initial: optional(expression(), 'its value at the start, where the scenario gives none'),
    rate: required(expression(), 'its rate of change'),
    sign: optional(choice(['nonnegative', 'any']), 'nonnegative: physics keeps it at or above zero'),
    says: optional(text(), 'what it is, in words'),
  },
  'state',
);
const held = record(
  {
    unit: required(unit(), 'its unit'),
    initial: required(quantity(), 'its value at the start'),
    says: optional(text(), 'what it is, in words'),
  },
  'held value',
);
const longNeed = record(
  {
    unit: required(unit(), 'its unit'),
    otherwise: optional(quantity(), 'its value where no component gives it'),
  },
  'need',
);
const need = shortOr(unit(), longNeed, (value, place): Read<typeof longNeed> => ({ unit: value, place }));
const startValue = record(
  {
    unit: required(unit(), 'its unit'),
    default: required(quantity(), 'its value where the scenario gives none'),
    range: optional(locatedText(), 'its limits, as 2..12'),
    says: optional(text(), 'what it is, in words'),
  },
  'value at the start',
);
const balance = record(
  {
    unit: required(unit(), 'the unit of what is balanced'),
    holds: required(expression(), 'what the plant holds'),
    in: required(expression(), 'what enters or is made, per h'),
    out: required(expression(), 'what leaves, per h'),
    says: optional(text(), 'what it is, in words'),
  },
  'balance',
);
const unknown = record(
  {
    unit: required(unit(), 'its unit'),
    zero: required(expression(), 'a formula that is zero at the solution'),
    between: required(locatedText(), 'the bracket of the solution, as 0..14'),
    says: optional(text(), 'what it is, in words'),
  },
  'unknown',
);
const event = record(
  {
    when: optional(locatedText(), 'a comparison: it happens when this becomes true'),
    at: optional(locatedText(), 'a time, as 9 h or a formula of parameters'),
    set: optional(mapOf(expression(), { noun: 'held value' }), 'new values of held values'),
    repeats: optional(choice(['once', 'always']), 'once: only the first time; default always'),
    says: optional(text(), 'what happens, in words'),
  },
  'event',
);
const input = record(
  {
    unit: required(unit(), 'its unit'),
    default: required(quantity(), 'its value where nobody sets it'),
    range: required(locatedText(), 'its limits, as 0..2 L/h'),
    says: optional(text(), 'what it is, in words'),
  },
  'input',
);
const feeding = record(
  {
    substrate: required(speciesId(), 'the species that is fed'),
    yield: required(quantity('g/g'), 'biomass per substrate that a feed law may assume'),
    source: optional(text(), 'where the yield is from'),
  },
  'feeding default',
);

const title = () => text();
/** The form of a component file: organism, vessel or any other. */
export const componentShape = record(
  {
    organism: optional(title(), 'title of an organism'),
    vessel: optional(title(), 'title of a vessel'),
    component: optional(title(), 'title of any other component'),
    version: optional(choice(['1']), 'version of the language; 1'),
    source: required(text(), 'paper, book or data that the file is taken from'),
    extends: optional(
      listOf(locatedText()),
      'files that this one starts from, by path; later ones win over earlier, and this one over all',
    ),
    without: optional(
      listOf(locatedText()),
      'names of the files that this one starts from which it does without: parameters, species, reactions and the like',
    ),
    reference: optional(
      listOf(locatedText()),
      'scenarios that hold it to data, by path: its page shows their curves with the data as dots',
    ),
    says: optional(text(), 'remarks'),
    biomass: optional(speciesId(), 'the species that specific rates count'),
    balance: optional(
      choice(['closed', 'as-published']),
      '`as-published`: no reaction of the file is refused for not closing',
    ),
    feeding: optional(feeding, 'what a feed law may assume of the organism'),
    species: optional(mapOf(speciesShape, { noun: 'species', refuse: refuseSpecies }), 'species in the broth'),
    needs: optional(
      mapOf(need, { noun: 'need', refuse: refuseNeed }),
      'names that other components must give, with their units',
    ),
    charge: optional(
      mapOf(startValue, { noun: 'value at the start' }),
      'what the charge of a scenario may state beside species and volume; formulas call it `start.name`',
    ),
    gives: optional(listOf(locatedText()), 'names that other components may use'),
    inputs: optional(mapOf(input, { noun: 'input' }), 'what control or a person sets'),
    parameters: optional(mapOf(parameter, { noun: 'parameter' }), 'numbers that a scenario may change'),
    constants: optional(mapOf(parameter, { noun: 'constant' }), 'numbers that nobody changes'),
    quantities: optional(mapOf(quantityShape, { noun: 'quantity' }), 'what is computed'),
    unknowns: optional(mapOf(unknown, { noun: 'unknown' }), 'what is solved for: an implicit equation each'),
    states: optional(mapOf(state, { noun: 'state' }), 'what has a rate of change of its own'),
    held: optional(mapOf(held, { noun: 'held value' }), 'what keeps its value until an event sets it'),
    reactions: optional(mapOf(reaction, { noun: 'reaction' }), 'conversions between species'),
    phases: optional(mapOf(phase, { noun: 'phase' }), 'places that hold species'),
    streams: optional(mapOf(stream, { noun: 'stream' }), 'flows into and out of phases'),
    balances: optional(
      mapOf(balance, { noun: 'balance' }),
      'what must close beside elements, charge and mass, as energy does; the audit of every run shows it',
    ),
    transfers: optional(mapOf(transfer, { noun: 'transfer' }), 'exchange between phases'),
    events: optional(mapOf(event, { noun: 'event' }), 'what happens at a time or when something crosses a limit'),
    trends: optional(
      mapOf(listOf(locatedText()), { noun: 'trend panel', refuse: () => undefined }),
      'panels of the report: title and the names drawn in it',
    ),
  },
  'component file',
);

export type ComponentValue = Read<typeof componentShape>;
export type ComponentKind = 'organism' | 'vessel' | 'component';

/** A component as its author wrote it: values and places, nothing resolved. */
export interface ComponentFile {
  readonly file: string;
  readonly kind: ComponentKind;
  readonly title: string;
  readonly value: ComponentValue;
}

const kinds: readonly ComponentKind[] = ['organism', 'vessel', 'component'];

/** Opens a file that another names, by its path as written; undefined after a problem was reported. */
export type OpenFile = (name: Located<string>, from: string) => { source: string; file: string } | undefined;

/** Files may rest on files this deep. */
const extendsLimit = 8;

/**
 * Reads a component file, and with `open` the files that it extends. `file` is the name that messages show.
 * Throws ProblemError with every problem of form: unknown keys, missing keys, units, names, syntax.
 */
export function readComponent(source: string, file: string, problems: Problems, open?: OpenFile): ComponentFile {
  return readWithBases(source, file, problems, open, []);
}

function readWithBases(
  source: string,
  file: string,
  problems: Problems,
  open: OpenFile | undefined,
  above: readonly string[],
): ComponentFile {
  const own = readAlone(source, file, problems);
  const bases = (own.value.extends ?? []).flatMap((name) => {
    if (above.length >= extendsLimit || above.includes(file)) {
      problems.error(
        'MODEL_EXTENDS_CIRCULAR',
        name.place,
        `\`${name.value.slice(0, 80)}\` is extended more than ${extendsLimit} files deep, or by itself.`,
        'Let the chain of `extends` end.',
      );
      return [];
    }
    const opened = open?.(name, file);
    if (opened) return [readWithBases(opened.source, opened.file, problems, open, [...above, file])];
    if (!open)
      problems.error(
        'MODEL_EXTENDS_UNREADABLE',
        name.place,
        `The file extends \`${name.value.slice(0, 80)}\`, and other files cannot be opened here.`,
        'Read it from a folder, or put the entries of both into one file.',
      );
    return [];
  });
  problems.throwIfAny();
  return bases.length === 0 ? own : extendComponent(bases, own, problems);
}

function readAlone(source: string, file: string, problems: Problems): ComponentFile {
  const yaml = parseYaml(source, file, problems);
  const context: ReadContext = { file: yaml, problems };
  if (yaml.root === null || !isMap(yaml.root)) {
    problems.error(
      'MODEL_FILE_EMPTY',
      { file, line: 1, column: 1 },
      'The file holds no mapping of keys.',
      'Start it with `organism:`, `vessel:` or `component:` and a title.',
    );
    throw new ProblemError(problems.errors);
  }
  const value = componentShape.read(yaml.root, '', context);
  const present = value ? kinds.filter((kind) => value[kind] !== undefined) : [];
  if (value && present.length !== 1) {
    problems.error(
      'MODEL_FILE_KIND',
      value.place,
      `The file names ${present.length === 0 ? 'no' : 'more than one'} kind of component.`,
      'Start it with exactly one of `organism:`, `vessel:`, `component:`.',
    );
  }
  problems.throwIfAny();
  const kind = present[0]!;
  return { file, kind, title: value![kind]!, value: value! };
}
