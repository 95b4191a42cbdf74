import type { RunResult } from '@fedbatch/runtime';
import { describe, expect, it } from 'vitest';
import { column, planOf, type Rewrite, rewritten, runPlan, sims } from './scenario-text.ts';

const short = [
  ['at most: 24 h', 'at most: 2 h'],
  [/faults:\n.*\n/, ''],
  [/expect:[\s\S]*/, ''],
] as const;

const planned = (changes: readonly Rewrite[] = []) => planOf(rewritten('ecoli-oxygen-cascade', changes));
/** Runs the shipped scenario with parts of its text replaced. */
const run = (changes: readonly Rewrite[] = []): RunResult => runPlan(planned(changes));

describe('base loops round E. coli from 1 to 40 g/L', () => {
  const result = run();
  const { timeH } = result.samples;

  it('hold dissolved oxygen within 2 % of 30 %, and bring it back within 5 minutes of losing a quarter of kLa', () => {
    const oxygen = column(result, 'vessel.DO');
    const reached = oxygen.findIndex((value) => value < 32);
    expect(reached).toBeGreaterThan(0);
    const outside = [...timeH.keys()].filter((i) => i > reached && Math.abs(oxygen[i]! - 30) > 2).map((i) => timeH[i]!);
    // The end of the batch and the fouling move it; nothing else does.
    const batchEnd = result.phases[0]!.toH;
    for (const time of outside)
      expect(Math.abs(time - batchEnd) < 2 / 60 || (time > 15 && time < 15 + 5 / 60), `at ${time} h`).toBe(true);
    expect(Math.min(...oxygen)).toBeLessThan(28);
  });

  it('follow a gain schedule: half the gain at every speed is twice the band, and another one is another loop', () => {
    const early = [...short, ['at most: 14 h', 'at most: 8 h']] as const;
    const speeds = 'signal: stirrer, at: [300 rpm, 900 rpm]';
    const scheduled = (factors: string) =>
      column(
        run([...early, ['band: 60 %', `band: 60 %\n    gain by: { ${speeds}, factor: [${factors}] }`]]),
        'vessel.DO',
      );
    const wide = column(run([...early, ['band: 60 %', 'band: 120 %']]), 'vessel.DO');
    expect(scheduled('0.5, 0.5')).toEqual(wide);
    expect(scheduled('0.5, 0.2')).not.toEqual(wide);
  });

  it('use stirrer, air and oxygen one after the other', () => {
    const [stirrer, air, oxygen] = ['vessel.stirrer', 'vessel.airFlow', 'vessel.oxygenFlow'].map((id) =>
      column(result, id),
    );
    timeH.forEach((_, i) => {
      if (air![i]! > 5.001) expect(stirrer![i]).toBeCloseTo(900, 6);
      if (oxygen![i]! > 0.001) expect(air![i]).toBeCloseTo(12, 6);
    });
    expect(oxygen!.at(-1)).toBeGreaterThan(0.5);
  });

  it('hold pH at the edge of its dead band and temperature at its set point', () => {
    const [pH, temperature] = [column(result, 'vessel.pH'), column(result, 'vessel.temperature')];
    timeH.forEach((time, i) => {
      if (time < 0.5) return;
      expect(Math.abs(pH[i]! - 7)).toBeLessThan(0.05);
      expect(Math.abs(temperature[i]! - 37)).toBeLessThan(0.2);
    });
  });
});

