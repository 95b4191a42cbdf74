import { compileModel, compose, readComponent } from '@fedbatch/model';
import { Problems } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { LiveRun } from './live/live-run.ts';
import { fromTheTop, type LoopPlan, loopModes } from './loop-plan.ts';
import { Run } from './run.ts';
import type { PhasePlan, RunPlan } from './run-plan.ts';

/** Two tanks in a row: the drain of the first, a flow that the inner loop holds, fills the second. */
const tanks = `vessel: Tanks
source: example
inputs:
  valve: { unit: percent, default: 40 %, range: 0..100, says: valve }
  load: { unit: L/h, default: 2 L/h, range: 0..10 L/h, says: what leaves }
parameters:
  strongest: { value: 10 L/h }
  lag: { value: 0.02 h }
  atStart: { value: 4 L/h }
states:
  flow: { unit: L/h, initial: atStart, rate: (valve * strongest - flow) / lag, says: flow }
phases: { broth: { volume state: V, initial volume: 5 L } }
streams: { feed: { into: broth, flow: flow }, drain: { from: broth, flow: load } }
`;
const model = compose([{ role: 'vessel', file: readComponent(tanks, 'tanks.yaml', new Problems()) }], {});
const compiled = compileModel(model);
const scanH = 0.002;
const tuning = { amplitude: 0.1, hysteresis: 0.02, giveUpAt: 2, atMostH: 5, agreement: 0.1 };

const volume: LoopPlan = {
  name: 'volume',
  settings: { band: 4, resetH: 1, up: [{ from: 0, to: 8 }] },
  output: 'V',
  setpoint: 6,
  targets: [{ loop: 'flow' }],
  tuning,
};
const flow: LoopPlan = {
  name: 'flow',
  settings: { band: 20, resetH: 0.05, up: [{ from: 0, to: 1 }] },
  output: 'vessel.flow',
  setpoint: 4,
  targets: [{ input: 'vessel.valve' }],
  tuning,
};

function planOf(
  more: Partial<RunPlan> = {},
  phases: readonly PhasePlan[] = [{ name: 'on', forH: 20, set: [] }],
): RunPlan {
  return {
    title: { title: 'cascade', organism: '', vessel: 'Tanks', seed: 1, method: 'auto', scanH },
    compiled,
    outputs: model.outputs,
    method: 'auto',
    relativeTolerance: 1e-8,
    scanH,
    recordEvery: 1,
    // The slave stands first, so that order is found and not taken.
    loops: [flow, volume],
    phases,
    channels: [{ output: 'V' }, { output: 'vessel.flow' }, { output: 'vessel.valve' }],
    figures: [],
    expectations: [],
    ...more,
  };
}
const write = (live: LiveRun, tag: string, value: number): void => live.mailbox.post({ kind: 'write', tag, value });
const read = (live: LiveRun, tag: string): number => live.table.values[live.table.slotOf(tag)]!;
const scans = (live: LiveRun, hours: number): void => {
  for (let i = 0; i < hours / scanH; i++) live.scan();
};
const mode = (word: (typeof loopModes)[number]): number => loopModes.indexOf(word);

describe('a cascade of loops', () => {
  it('holds what its master holds, by the set point of its slave', () => {
    const live = new LiveRun(planOf());
    scans(live, 6);
    expect(read(live, 'volume.control.measured')).toBeCloseTo(6, 2);
    expect(read(live, 'flow.control.setpoint')).toBeCloseTo(2, 2);
    expect(read(live, 'flow.control.measured')).toBeCloseTo(2, 2);
  });

  it.each([
    ['automatic', 'flow.control.setpoint', 5],
    ['manual', 'valve.value.setpoint', 50],
  ] as const)('goes to %s, where a person moves it, and back to cascade without a bump', (away, tag, value) => {
    const live = new LiveRun(planOf());
    scans(live, 4);
    expect(read(live, 'flow.control.setpoint')).toBeLessThan(3);
    write(live, 'flow.control.mode', mode(away));
    live.scan();
    write(live, tag, value);
    scans(live, 0.3);
    const valve = read(live, 'valve.value.delivered');
    expect(Math.abs(valve - 50)).toBeLessThan(3);
    // The master follows: what it would say is what the slave holds.
    write(live, 'flow.control.mode', mode('cascade'));
    live.scan();
    expect(Math.abs(read(live, 'flow.control.setpoint') - 5)).toBeLessThan(0.1);
    expect(Math.abs(read(live, 'valve.value.delivered') - valve)).toBeLessThan(1);
    scans(live, 12);
    expect(read(live, 'volume.control.measured')).toBeCloseTo(6, 1);
  });

  it('takes a set point from a person while the master is in manual, and goes on from it', () => {
    const live = new LiveRun(planOf());
    scans(live, 1);
    write(live, 'volume.control.mode', mode('manual'));
    live.scan();
    write(live, 'flow.control.setpoint', 3);
    scans(live, 0.5);
    expect(read(live, 'flow.control.measured')).toBeCloseTo(3, 1);
    write(live, 'volume.control.mode', mode('automatic'));
    live.scan();
    expect(read(live, 'flow.control.setpoint')).toBeCloseTo(3, 1);
  });

  it('is not wound up by an interlock that has held its actuator', () => {
    const held = planOf({
      alarms: [
        {
          name: 'low',
          says: 'V < 4.5 L',
          output: 'V',
          settings: { limit: 4.5, side: 'below', deadBand: 1.5, onDelayH: 0, offDelayH: 0 },
          priority: 'high',
          force: [{ input: 'vessel.valve', value: 0.5, says: '50 %' }],
        },
      ],
    });
    const live = new LiveRun(held);
    write(live, 'load.flow.mode', 1);
    live.scan();
    write(live, 'load.flow.setpoint', 4.8);
    scans(live, 3);
    write(live, 'load.flow.setpoint', 2);
    scans(live, 8);
    expect(read(live, 'volume.control.measured')).toBeCloseTo(6, 1);
  });

  it('is refused in a circle, and with two masters', () => {
    const circle = [
      { ...volume, name: 'a', targets: [{ loop: 'b' }] },
      { ...volume, name: 'b', targets: [{ loop: 'a' }] },
    ];
    expect(() => fromTheTop(circle)).toThrow(/in a circle/);
    const twice = [volume, { ...volume, name: 'other' }, flow];
    expect(() => fromTheTop(twice)).toThrow(/two masters/);
    expect(fromTheTop([flow, volume])).toEqual([1, 0]);
  });
});

