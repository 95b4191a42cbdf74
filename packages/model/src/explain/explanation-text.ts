import { formatExpression } from '../expression/expression.ts';
import type { ExplainedValue, Explanation } from './explanation.ts';

/** An explanation as text for a terminal. */
export function explanationText(explanation: Explanation): string {
  const { components, states, quantities, reactions, flows, parameters, events } = explanation;
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
  return [
    components.map(({ role, title, source, file }) => `${role}: ${title}\n  ${source}\n  ${file}`).join('\n'),
    section(
      'States',
      states.map(
        ({ id, says, unit, rate }) => `d ${id}/dt: ${rate.length === 0 ? '0' : rate.join(' ')}    [${unit}/h]  ${says}`,
      ),
    ),
    section(
      'Reactions',
      reactions.flatMap(({ id, rate, stoichiometry, where }) => [
        `${id}: rate ${formatExpression(rate)}    ${where}`,
        `    ${stoichiometry}`,
      ]),
    ),
    section(
      'Quantities',
      quantities.map(({ id, formula, unit, says, source, where }) =>
        `${id}${formula ? ` = ${formatExpression(formula)}` : `: ${source ?? ''}`}    [${unit}]  ${says}  ${where}`.trimEnd(),
      ),
    ),
    section(
      'Streams and transfers',
      flows.map(
        ({ id, moves, formula, says, where }) => `${id}: ${moves}, ${formatExpression(formula)}    ${says}  ${where}`,
      ),
    ),
    section('Parameters, inputs and start values', parameters.map(valueText)),
    section(
      'Events',
      events.map(({ id, says, where }) => `${id}: ${says}    ${where}`),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function valueText({ id, value, unit, range, says, source, where }: ExplainedValue): string {
  const limits = range === undefined ? '' : ` (${range})`;
  return `${id} = ${Number(value.toPrecision(8))} ${unit === '-' ? '' : unit}${limits}    ${says}; ${[source, where].filter((part) => part !== '').join(', ')}`;
}
