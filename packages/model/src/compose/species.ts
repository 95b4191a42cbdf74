import { divideDimensions, parseUnit, sameDimension, type Unit } from '@fedbatch/vocabulary';
import { type Composition, FormulaError, knownSpecies, parseFormula } from '../balance/formula.ts';
import type { NodeId } from '../graph/graph.ts';
import type { SpeciesInfo } from '../model.ts';
import type { Located } from '../read/field.ts';
import {
  type Assembly,
  gram,
  litre,
  mole,
  type Part,
  type PhaseDraft,
  type SpeciesDraft,
  type StateDraft,
  symbolOf,
} from './assembly.ts';
import { chargeParameter } from './declare.ts';
import { define } from './definition.ts';

/** The phase that organisms live in. */
export const brothName = 'broth';
const defaultExhausted = 0.01;
/** Sugars, salts and proteins in water add 0.6 to 0.75 mL/g. */
const defaultSpecificVolume = 0.00065;

/** Declares the known species and those of every component. */
export function declareSpecies(assembly: Assembly): void {
  for (const [id, { name, composition, molarVolume }] of knownSpecies) {
    assembly.species.set(id, {
      info: { id, name, composition, exhausted: defaultExhausted },
      basis: gram,
      specificVolume: molarVolume / composition.molarMass,
      pKa: [],
    });
  }
  for (const part of assembly.parts) {
    for (const [id, entry] of part.file.value.species ?? []) {
      const { place } = entry;
      const other = assembly.species.get(id);
      if (other) {
        assembly.problems.error(
          'MODEL_SPECIES_TWICE',
          place,
          `The species \`${id}\` is known already${other.place ? ` from ${other.place.file}:${other.place.line}` : ''}.`,
          'Use it as it is, or give this one another id.',
        );
        continue;
      }
      checkSpeciesUnits(assembly, id, entry);
      const composition = readFormula(assembly, entry.formula, place);
      const carbon = entry.carbon && assembly.parse(entry.carbon);
      const info: SpeciesInfo = {
        id,
        name: entry.name,
        exhausted: entry.exhausted?.value.base ?? defaultExhausted,
        ...(composition && { composition }),
      };
      assembly.species.set(id, {
        info,
        basis: entry.basis?.value ?? gram,
        role: part.role,
        place,
        specificVolume: entry['specific volume']?.value.base ?? defaultSpecificVolume,
        pKa: (entry.pKa ?? []).map(({ value }) => value.base),
        ...(entry.particulate && { particulate: entry.particulate.value === 'yes' }),
        ...(entry.initial && { initial: entry.initial }),
        ...(carbon && { carbon }),
        ...(entry['cell mass'] && { cellMass: entry['cell mass'].value.base }),
      });
    }
  }
}

type SpeciesEntry = NonNullable<Part['file']['value']['species']> extends ReadonlyMap<string, infer T> ? T : never;

function checkSpeciesUnits(assembly: Assembly, id: string, { basis, exhausted }: SpeciesEntry): void {
  const unit = basis?.value ?? gram;
  checkBasis(assembly, basis, `\`${id}\``);
  if (exhausted && !sameDimension(exhausted.value.unit.dimension, divideDimensions(unit.dimension, litre.dimension)))
    assembly.problems.error(
      'MODEL_UNIT_CLASH',
      exhausted.place,
      `\`${id}\` counts as exhausted below ${exhausted.value.value} ${exhausted.value.unit.text}, which is no concentration in ${unit.text}/L.`,
      `Write it in ${unit.text}/L.`,
    );
}

/** Amounts are counted in mass, mol or cells: only these turn into one another, or into nothing at all. */
function checkBasis(assembly: Assembly, basis: Located<Unit> | undefined, what: string): void {
  const counted = ['g', 'mol', 'cell'].map((text) => parseUnit(text).dimension);
  if (basis === undefined || counted.some((dimension) => sameDimension(dimension, basis.value.dimension))) return;
  assembly.problems.error(
    'MODEL_UNIT_CLASH',
    basis.place,
    `The amounts of ${what} are counted in ${basis.value.text}.`,
    'Count them in g, mol or cells.',
  );
}

function readFormula(
  assembly: Assembly,
  text: string | undefined,
  place: SpeciesDraft['place'],
): Composition | undefined {
  if (text === undefined) return undefined;
  try {
    return parseFormula(text);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return assembly.problems.error(
      'MODEL_FORMULA_FORM',
      place,
      error.message,
      'Write elements and their numbers, as in C6H12O6 or CH1.8O0.5N0.2, and a charge at the end, as in NH4+.',
    );
  }
}

