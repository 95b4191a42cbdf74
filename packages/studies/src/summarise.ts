import type {
  EnsembleMember,
  EnsembleResult,
  Envelope,
  Integration,
  RunPlan,
  RunResult,
  Sensitivity,
  VariedQuantity,
} from '@fedbatch/runtime';
import type { Design } from './design.ts';
import { ensembleChannels, type MemberRun } from './member.ts';
import { correlation, firstOrderIndex, percentile, ranks } from './statistics.ts';
import type { Varied } from './varied.ts';

/** What an ensemble is made of, beside its members. */
export interface EnsembleFrame {
  readonly plan: RunPlan;
  /** The run with every quantity as the scenario has it: its figures and channels are those of all members. */
  readonly nominal: RunResult;
  readonly varied: readonly Varied[];
  readonly design: Design;
  readonly gridH: Float64Array;
  readonly integration: Integration;
}

/** Envelopes, sensitivities and distributions of the members that ran. Their order does not matter. */
export function summarise(frame: EnsembleFrame, runs: readonly MemberRun[]): EnsembleResult {
  const { plan, nominal, varied, design, gridH, integration } = frame;
  const sorted = [...runs].sort((a, b) => a.member.index - b.member.index);
  const members = sorted.map(({ member }) => member);
  const channels = ensembleChannels(plan);
  const envelopes = channels.map((channel, c) =>
    envelopeOf(nominal.samples.channels[channel]!, sorted, c, gridH.length),
  );
  const used = Math.max(1, ...envelopes.map(({ members: counts }) => counts.findLastIndex((count) => count > 0) + 1));
  return {
    scenario: nominal.scenario,
    design,
    ended: members.length === design.members ? 'complete' : 'stopped',
    integration,
    varied: varied.map(inWords),
    figures: nominal.keyFigures.map(({ id, says, unit }) => ({ id, says, unit })),
    expectations: nominal.expectations.map(({ text }) => text),
    members,
    timeH: gridH.slice(0, used),
    envelopes: envelopes.map((envelope) => cut(envelope, used)),
    sensitivities: nominal.keyFigures.map((_, f) => varied.map((_, v) => sensitivityOf(members, f, v))),
  };
}

function envelopeOf(channel: Envelope['channel'], runs: readonly MemberRun[], c: number, points: number): Envelope {
  const make = (): Float64Array => new Float64Array(points).fill(Number.NaN);
  const envelope = { p5: make(), p25: make(), p50: make(), p75: make(), p95: make() };
  const counts = new Int32Array(points);
  const values = new Float64Array(runs.length);
  for (let g = 0; g < points; g++) {
    let count = 0;
    for (const { trajectories } of runs) {
      const value = trajectories[c * points + g]!;
      if (Number.isFinite(value)) values[count++] = value;
    }
    counts[g] = count;
    const sorted = values.subarray(0, count).sort();
    if (count === 0) continue;
    envelope.p5[g] = percentile(sorted, 0.05);
    envelope.p25[g] = percentile(sorted, 0.25);
    envelope.p50[g] = percentile(sorted, 0.5);
    envelope.p75[g] = percentile(sorted, 0.75);
    envelope.p95[g] = percentile(sorted, 0.95);
  }
  return { channel, members: counts, ...envelope };
}

function cut({ channel, members, p5, p25, p50, p75, p95 }: Envelope, points: number): Envelope {
  const [a, b, c, d, e] = [p5, p25, p50, p75, p95].map((values) => values.slice(0, points));
  return { channel, members: members.slice(0, points), p5: a!, p25: b!, p50: c!, p75: d!, p95: e! };
}

function sensitivityOf(members: readonly EnsembleMember[], figure: number, quantity: number): Sensitivity {
  const known = members.filter(({ figures }) => typeof figures[figure] === 'number');
  const x = known.map(({ values }) => values[quantity]!);
  const y = known.map(({ figures }) => figures[figure]!);
  return { rank: correlation(ranks(x), ranks(y)), firstOrder: firstOrderIndex(x, y) };
}

function inWords({ id, says, unit, factor, offset, distribution }: Varied): VariedQuantity {
  const { shape, middle, deviation, low, high } = distribution;
  const number = (base: number): string => String(Number(((base - offset) / factor).toPrecision(4)));
  const of = unit === '-' ? '' : ` ${unit}`;
  const half = Math.sqrt(3) * deviation;
  const relative = shape === 'lognormal' ? Math.sqrt(Math.exp(deviation ** 2) - 1) : deviation / Math.abs(middle);
  const drawn =
    shape === 'uniform'
      ? `uniform, ${number(Math.max(low, middle - half))} .. ${number(Math.min(high, middle + half))}${of}`
      : `${shape}, ${number(middle)}${of} ± ${Number((100 * relative).toPrecision(3))} %`;
  return { id, says, unit, drawn };
}
