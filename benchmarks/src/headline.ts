import { short, table } from './markdown-table.ts';
import type { CompileRow, ModelsPart, P1Part, Results, ScansPart } from './results.ts';

/** The achieved error at which the headline compares. */
const error = 1e-6;

/** What people ask first, each beside its goal, as far as it was measured. */
export function headline({ p1, scans, models }: Partial<Results>): string {
  const rows = [...(p1 ? integration(p1) : []), ...(scans ? scanning(scans) : []), ...(models ? ofModels(models) : [])];
  return table(['', 'here', 'goal'], rows);
}

function integration({ p1, absent }: P1Part): string[][] {
  const { atEqualError, points } = p1;
  const entries = atEqualError.filter((entry) => entry.error === error);
  const sides = new Map(points.map(({ solver, side }) => [solver, side]));
  const ours = entries.find(({ solver, ratio }) => sides.get(solver) === 'ours' && ratio === 1);
  const row = (says: string, name: RegExp, goal: string): string[] => {
    const ratios = entries.filter(({ solver, ratio }) => name.test(solver) && ratio > 0).map(({ ratio }) => ratio);
    const rival = absent.find((one) => name.test(one));
    return [
      `… ${says}`,
      ratios.length > 0 ? `${short(Math.min(...ratios))} times as long` : (rival && 'not found here') || '–',
      goal,
    ];
  };
  const time = (name: string): number => entries.find(({ solver }) => solver === name)?.microseconds ?? Number.NaN;
  return [
    [`p1, 20 h, error ${error.toExponential()}, by ${ours?.solver ?? 'nobody'}`, `${short(ours?.microseconds)} µs`, ''],
    row('by npm odex', /odex, by hand/, '≥ 10'),
    row('by npm diff-grok', /diff-grok/, '≥ 10'),
    row('by SciPy LSODA, our C by ctypes or plain Python', /SciPy.*LSODA|SciPy$/, '≥ 30'),
    row('by SciPy Radau', /SciPy.*Radau|SciPy$/, ''),
    row('by R deSolve, our C compiled in', /deSolve/, ''),
    row('by mathjs solveODE', /mathjs/, '≥ 2,000'),
    row('by CVODE in C', /CVODE/, '≥ 3.3'),
    ...['rodas5p in WebAssembly lanes, one batch alone', 'rodas5p'].map((name) => [
      `… by ${name}, of its time in C`,
      short(time(name) / time('rodas5p in C')),
      '≤ 1.25',
    ]),
  ];
}

function scanning({ scans, wholeBatches }: ScansPart): string[][] {
  const bare = scans.filter(({ model }) => model === 'p1');
  const p50 = Math.min(...bare.map((scan) => scan.p50));
  const closed = scans.at(-1)!;
  const batches = wholeBatches.map(({ model, milliseconds }) => [
    `A 20 h batch in one-second scans, ${model}`,
    `${short(milliseconds)} ms`,
    '< 500 ms',
  ]);
  return [
    ['One-second scan of p1, p50', `${short(p50)} µs`, '≤ 0.7 µs'],
    ['… of a full vessel with everything closed, p50', `${short(closed.p50)} µs`, '≤ 5 µs'],
    ['… p99.9', `${short(closed.p999)} µs`, '≤ 50 µs'],
    [`… collections in ${closed.count.toLocaleString('en')} scans`, `${closed.collections}`, '0'],
    ...batches,
  ];
}

function ofModels({ rest, compile }: ModelsPart): string[][] {
  const fastest = rest.toSorted((a, b) => a.milliseconds - b.milliseconds)[0]!;
  const together = ({ read, compose, emit }: CompileRow): number => read + compose + emit;
  const slowest = compile.toSorted((a, b) => together(b) - together(a))[0]!;
  return [
    [`BSM1 to rest, by ${fastest.method}`, `${short(fastest.milliseconds)} ms`, '< 100 ms'],
    [`Slowest model to compile, ${slowest.model}`, `${short(together(slowest))} ms`, '< 300 ms'],
  ];
}