/** Declares every phase with its volume and the amounts in it, then what further components add to a phase. */
export function declarePhases(assembly: Assembly): void {
  const additions: [string, PhaseEntry][] = [];
  for (const part of assembly.parts) {
    for (const [name, entry] of part.file.value.phases ?? []) {
      if (addsAlone(entry)) {
        additions.push([name, entry]);
        continue;
      }
      if (assembly.phases.has(name)) {
        assembly.problems.error(
          'MODEL_NAME_GIVEN_TWICE',
          entry.place,
          `The phase \`${name}\` is declared by two components.`,
          'Leave one of them out of the scenario.',
        );
        continue;
      }
      const phase = declareVolume(assembly, part, name, entry);
      if (!phase) continue;
      assembly.phases.set(name, phase);
      const organisms = phase.carries
        ? [...assembly.species.values()].filter((species) => species.role !== undefined)
        : [];
      for (const species of organisms) declareAmount(assembly, phase, species);
      declareHeld(assembly, phase, entry);
    }
  }
  for (const [name, entry] of additions) {
    const phase = assembly.phaseNamed(name, entry.place);
    if (phase) declareHeld(assembly, phase, entry);
  }
  if (assembly.phases.has(brothName)) return;
  if (assembly.setup.mode === 'probe') probeBroth(assembly);
  else if ([...assembly.species.values()].some(({ role }) => role !== undefined)) {
    assembly.problems.error(
      'MODEL_PHASE_UNKNOWN',
      assembly.setup.place,
      `No component has a phase \`${brothName}\` for the organism to live in.`,
      'Name a vessel that declares one under `phases`.',
    );
  }
}

type PhaseEntry = NonNullable<Part['file']['value']['phases']> extends ReadonlyMap<string, infer T> ? T : never;

/** An entry that says `holds` and nothing else is about a phase of another component. */
function addsAlone(entry: PhaseEntry): boolean {
  const said = Object.entries(entry).filter(([key, value]) => key !== 'place' && value !== undefined);
  return said.length > 0 && said.every(([key]) => key === 'holds' || key === 'says');
}

function declareHeld(assembly: Assembly, phase: PhaseDraft, { holds }: PhaseEntry): void {
  for (const { value: id, place } of holds ?? []) {
    const species = assembly.speciesNamed(id, place);
    if (species && !phase.amounts.has(id)) declareAmount(assembly, phase, species);
  }
}

function declareVolume(assembly: Assembly, part: Part, name: string, entry: PhaseEntry): PhaseDraft | undefined {
  const basis = entry.basis?.value ?? gram;
  const water = entry['water density'];
  const waterVolume = water && 1 / water.value.base;
  checkBasis(assembly, entry.basis, `the phase \`${name}\``);
  const lives = name === brothName || entry.as?.value === 'broth';
  const carries = lives || entry.as !== undefined;
  const amounts = new Map<string, StateDraft>();
  const named = entry['volume state'];
  if ((named === undefined) === (entry.volume === undefined)) {
    return assembly.problems.error(
      'MODEL_PHASE_VOLUME',
      entry.place,
      `The phase \`${name}\` needs exactly one of \`volume\` and \`volume state\`.`,
      '`volume state: V` when it follows from the streams, `volume: formula` when it is computed.',
    );
  }
  if (named === undefined) {
    const parsed = assembly.parse(entry.volume!);
    const scope = assembly.scope(part.role);
    const make = (): NodeId | undefined =>
      parsed && assembly.lowering.lowerAs(parsed, scope, litre.dimension, `The volume of \`${name}\``);
    return {
      name,
      part,
      amounts,
      basis,
      lives,
      carries,
      ...(waterVolume !== undefined && { waterVolume }),
      volume: define({ id: `${name}.volume`, kind: 'quantity', says: `volume of the ${name}`, unit: litre, make }),
    };
  }
  const { draft, definition } = volumeState(assembly, part, named.value, name, named.place);
  const given = assembly.setup.charge?.get('volume') ?? assembly.setup.charge?.get(named.value);
  const initial = given ?? entry['initial volume'];
  if (initial) {
    if (!(initial.value.base > 0))
      assembly.problems.error(
        'MODEL_CHARGE_NEGATIVE',
        initial.place,
        `The volume at the start is ${initial.value.value} ${initial.value.unit.text}; it must be above 0.`,
        'Write the volume of liquid that the vessel is charged with.',
      );
    draft.initialPlace = assembly.setup.parameters?.get('charge.volume')?.place ?? initial.place;
    draft.initial = chargeParameter(assembly, 'volume', initial, litre, `volume of the ${name}`);
  }
  return {
    name,
    part,
    amounts,
    basis,
    lives,
    carries,
    volume: definition,
    volumeState: draft,
    ...(waterVolume !== undefined && { waterVolume }),
  };
}

function volumeState(assembly: Assembly, part: Part, symbol: string, phase: string, place: SpeciesDraft['place']) {
  const node = assembly.graph.state(assembly.states.length);
  const says = `volume of the ${phase}`;
  const info = {
    id: symbol,
    says,
    unit: litre,
    kind: 'volume' as const,
    phase,
    nonNegative: true,
    scale: 1,
    ...(place && { place }),
  };
  const draft: StateDraft = { info, node, terms: [] };
  assembly.states.push(draft);
  const definition = assembly.declare(part.role, symbol, {
    id: symbol,
    kind: 'state',
    says,
    unit: litre,
    ...(place && { place }),
    make: () => node,
  });
  assembly.publish(symbol, definition, part.role, place);
  return { draft, definition };
}