describe('relay tuning of a loop', () => {
  const used = { ...flow, tuning: { ...tuning, hysteresis: 0.5, use: 'SIMC PI' } as const };

  it('is a phase of a recipe that ends with it, is on record, and sets the loop', () => {
    const run = new Run(
      planOf({ loops: [used] }, [
        { name: 'calm', forH: 0.5, set: [] },
        { name: 'tune', tune: 0, atMostH: 5, set: [] },
        { name: 'on', forH: 1, set: [] },
      ]),
    );
    while (!run.ended) run.scan();
    const result = run.result();
    const [tuned] = result.tunings!;
    expect(tuned!.outcome).toBe('tuned');
    expect(result.phases[1]!.endedBy).toBe(tuned!.sentence);
    expect(result.phases[1]!.toH).toBeLessThan(2);
    // The process is the lag of the valve, 10 L/h for the whole stage.
    expect(tuned!.found!.processGain).toBeCloseTo(10, 0);
    expect(tuned!.found!.lagH).toBeCloseTo(0.02, 2);
    expect(result.events.filter(({ subject }) => subject === 'loop flow').map(({ says }) => says)).toEqual([
      'tuning began: a relay of 10 % to either side',
      tuned!.sentence,
    ]);
    expect(tuned!.measured.length).toBe(tuned!.timeH.length);
    const law = tuned!.found!.laws.find(({ rule }) => rule === 'SIMC PI')!;
    expect(run.seam().loops.lawOf(0).band).toBeCloseTo(law.band, 9);
    expect(run.seam().loops.lawOf(0).resetH).toBe(law.resetH);
    expect(result.samples.columns[1]!.at(-1)).toBeCloseTo(4, 3);
  });

  it('is started and given up by tags, and the loop goes on from its point of work', () => {
    const live = new LiveRun(planOf({ loops: [flow] }));
    scans(live, 0.5);
    const before = read(live, 'valve.value.delivered');
    write(live, 'flow.tuning.amplitude', 5);
    write(live, 'flow.tuning.mode', 1);
    let [low, high] = [100, 0];
    for (let i = 0; i < 30; i++) {
      live.scan();
      low = Math.min(low, read(live, 'valve.value.delivered'));
      high = Math.max(high, read(live, 'valve.value.delivered'));
    }
    expect(high - low).toBeCloseTo(10, 9);
    expect(read(live, 'flow.tuning.mode')).toBe(1);
    expect(live.table.tags.find(({ id }) => id === 'flow.tuning.ultimateBand')!.high).toBe(10 * flow.settings.band);
    write(live, 'flow.tuning.mode', 0);
    live.scan();
    expect(read(live, 'flow.tuning.mode')).toBe(0);
    expect(Math.abs(read(live, 'valve.value.delivered') - before)).toBeLessThan(1.5);
    expect(live.events.at(-1)!.says).toBe('tuning was given up: by hand');
  });

  it('does not begin on a master whose slave does not follow, nor on both at once', () => {
    const asked = (act: (live: LiveRun) => void, loop: string): string | undefined => {
      const live = new LiveRun(planOf());
      scans(live, 0.5);
      act(live);
      live.scan();
      write(live, `${loop}.tuning.mode`, 1);
      live.scan();
      return live.events.filter(({ subject }) => subject === `loop ${loop}`).at(-1)?.says;
    };
    const taken = asked((live) => write(live, 'flow.control.mode', mode('manual')), 'volume');
    expect(taken).toBe('tuning cannot begin. Its slave `flow` has the mode manual.');
    const slaveFirst = asked((live) => write(live, 'flow.tuning.mode', 1), 'volume');
    expect(slaveFirst).toBe('tuning cannot begin. Its slave `flow` is being tuned.');
    const masterFirst = asked((live) => write(live, 'volume.tuning.mode', 1), 'flow');
    expect(masterFirst).toBe('tuning cannot begin. Its master `volume` is being tuned.');
    expect(asked(() => undefined, 'volume')).toMatch(/tuning began/);
  });

  it('is given up at its limit and after its time, and when a person takes the loop', () => {
    const end = (more: Partial<typeof tuning>, act = (_: LiveRun): void => {}): string => {
      const live = new LiveRun(planOf({ loops: [{ ...flow, tuning: { ...tuning, hysteresis: 0.5, ...more } }] }));
      scans(live, 0.5);
      write(live, 'flow.tuning.mode', 1);
      scans(live, 0.02);
      act(live);
      scans(live, 0.3);
      return live.events.filter(({ subject }) => subject === 'loop flow').at(-1)!.says;
    };
    expect(end({ giveUpAt: 0.505 })).toMatch(/given up: .*farther than 0.505 L\/h/);
    expect(end({ atMostH: 0.05 })).toMatch(/given up: after 0.05 h/);
    expect(end({}, (live) => write(live, 'flow.control.mode', 1))).toMatch(/given up: by hand/);
  });
});
