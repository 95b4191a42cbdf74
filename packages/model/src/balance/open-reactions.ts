import { evaluateConstant } from '../graph/evaluate.ts';
import type { Model, ReactionInfo, SpeciesInfo } from '../model.ts';
import { closureTolerance } from './close-reaction.ts';
import { degreeOfReduction, elementNames } from './formula.ts';

/** A reaction that was published without closing, and by how much. */
export interface OpenReaction {
  readonly reaction: string;
  /** file:line */
  readonly where: string;
  readonly source: string;
  /** In and out in mol for one unit of rate; relative = out / in - 1, Infinity where nothing goes in. */
  readonly residuals: readonly {
    readonly balance: string;
    readonly in: number;
    readonly out: number;
    readonly relative: number;
  }[];
  readonly says: string;
}

/** Every reaction of a model whose balances do not close. Closed models have none: such a reaction is refused when it is read. */
export function openReactions(model: Model): OpenReaction[] {
  return model.reactions
    .filter((reaction) => (reaction.closure?.residuals.length ?? 0) > 0)
    .map((reaction) => describe(model, reaction));
}

function describe(model: Model, reaction: ReactionInfo): OpenReaction {
  const elements = reaction.closure!.residuals.map((line) => ({
    balance: elementNames[line.balance] ?? line.balance,
    in: line.in,
    out: line.out,
    relative: line.out / line.in - 1,
  }));
  const values = model.parameters.map((parameter) => parameter.value);
  const terms = reaction.terms.map(({ species, molar }) => ({
    species,
    mol: molar === undefined ? 0 : evaluateConstant(model.graph, molar, values),
  }));
  return {
    reaction: reaction.id,
    where: reaction.place ? `${reaction.place.file}:${reaction.place.line}` : '',
    source: reaction.source ?? '',
    residuals: [...elements, ...electrons(terms)],
    says: oneSided(terms, elements) ?? twoSided(reaction, elements, electrons(terms)),
  };
}

interface MolarTerm {
  readonly species: SpeciesInfo;
  readonly mol: number;
}

type Residual = OpenReaction['residuals'][number];

/** Electrons that go in with what is oxidised, and that come out in products or are taken by oxygen. */
function electrons(terms: readonly MolarTerm[]): Residual[] {
  const sums = { in: 0, out: 0 };
  for (const { species, mol } of terms) {
    // Oxygen has a degree of reduction of -4: using it takes electrons, as making a reduced product does.
    const carried = mol * degreeOfReduction(species.composition!);
    sums[carried < 0 ? 'in' : 'out'] += Math.abs(carried);
  }
  if (Math.abs(sums.out - sums.in) <= closureTolerance * Math.max(sums.in, sums.out)) return [];
  return [{ balance: 'electrons', ...sums, relative: sums.out / sums.in - 1 }];
}

/** A reaction that only uses or only makes has no percentage worth reading: it is said in words. */
function oneSided(terms: readonly MolarTerm[], residuals: readonly Residual[]): string | undefined {
  const names = (sign: number): string =>
    terms
      .filter(({ mol }) => mol * sign > 0)
      .map(({ species }) => species.name)
      .join(' and ');
  const elements = residuals.map(({ balance }) => balance).join(', ');
  if (names(1) === '') return `As published it uses ${names(-1)} and makes nothing: its ${elements} leave the balance.`;
  if (names(-1) === '') return `As published it makes ${names(1)} from nothing: its ${elements} enter the balance.`;
  return undefined;
}

function twoSided({ publishedCarbon }: ReactionInfo, elements: readonly Residual[], also: readonly Residual[]): string {
  const words = [...elements.slice(0, 3), ...also].map(({ balance, relative, in: into, out }) => {
    if (balance === 'charge') return `charge ${(out - into).toPrecision(3)} mol for one unit of rate`;
    return into === 0 ? `${balance} from nothing` : `${balance} ${percent(relative)}`;
  });
  const own = publishedCarbon
    ? ` With the carbon contents that the source states: carbon ${percent(publishedCarbon.out / publishedCarbon.in - 1)}.`
    : '';
  return `As published it does not close: ${words.join(', ')}.${own}`;
}

function percent(relative: number): string {
  return `${relative > 0 ? '+' : ''}${(100 * relative).toFixed(1)} %`;
}