function probeBroth(assembly: Assembly): void {
  const part = assembly.parts[0]!;
  if (assembly.own(part.role).has('V')) return;
  const { draft, definition } = volumeState(assembly, part, 'V', brothName, undefined);
  draft.initial = assembly.graph.one;
  const phase: PhaseDraft = {
    name: brothName,
    part,
    amounts: new Map(),
    basis: gram,
    lives: true,
    carries: true,
    volume: definition,
    volumeState: draft,
  };
  assembly.phases.set(brothName, phase);
  // A need in another unit, protons in mol/L say, is not the concentration of a known species.
  const concentration = divideDimensions(gram.dimension, litre.dimension);
  const needed = new Set(
    [...(part.file.value.needs ?? [])].flatMap(([name, { unit }]) =>
      sameDimension(unit.value.dimension, concentration) ? [name] : [],
    ),
  );
  for (const species of assembly.species.values()) {
    if (species.role !== undefined || needed.has(symbolOf(species.info.id))) declareAmount(assembly, phase, species);
  }
}

/** One amount: a state, and its concentration under the symbol of the species. */
function declareAmount(assembly: Assembly, phase: PhaseDraft, species: SpeciesDraft): void {
  const { id, name } = species.info;
  const basis = species.role === undefined ? phase.basis : species.basis;
  const inBroth = phase.name === brothName;
  const symbol = inBroth ? symbolOf(id) : `${phase.name}.${symbolOf(id)}`;
  const node = assembly.graph.state(assembly.states.length);
  const molPerUnit = molesIn(basis, species);
  const place = species.place;
  const draft: StateDraft = {
    info: {
      id: `amount.${inBroth ? id : `${phase.name}.${id}`}`,
      kind: 'amount',
      says: inBroth ? name : `${name} in the ${phase.name}`,
      unit: basis,
      species: species.info,
      phase: phase.name,
      nonNegative: true,
      scale: basis.factor * (basis.text === 'mol' ? 0.01 : 1),
      ...(molPerUnit !== undefined && { molPerUnit }),
      ...(place && { place }),
    },
    node,
    terms: [],
  };
  assembly.states.push(draft);
  phase.amounts.set(id, draft);
  const unit: Unit = {
    text: `${basis.text}/L`,
    factor: basis.factor,
    offset: 0,
    dimension: divideDimensions(basis.dimension, litre.dimension),
  };
  const make = (): NodeId | undefined => {
    const volume = assembly.lowering.resolve(phase.volume);
    return volume === undefined ? undefined : assembly.graph.divide(node, volume);
  };
  const role = species.role ?? phase.part.role;
  const definition = assembly.declare(role, symbol, {
    id: symbol,
    kind: 'concentration',
    says: draft.info.says,
    unit,
    ...(place && { place }),
    make,
  });
  assembly.publish(symbol, definition, role, place);
}

/** mol in one unit of a basis; undefined without a formula, and for cells whose mass is not stated. */
export function molesIn(basis: Unit, { info, cellMass }: SpeciesDraft): number | undefined {
  const molarMass = info.composition?.molarMass;
  if (molarMass === undefined) return undefined;
  if (sameDimension(basis.dimension, gram.dimension)) return 1 / molarMass;
  if (sameDimension(basis.dimension, mole.dimension)) return 1;
  return cellMass === undefined ? undefined : cellMass / molarMass;
}

/** The state that takes what reactions do to a species which no phase holds: supplied on demand, or by the surroundings. */
export function exchangeOf(assembly: Assembly, species: SpeciesDraft, how: 'supplied' | 'surroundings'): StateDraft {
  const { id, name } = species.info;
  const known = assembly.exchanges.get(id);
  if (known) return known;
  const molPerUnit = molesIn(species.basis, species);
  const draft: StateDraft = {
    info: {
      id: `${how}.${id}`,
      kind: 'exchange',
      says:
        how === 'supplied'
          ? `${name}, net amount taken up by the control of the broth`
          : `${name}, net amount given to the surroundings`,
      unit: species.basis,
      species: species.info,
      nonNegative: false,
      scale: 1,
      ...(molPerUnit !== undefined && { molPerUnit }),
    },
    node: assembly.graph.state(assembly.states.length),
    terms: [],
    initial: assembly.graph.zero,
  };
  assembly.states.push(draft);
  assembly.exchanges.set(id, draft);
  return draft;
}

export function declareSupplies(assembly: Assembly): void {
  for (const part of assembly.parts) {
    for (const [, entry] of part.file.value.phases ?? []) {
      for (const { value: id, place } of entry.supplies ?? []) {
        const species = assembly.speciesNamed(id, place);
        if (species) exchangeOf(assembly, species, 'supplied');
      }
    }
  }
}
