import type { Assembly, Part, PhaseDraft } from './assembly.ts';
import { type Definition, define, type Scope } from './definition.ts';
import { brothName } from './species.ts';

const scopes = new WeakMap<Assembly, Map<string, Scope>>();

/**
 * The names of a component as they are in one phase: a species means its concentration there, a need what the phase gives for it, and a
 * quantity of the component is its formula with those. In the broth these are the names as they stand.
 */
export function phaseScope(assembly: Assembly, part: Part, phase: PhaseDraft): Scope {
  const base = assembly.scope(part.role);
  if (phase.name === brothName || !phase.lives) return base;
  const known = scopes.get(assembly) ?? new Map<string, Scope>();
  scopes.set(assembly, known);
  const key = `${part.role} ${phase.name}`;
  const scope = known.get(key) ?? makeScope(assembly, part, phase, base);
  known.set(key, scope);
  return scope;
}

function makeScope(assembly: Assembly, part: Part, phase: PhaseDraft, base: Scope): Scope {
  const local = new Map<string, Definition>();
  const gives = phase.part.file.value.phases?.get(phase.name)?.gives;
  const make = (name: string, scope: Scope): Definition | undefined => {
    const concentration = assembly.published.get(`${phase.name}.${name}`);
    if (concentration) return concentration;
    const wide = base.find(name);
    const text = gives?.get(name);
    if (text && wide) {
      const parsed = assembly.parse(text);
      const { dimension } = wide.unit;
      return define({
        ...wide,
        id: `${phase.name}.${name}`,
        kind: 'quantity',
        make: () =>
          parsed &&
          assembly.lowering.lowerAs(
            parsed,
            assembly.scope(phase.part.role),
            dimension,
            `\`${name}\` of the ${phase.name}`,
          ),
      });
    }
    const entry = part.file.value.quantities?.get(name);
    if (!wide || !entry || wide.kind !== 'quantity') return wide;
    const parsed = assembly.parse(entry.is);
    return define({
      ...wide,
      id: `${phase.name}.${part.role}.${name}`,
      make: () => parsed && assembly.lowering.lowerAs(parsed, scope, wide.unit.dimension, `\`${name}\``),
    });
  };
  const scope: Scope = {
    role: part.role,
    find: (name) => {
      const made = local.get(name) ?? make(name, scope);
      if (made) local.set(name, made);
      return made;
    },
    names: () => base.names(),
  };
  return scope;
}
