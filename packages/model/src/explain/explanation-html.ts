import { escapeHtml } from '@fedbatch/vocabulary';
import type { ModelCheck } from '../check/check-model.ts';
import type { Explanation } from './explanation.ts';
import { mathml } from './mathml.ts';

/** An explanation as parts of a page: every text of an author is escaped, formulas are MathML. */
export interface ExplanationParts {
  readonly title: string;
  readonly head: string;
  readonly sections: readonly string[];
}

/** An explanation for a page, with the audit of the reactions where a check is given. */
export function explanationParts(explanation: Explanation, check?: ModelCheck): ExplanationParts {
  const { title, components, states, quantities, reactions, flows, parameters, events } = explanation;
  const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
  const soft = (text: string): string => `<span class="soft">${escapeHtml(text)}</span>`;
  const files = components.map(
    (part) =>
      `<p><b>${escapeHtml(part.role)}</b> ${escapeHtml(part.title)}. ${soft(part.source)} ${code(part.file)}</p>`,
  );
  const sections = [
    table(
      'Quantities',
      ['symbol', 'formula', 'unit', 'what it is', 'place'],
      quantities.map(({ id, formula, unit, says, source, where }) => [
        code(id),
        formula ? mathml(formula) : soft(source ?? ''),
        escapeHtml(unit),
        escapeHtml(says),
        soft(where),
      ]),
    ),
    table(
      'Reactions',
      ['reaction', 'rate', 'for one unit of rate', 'place'],
      reactions.map(({ id, rate, stoichiometry, where }) => [
        code(id),
        mathml(rate),
        escapeHtml(stoichiometry),
        soft(where),
      ]),
    ),
    check ? auditHtml(check) : '',
    table(
      'States',
      ['state', 'rate of change is the sum of', 'unit', 'what it is'],
      states.map(({ id, rate, unit, says }) => [
        code(id),
        rate.map(escapeHtml).join('<br>') || '0',
        escapeHtml(unit),
        escapeHtml(says),
      ]),
    ),
    table(
      'Streams and transfers',
      ['name', 'what it moves', 'how much', 'what it is', 'place'],
      flows.map(({ id, moves, formula, says, where }) => [
        code(id),
        escapeHtml(moves),
        mathml(formula),
        escapeHtml(says),
        soft(where),
      ]),
    ),
    table(
      'Parameters, inputs and start values',
      ['symbol', 'value', 'unit', 'range', 'what it is', 'source'],
      parameters.map(({ id, value, unit, range, says, source, where }) => [
        code(id),
        `<span title="${value}">${Number(value.toPrecision(6))}</span>`,
        escapeHtml(unit),
        escapeHtml(range ?? ''),
        escapeHtml(says),
        `${escapeHtml(source)} ${soft(where)}`,
      ]),
    ),
    table(
      'Events',
      ['event', 'what happens', 'place'],
      events.map(({ id, says, where }) => [code(id), escapeHtml(says), soft(where)]),
    ),
  ];
  return {
    title,
    head: `<header><h1>${escapeHtml(title)}</h1>${files.join('')}</header>`,
    sections: sections.filter((section) => section !== ''),
  };
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<section><h2>${title}</h2><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></div></section>`;
}

/** What each reaction turns into what, for one unit of what it uses first, and what it misses where it was published open. */
function auditHtml({ reactions, open }: ModelCheck): string {
  const number = (value: number): string => Number(value.toPrecision(4)).toString();
  const side = (terms: ModelCheck['reactions'][number]['terms'], sign: number): string =>
    terms
      .filter(({ amount }) => amount * sign > 0)
      .map(
        ({ species, amount, unit, given }) =>
          `${number(Math.abs(amount))} ${unit} ${species}${given === 'solved' ? '*' : ''}`,
      )
      .join(' + ') || 'nothing';
  const rows = reactions.map(({ id, terms, verdict, rq, heat }) => [
    `<code>${escapeHtml(id)}</code>`,
    escapeHtml(`${side(terms, -1)} \u2192 ${side(terms, 1)}`),
    escapeHtml(verdict),
    `<span class="n">${rq === undefined ? '' : number(rq)}</span>`,
    `<span class="n">${heat === undefined ? '' : number(heat)}</span>`,
  ]);
  const misses = open.map(({ reaction, says }) => `<p><code>${escapeHtml(reaction)}</code> ${escapeHtml(says)}</p>`);
  const note =
    rows.length > 0 ? '<p class="soft">* solved for, from the balances of the elements and of charge</p>' : '';
  return table('Audit', ['reaction', 'for one unit of what it uses first', 'balances', 'RQ', 'heat, kJ'], rows).replace(
    '</section>',
    `${note}${misses.join('')}</section>`,
  );
}
