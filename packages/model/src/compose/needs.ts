import { type Quantity, sameDimension, toBase, type Unit } from '@fedbatch/vocabulary';
import type { Located } from '../read/field.ts';
import type { Assembly, Part } from './assembly.ts';
import { define } from './definition.ts';

/** Publishes what a component gives; runs after all names are declared. */
export function publishGiven(assembly: Assembly, part: Part): void {
  for (const { value: name, place } of part.file.value.gives ?? []) {
    const definition = assembly.own(part.role).get(name);
    if (definition) assembly.publish(name, definition, part.role, place);
    else
      assembly.problems.error(
        'MODEL_SYMBOL_UNKNOWN',
        place,
        `\`${name}\` is given here but declared nowhere in the file.`,
        'Declare it under `quantities`, `parameters`, `inputs` or `states`.',
      );
  }
}

/** Holds every need against what is given, with its unit. */
export function checkNeeds(assembly: Assembly, part: Part): void {
  for (const [name, { unit: need, otherwise, place }] of part.file.value.needs ?? []) {
    const unit = need.value;
    const given = assembly.published.get(name);
    if (given === undefined && otherwise) publishDefault(assembly, part, name, unit, otherwise);
    else if (given === undefined) makeUpOrReport(assembly, part, name, unit, place);
    else if (!sameDimension(given.unit.dimension, unit.dimension)) {
      assembly.problems.error(
        'MODEL_UNIT_CLASH',
        place,
        `\`${name}\` is needed in ${unit.text} and given in ${given.unit.text}.`,
        `Ask for it in ${given.unit.text}, and convert where it is used.`,
      );
    }
  }
}

/** A need with a value of its own is a parameter where nobody gives it. */
function publishDefault(
  assembly: Assembly,
  part: Part,
  name: string,
  unit: Unit,
  { value, place }: Located<Quantity>,
): void {
  const id = `${part.role}.${name}`;
  if (!sameDimension(unit.dimension, value.unit.dimension)) {
    assembly.problems.error(
      'MODEL_UNIT_CLASH',
      place,
      `\`${name}\` is needed in ${unit.text}, and its value otherwise is in ${value.unit.text}.`,
      `Write a value in ${unit.text}.`,
    );
  }
  const says = `${name}, which no component gives`;
  const { slot, node } = assembly.parameter({ id, kind: 'parameter', says, unit, place, value: value.base });
  assembly.publish(
    name,
    define({ id, kind: 'parameter', says, unit, slot, place, make: () => node }),
    part.role,
    place,
  );
}

function makeUpOrReport(
  assembly: Assembly,
  part: Part,
  name: string,
  unit: Unit,
  place: Located<unknown>['place'],
): void {
  if (assembly.setup.mode === 'probe') {
    const id = `needs.${name}`;
    const { slot, node } = assembly.parameter({
      id,
      says: `${name}, made up for the check`,
      unit,
      kind: 'parameter',
      value: toBase(1, unit),
    });
    assembly.publish(
      name,
      define({ id, kind: 'parameter', says: name, unit, slot, place, make: () => node }),
      'probe',
      place,
    );
    return;
  }
  const given = [...assembly.published.keys()].join(', ');
  assembly.problems.error(
    'MODEL_NEED_UNMET',
    place,
    `The ${part.role} needs \`${name}\` [${unit.text}], and no component of the scenario gives it.`,
    `Add a component that gives it; given are ${given}.`,
  );
}
