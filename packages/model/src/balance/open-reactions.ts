import type { Model, ReactionInfo } from '../model.ts';
import { elementNames } from './formula.ts';

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
  return model.reactions.filter((reaction) => (reaction.closure?.residuals.length ?? 0) > 0).map(describe);
}

function describe(reaction: ReactionInfo): OpenReaction {
  const residuals = reaction.closure!.residuals.map((line) => ({
    balance: elementNames[line.balance] ?? line.balance,
    in: line.in,
    out: line.out,
    relative: line.out / line.in - 1,
  }));
  const published = reaction.publishedCarbon;
  const words = residuals
    .slice(0, 3)
    .map(({ balance, relative, in: into }) =>
      into === 0 ? `${balance} from nothing` : `${balance} ${percent(relative)}`,
    );
  const own = published
    ? ` With the carbon contents that the source states: carbon ${percent(published.out / published.in - 1)}.`
    : '';
  return {
    reaction: reaction.id,
    where: reaction.place ? `${reaction.place.file}:${reaction.place.line}` : '',
    source: reaction.source ?? '',
    residuals,
    says: `As published it does not close: ${words.join(', ')}.${own}`,
  };
}

function percent(relative: number): string {
  return `${relative > 0 ? '+' : ''}${(100 * relative).toFixed(1)} %`;
}
