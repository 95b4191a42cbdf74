import type { ModelCheck, ReactionCheck, Stiffness, TermCheck } from './check-model.ts';

/** A check as text for a terminal. */
export function formatCheck(check: ModelCheck): string {
  const parts = [
    check.components.map(({ role, title, source }) => `${role}: ${title}\n  ${source}`).join('\n'),
    countsText(check),
    check.reactions.map(reactionText).join('\n'),
    openText(check),
    check.unknowns.length > 0 ? `Solved for at every step: ${check.unknowns.join('; ')}.` : '',
    check.stiffness ? stiffnessText(check.stiffness) : '',
    verdictText(check),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function countsText({ counts }: ModelCheck): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${count === 1 ? name.replace(/ies$/, 'y').replace(/s$/, '') : name}`)
    .join(', ');
}

function reactionText({ id, terms, verdict, rq, electrons, heat }: ReactionCheck): string {
  const side = (sign: number, text: (term: TermCheck) => string): string =>
    terms
      .filter(({ amount }) => amount * sign > 0)
      .map(text)
      .join(' + ') || 'nothing';
  const perMol = Math.abs(terms.find(({ amount }) => amount < 0)?.mol ?? terms[0]!.mol ?? Number.NaN) || 1;
  const inMol = terms.every(({ mol }) => mol !== undefined)
    ? [-1, 1].map((sign) => side(sign, (term) => molText(term, perMol))).join(' -> ')
    : '';
  const solved = terms.filter(({ given, amount }) => given === 'solved' && amount !== 0).map(({ species }) => species);
  const facts = [
    verdict,
    solved.length > 0 ? `solved for ${solved.join(', ')}` : '',
    rq === undefined ? '' : `RQ ${rq.toFixed(3)}`,
    electrons ? `electrons per C-mol used: ${electronsText(electrons)}` : '',
    heat === undefined ? '' : `heat ${Number(heat.toPrecision(4))} kJ`,
  ];
  const lines = [
    [-1, 1].map((sign) => side(sign, termText)).join(' -> '),
    inMol,
    facts.filter((fact) => fact !== '').join('; '),
  ];
  return [id, ...lines.filter((line) => line !== '').map((line) => `  ${line}`)].join('\n');
}

function molText({ species, mol }: TermCheck, per: number): string {
  return `${Number((Math.abs(mol!) / per).toPrecision(4))} mol ${species}`;
}

function electronsText({ in: into, out, toOxygen }: NonNullable<ReactionCheck['electrons']>): string {
  return `${into.toFixed(3)} in, ${out.toFixed(3)} in products, ${toOxygen.toFixed(3)} to oxygen`;
}

function termText({ species, amount, unit }: TermCheck): string {
  return `${Number(Math.abs(amount).toPrecision(4))} ${unit} ${species}`;
}

function openText({ open }: ModelCheck): string {
  if (open.length === 0) return '';
  const lines = open.flatMap(({ reaction, where, source, says, residuals }) => [
    `  ${reaction} (${where})`,
    `    ${says}`,
    ...residuals.map(
      (line) =>
        `    ${line.balance}: ${line.in.toPrecision(4)} mol in, ${line.out.toPrecision(4)} mol out for one unit of rate${line.in > 0 ? ` (${(100 * line.relative).toFixed(1)} %)` : ''}`,
    ),
    `    ${source}`,
  ]);
  return ['OPEN as published', ...lines].join('\n');
}

function stiffnessText({ fastest, slowest, ratio }: Stiffness): string {
  if (ratio === 0) return 'At the start nothing changes on a time scale of its own: every eigenvalue is zero.';
  const word = ratio > 1e6 ? 'very stiff' : ratio > 1e3 ? 'stiff' : 'not stiff';
  const scales = `from ${durationText(1 / Math.abs(fastest))} to ${durationText(1 / slowest)}`;
  return `At the start the equations are ${word}: time constants ${scales}; the fastest eigenvalue is ${fastest.toPrecision(3)} 1/h.`;
}

/** A time in h in the unit that a person would choose. */
function durationText(hours: number): string {
  const [value, unit] = hours < 1 / 60 ? [3600 * hours, 's'] : hours < 1 ? [60 * hours, 'min'] : [hours, 'h'];
  return `${Number(value.toPrecision(2))} ${unit}`;
}

function verdictText({ reactions, open }: ModelCheck): string {
  const closed = reactions.filter(({ verdict }) => verdict === 'closed').length;
  if (reactions.length === 0) return 'Every unit agrees.';
  const rest = open.length === 0 ? '' : `, ${open.length} open as published`;
  return `Every unit agrees; ${closed} of ${reactions.length} reactions close over their elements and charge${rest}.`;
}