describe('a loop in a scenario', () => {
  it('doses base in pulses where its stage says so, and holds the pH as well', () => {
    const result = run([
      ...short,
      ['{ input: baseRate, from: 0 L/h, to: 0.5 L/h }', '{ input: baseRate, from: 0 L/h, to: 0.5 L/h, pulse: 20 s }'],
      ['recipe:', 'record: { every: 2 s }\nrecipe:'],
    ]);
    const base = column(result, 'vessel.baseRate');
    expect(new Set(base)).toEqual(new Set([0, 0.5]));
    const pH = column(result, 'vessel.pH');
    result.samples.timeH.forEach((time, i) => {
      if (time > 0.5) expect(Math.abs(pH[i]! - 7)).toBeLessThan(0.05);
    });
  });

  it.each([
    ['pulse: 10 s, on off: 20 %', 'is to pulse and to switch on and off'],
    ['shortest pulse: 1 s', 'cannot be switched. A period of 0 h has no pulses.'],
    ['on off: 150 %', 'cannot be switched. A hysteresis of 150 % of a stage lies outside 0 to below 100 %.'],
  ])('refuses a stage with %s', (keys, says) => {
    expect(() => run([...short, ['from: 0 L/h, to: 0.5 L/h', `from: 0 L/h, to: 0.5 L/h, ${keys}`]])).toThrow(says);
  });

  it('takes a new set point from a phase', () => {
    const result = run([...short, ['until: X > 40 g/L', 'hold: { oxygen: 50 % }, until: X > 40 g/L']]);
    expect(column(result, 'vessel.DO').at(-1)).toBeGreaterThan(48.5);
    expect(column(result, 'vessel.DO').at(-1)).toBeLessThan(51.5);
  });

  it('acts during its phases alone, and rests elsewhere', () => {
    const result = run([...short, ['    hold: DO\n', '    hold: DO\n    during: [fed-batch]\n']]);
    const stirrer = column(result, 'vessel.stirrer');
    const start = result.phases[1]!.fromH;
    result.samples.timeH.forEach((time, i) => {
      if (time < start) expect(stirrer[i]).toBeCloseTo(300, 9);
    });
    expect(stirrer.at(-1)).toBeGreaterThan(350);
  });

  it('feeds by dissolved oxygen, as a DO-stat does: what the culture breathes it has to burn', () => {
    const result = run([
      ...short,
      ['feed: { strategy: exponential, mu: 0.15 1/h }, ', ''],
      ['stirrer: 300 rpm', 'stirrer: 600 rpm'],
      [
        / {2}oxygen:\n[\s\S]*? {2}pH:/,
        '  feeding: { hold: DO, at: 50 %, band: 100 %, reset: 15 min, during: [fed-batch], lower by: [{ input: feedRate, from: 0 L/h, to: 0.2 L/h }] }\n  pH:',
      ],
    ]);
    const oxygen = column(result, 'vessel.DO');
    expect(oxygen.at(-1)).toBeGreaterThan(45);
    expect(oxygen.at(-1)).toBeLessThan(55);
    expect(column(result, 'vessel.feedRate').at(-1)).toBeGreaterThan(0.01);
  });

  it('holds its outputs while its probe gives no value, and says so', () => {
    const result = run([
      [/ {2}- batch:.*\n/, '  - batch: { for: 6 h }\n'],
      [/ {2}- fed-batch:.*\n/, ''],
      [/expect:[\s\S]*/, ''],
      ['    hold: DO\n', '    hold: DO.probe\n'],
      [/ {2}- \{ kind: sparger.*/, '  - { kind: drop-out, on: DO.probe, from: 4 h, for: 30 min }'],
      ['charge:', `instruments: ${sims}/instruments/bench-15L.yaml\ncharge:`],
    ]);
    const drive = column(result, 'vessel.stirrer');
    const during = [...result.samples.timeH.keys()].filter(
      (i) => result.samples.timeH[i]! > 4.05 && result.samples.timeH[i]! < 4.45,
    );
    expect(during.length).toBeGreaterThan(10);
    const held = during.map((i) => drive[i]!);
    expect(Math.max(...held) - Math.min(...held)).toBeLessThan(1);
    expect(
      result.events.some(
        ({ kind, subject, says }) => kind === 'warning' && subject === 'loop oxygen' && /held/.test(says),
      ),
    ).toBe(true);
  });
});

describe('alarms and interlocks', () => {
  const collapse = [
    ...short,
    ['to: 900 rpm', 'to: 420 rpm'],
    ['to: 12 L/min', 'to: 5.1 L/min'],
    ['to: 10 L/min', 'to: 0.01 L/min'],
    ['at most: 2 h', 'at most: 5 h'],
    // The feed comes and goes within minutes.
    ['scan: 2 s', 'scan: 2 s\nrecord: { every: 2 s }'],
  ] as const;
  const alarms = `alarms:
  low: { when: DO < 20 %, for: 10 s, dead band: 2 % }
  starved: { when: DO < 12 %, dead band: 20 %, force: { feedRate: 0 L/h }, says: no oxygen to burn what is fed }
recipe:`;
  const spoken = (result: RunResult) =>
    result.events.filter(({ kind }) => kind === 'alarm').map(({ subject, says }) => `${subject} ${says}`);

  it('stop the feed when oxygen runs out, let it go on when oxygen is back, and are on record', () => {
    const result = run([...collapse, ['recipe:', alarms]]);
    const [feed, oxygen] = [column(result, 'vessel.feedRate'), column(result, 'vessel.DO')];
    const said = spoken(result);
    expect(said[0]).toMatch(/^low raised, priority medium: dissolved oxygen < 20 %$/);
    expect(said).toContain(
      'starved raised, priority high: no oxygen to burn what is fed; feedRate held at 0 L/h (first out)',
    );
    expect(said).toContain('starved returned');
    const fedBatch = result.phases[1]!.fromH + 0.01;
    let stopped = 0;
    result.samples.timeH.forEach((time, i) => {
      if (time > fedBatch && feed[i] === 0) stopped++;
      // It acts on what the scan before saw.
      if (time > fedBatch && oxygen[i]! < 11 && oxygen[i - 1]! < 11) expect(feed[i], `at ${time} h`).toBe(0);
    });
    expect(stopped).toBeGreaterThan(3);
    expect(feed.at(-1)! > 0 || oxygen.at(-1)! < 32).toBe(true);
    // Without the interlock the culture has no oxygen at all.
    expect(Math.min(...column(run(collapse), 'vessel.DO'))).toBeLessThan(2);
  });

  it('hold a phase: its feed rests, its time waits, and it goes on where it was', () => {
    const held = run([
      ...collapse,
      [
        / {2}- fed-batch:.*/,
        '  - fed-batch: { feed: { strategy: exponential, mu: 0.15 1/h }, for: 4 h, at most: 12 h, hold when: DO < 12 % for 6 s }',
      ],
    ]);
    const phase = held.phases[1]!;
    const said = held.events.filter(({ kind }) => kind === 'phase').map(({ says }) => says);
    expect(said).toContain('holding: dissolved oxygen < 12 %');
    expect(said).toContain('running: done');
    expect(phase.endedBy).toMatch(/^after 4 h, and [\d.]+ .* held$/);
    expect(phase.toH - phase.fromH).toBeGreaterThan(4.02);
    const feed = column(held, 'vessel.feedRate');
    expect(
      [...feed].filter((rate, i) => rate === 0 && held.samples.timeH[i]! > phase.fromH + 0.01).length,
    ).toBeGreaterThan(10);
    // The law goes on where it was: at the end of its four hours it has grown by exp(0.15 * 4), however long it was held.
    const rates = [...feed].filter((rate) => rate > 0);
    expect(rates.at(-1)! / rates[0]!).toBeCloseTo(Math.exp(0.6), 2);
  });

  it('stay when they are latched', () => {
    const result = run([...collapse, ['recipe:', alarms.replace('dead band: 20 %', 'dead band: 20 %, latched: yes')]]);
    expect(spoken(result).filter((says) => says.startsWith('starved'))).toEqual([
      expect.stringContaining('first out'),
      'starved returned; its latch holds',
    ]);
    expect(column(result, 'vessel.feedRate').at(-1)).toBe(0);
  });

  it('take a probe that gives no value for a reason to stop', () => {
    const result = run([
      [/ {2}- batch:.*\n/, '  - batch: { feed: { strategy: constant, rate: 0.01 L/h }, for: 5 h }\n'],
      [/ {2}- fed-batch:.*\n/, ''],
      [/expect:[\s\S]*/, ''],
      [/ {2}- \{ kind: sparger.*/, '  - { kind: drop-out, on: DO.probe, from: 4 h, for: 30 min }'],
      ['charge:', `instruments: ${sims}/instruments/bench-15L.yaml\ncharge:`],
      ['recipe:', alarms.replaceAll('DO <', 'DO.probe <').replace('dead band: 20 %', 'dead band: 5 %')],
    ]);
    const feed = column(result, 'vessel.feedRate');
    result.samples.timeH.forEach((time, i) => {
      if (time > 4.05 && time < 4.48) expect(feed[i]).toBeLessThan(1e-4);
      if ((time > 3 && time < 3.99) || time > 4.6) expect(feed[i]).toBeGreaterThan(0.005);
    });
  });
});

describe('a feed that sees the plant', () => {
  const ten = [...short, ['at most: 2 h', 'at most: 8 h']] as const;
  const growth = (result: RunResult): Float64Array => column(result, 'organism.mu');
  /** Root of the mean square of what growth is off its set point, from the second hour of the feed on. */
  const off = (feed: string): number => {
    const result = run([...ten, ['strategy: exponential, mu: 0.15 1/h', feed]]);
    const start = result.phases[1]!.fromH + 1;
    const late = [...growth(result)].filter((_, i) => result.samples.timeH[i]! > start);
    return Math.sqrt(late.reduce((sum, mu) => sum + (mu - 0.15) ** 2, 0) / late.length);
  };

  it('comes back to its growth rate where the feed began half too high, much sooner than open loop', () => {
    const wrong = 'mu: 0.15 1/h, start: 0.032 L/h';
    expect(off(`strategy: mu-stat, ${wrong}`)).toBeLessThan(0.5 * off(`strategy: exponential, ${wrong}`));
  });

  it('pays for it with an estimate that remembers the batch: 0.01 1/h where open loop was right', () => {
    const right = 'mu: 0.15 1/h, start: 0.0212 L/h';
    expect(off(`strategy: exponential, ${right}`)).toBeLessThan(0.006);
    expect(off(`strategy: mu-stat, ${right}`)).toBeLessThan(0.013);
  });

  it('is slowed where acetate rises, and makes less of it', () => {
    const fast = ['strategy: exponential, mu: 0.15 1/h', 'strategy: exponential, mu: 0.27 1/h'] as const;
    const rule = [
      'mu: 0.27 1/h',
      'mu: 0.27 1/h, trim: [{ while: acetate > 0.3 g/L, slow: 15 %, every: 20 min }]',
    ] as const;
    const at = (result: RunResult): number => column(result, 'A').at(-1)!;
    expect(at(run([...ten, fast, rule]))).toBeLessThan(0.6 * at(run([...ten, fast])));
  });

  it('gives the same run again: a strategy remembers nothing of the run before', () => {
    const changes = [...short, ['strategy: exponential, mu: 0.15 1/h', 'strategy: mu-stat, mu: 0.15 1/h']] as const;
    const plan = planned(changes);
    const [first, second] = [runPlan(plan), runPlan(plan)];
    expect(second!.samples.columns).toEqual(first!.samples.columns);
  });
});
