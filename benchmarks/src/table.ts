import type { Results } from './main.ts';

/** The results as Markdown, with the machine and versions that they are worth nothing without. */
export function markdown({ machine, versions, batches, scans, compileMs }: Results): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const head = (cells: readonly string[]): string =>
    `${row(cells)}\n${row(cells.map((_, i) => (i === 0 ? '---' : '---:')))}`;
  const short = (value: number): string =>
    value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
  return [
    `Measured on ${machine.cpu}, ${machine.cores} cores, ${machine.platform}; ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    `**One 20 h batch of p1** (11 states with ledgers, feed event; error: largest relative error of eight quantities at 20 h; ratio: time over the fastest of ours at the same error)`,
    [
      head(['method', 'tolerance', 'error', 'microseconds', 'steps', 'rhs calls', 'ratio']),
      ...batches.map(({ method, tolerance, error, median, steps, rhsCalls, ratio }) =>
        row([
          method,
          tolerance.toExponential(),
          error.toExponential(1),
          short(median),
          steps?.toLocaleString('en') ?? '',
          rhsCalls?.toLocaleString('en') ?? '',
          Number.isFinite(ratio) ? short(ratio!) : '–',
        ]),
      ),
    ].join('\n'),
    `**One scan of one second** (demand, integrate, sense; input changed each time; microseconds)`,
    [
      head(['model', 'method', 'p50', 'p99', 'p99.9', 'max', 'rhs calls', 'bytes']),
      ...scans.map((scan) =>
        row([
          scan.model,
          scan.method,
          short(scan.p50),
          short(scan.p99),
          short(scan.p999),
          short(scan.maximum),
          scan.rhsCalls.toFixed(1),
          short(scan.bytes),
        ]),
      ),
    ].join('\n'),
    `**From files to functions** (read, compose, check, generate; milliseconds)`,
    [head(['model', 'milliseconds']), ...compileMs.map(({ model, median }) => row([model, short(median)]))].join('\n'),
  ].join('\n\n');
}
