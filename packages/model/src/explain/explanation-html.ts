import { escapeHtml } from '@fedbatch/vocabulary';
import type { ModelCheck } from '../check/check-model.ts';
import type { Explanation } from './explanation.ts';
import { mathml } from './mathml.ts';

const style = `
:root{color-scheme:light dark;--ground:#f2f3f4;--card:#fff;--ink:#1b1f23;--soft:#5a626b;--rule:#d9dde1}
@media(prefers-color-scheme:dark){:root{--ground:#16191c;--card:#1f2327;--ink:#e6e9ec;--soft:#a3acb5;--rule:#363c42}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 20px 60px}h1{font-size:24px;margin:0 0 10px}h2{font-size:16px;margin:0 0 12px}
section{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:18px 20px;margin:0 0 16px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-size:13px;color:var(--soft)}tr:last-child td{border-bottom:0}td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
code{font:12.5px/1.4 ui-monospace,Menlo,Consolas,monospace}math{font-size:17px}.soft{color:var(--soft)}p{margin:0 0 6px}
@media print{:root{--ground:#fff}main{padding:0;max-width:none}section{break-inside:avoid-page}}
`;

/** An explanation as one HTML page, with the audit of the reactions where a check is given: formulas as MathML, no script, nothing from the network. Every text of an author is escaped. */
export function explanationHtml(explanation: Explanation, check?: ModelCheck): string {
  const { title, components, states, quantities, reactions, flows, parameters, events } = explanation;
  const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
  const soft = (text: string): string => `<span class="soft">${escapeHtml(text)}</span>`;
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    ...components.map(
      (part) =>
        `<p><b>${escapeHtml(part.role)}</b> ${escapeHtml(part.title)}. ${soft(part.source)} ${code(part.file)}</p>`,
    ),
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
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main>
${body.join('\n')}
</main></body></html>
`;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<section><h2>${title}</h2><table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></section>`;
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
