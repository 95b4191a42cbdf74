import type { RunResult } from '@fedbatch/runtime';

/** A small complete run with a peak, a gap, phases, events, a missed expectation and an open reaction. */
export function sampleRun(changes: Partial<RunResult> = {}): RunResult {
  const length = 200;
  const timeH = Float64Array.from({ length }, (_, i) => i * 0.05);
  const column = (f: (t: number, i: number) => number): Float64Array => timeH.map((t, i) => f(t, i));
  return {
    scenario: {
      title: 'E. coli, a test',
      organism: 'E. coli',
      vessel: 'Bench',
      seed: 7,
      method: 'auto',
      scanH: 1 / 3600,
    },
    references: [],
    outcome: { kind: 'complete', timeH: timeH.at(-1)!, says: 'The recipe ended at 9.95 h.' },
    samples: {
      channels: [
        { id: 'X', says: 'biomass', unit: 'g/L', kind: 'concentration', panel: 'Biomass and substrate' },
        { id: 'S', says: 'glucose', unit: 'g/L', kind: 'concentration', panel: 'Biomass and substrate' },
        { id: 'vessel.feedRate', says: 'feed rate', unit: 'L/h', kind: 'input', panel: 'Feed' },
        { id: 'organism.mu', says: 'growth rate', unit: '1/h', kind: 'quantity' },
      ],
      timeH,
      columns: [
        column((t) => 0.2 * Math.exp(0.3 * t)),
        column((t) => Math.max(0, 10 - t * t)),
        column((t) => (t > 5 ? 0.1 : 0)),
        column((_, i) => (i % 50 === 7 ? Number.NaN : 0.3)),
      ],
    },
    events: [
      { timeH: 0, kind: 'run', subject: 'run', says: 'started' },
      { timeH: 5, kind: 'phase', subject: 'fed-batch', says: 'started' },
      { timeH: 6, kind: 'warning', subject: 'feed', says: 'held at its limit' },
    ],
    phases: [
      { name: 'batch', fromH: 0, toH: 5, endedBy: 'glucose is exhausted' },
      { name: 'fed-batch', fromH: 5, toH: 9.95, endedBy: 'after 4.95 h' },
    ],
    keyFigures: [{ id: 'X.end', says: 'biomass at end', value: 3.9567, unit: 'g/L' }],
    expectations: [
      { text: 'biomass at end above 3 g/L', met: true, value: 3.9567, unit: 'g/L', limit: 'at least 3 g/L' },
      { text: 'glucose never above 1 g/L', met: false, value: 10, unit: 'g/L', limit: 'at most 1 g/L' },
    ],
    audit: {
      balances: [
        { balance: 'carbon', unit: 'mol', start: 1, in: 2, out: 0.5, held: 2.5, residual: 1e-15, relative: 3e-16 },
      ],
      carbonFate: [
        { name: 'biomass', molC: 0.6 },
        { name: 'carbon dioxide', molC: 0.4 },
      ],
      openReactions: [
        {
          reaction: 'organism.overflow',
          where: 'organism.yaml:12',
          source: 'a paper',
          residuals: [{ balance: 'carbon', in: 1, out: 1.2, relative: 0.2 }],
          says: 'As published it does not close: carbon +20.0 %.',
        },
      ],
    },
    work: { acceptedSteps: 100, rhsCalls: 700 },
    ...changes,
  };
}
