import { constantFeed, remoteFeed } from '@fedbatch/control';
import { compileModel, compose, readComponent } from '@fedbatch/model';
import { Problems } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { LiveRun } from './live/live-run.ts';
import { RemoteWatch } from './remote-watch.ts';
import type { RunPlan } from './run-plan.ts';

const tank = `vessel: Tank
source: example
inputs:
  feed: { unit: L/h, default: 0 L/h, range: 0..2 L/h, says: feed }
  drain: { unit: L/h, default: 0 L/h, range: 0..2 L/h, says: drain }
phases: { broth: { volume state: V, initial volume: 1 L } }
streams: { feed: { into: broth, flow: feed }, drain: { from: broth, flow: drain } }
`;
const model = compose([{ role: 'vessel', file: readComponent(tank, 'tank.yaml', new Problems()) }], {});
const scanH = 0.1;

function live(): LiveRun {
  const plan: RunPlan = {
    title: { title: 'remote', organism: '', vessel: 'Tank', seed: 1, method: 'auto', scanH },
    compiled: compileModel(model),
    outputs: model.outputs,
    method: 'auto',
    relativeTolerance: 1e-8,
    scanH,
    recordEvery: 1,
    remoteWithinH: 0.3,
    loops: [
      {
        name: 'level',
        settings: { band: 1, resetH: 1, up: [{ from: 2, to: 0 }] },
        output: 'V',
        setpoint: 1,
        targets: [{ input: 'vessel.drain' }],
        tuning: { amplitude: 0.1, hysteresis: 0.01, giveUpAt: 1, atMostH: 10, agreement: 0.05 },
      },
    ],
    phases: [
      {
        name: 'feeding',
        forH: 100,
        set: [],
        feed: { strategy: () => remoteFeed(constantFeed(0.4)), input: 'vessel.feed', tells: [] },
      },
    ],
    channels: [{ output: 'V' }],
    figures: [],
    expectations: [],
  };
  return new LiveRun(plan);
}
const write = (run: LiveRun, tag: string, value: number): void => run.mailbox.post({ kind: 'write', tag, value });
const read = (run: LiveRun, tag: string): number => run.table.values[run.table.slotOf(tag)]!;

describe('the watch over a foreign controller', () => {
  it('is alive from the first move of its counter, lost when that stands still for too long, and back when it moves', () => {
    const watch = new RemoteWatch(0.3);
    const said = Array.from({ length: 12 }, (_, i) => {
      if (i === 2 || i === 3 || i === 9) watch.count[0]!++;
      return watch.step(0.1);
    });
    expect(said.map((one, i) => (one === 'nothing' ? '' : `${one} ${i}`)).filter(Boolean)).toEqual([
      'back 2',
      'lost 7',
      'back 9',
    ]);
    expect(() => new RemoteWatch(0)).toThrow(/within 0 h/);
  });
});

describe('a foreign controller of a plant', () => {
  it('has the feed while it lives; in silence the fallback feeds, no more than before, and it is on record', () => {
    const run = live();
    run.scan();
    expect(read(run, 'feed.flow.delivered')).toBe(0.4);
    write(run, 'feed.remote.setpoint', 0.25);
    for (let i = 1; i <= 4; i++) {
      write(run, 'remote.client.counter', i);
      run.scan();
      expect(read(run, 'feed.flow.delivered')).toBe(0.25);
      expect(read(run, 'remote.client.state')).toBe(1);
    }
    for (let i = 0; i < 4; i++) run.scan();
    expect(read(run, 'remote.client.state')).toBe(0);
    expect(read(run, 'feed.flow.delivered')).toBe(0.25);
    expect(run.events.map(({ says }) => says)).toEqual(
      expect.arrayContaining([
        'the remote controller feeds',
        'the counter stands at 4: no loop was its own',
        'the remote controller is silent: the fallback feeds, and does not rise above the last feed',
      ]),
    );
    write(run, 'remote.client.counter', 5);
    write(run, 'feed.remote.setpoint', 1);
    run.scan();
    expect(read(run, 'feed.flow.delivered')).toBe(1);
  });

  it('has a loop while it lives; in silence the loop goes on by itself from where its actuator is', () => {
    const run = live();
    for (let i = 0; i < 5; i++) run.scan();
    write(run, 'remote.client.counter', 1);
    write(run, 'level.control.mode', 2);
    write(run, 'drain.flow.setpoint', 1.7);
    run.scan();
    expect([read(run, 'level.control.mode'), read(run, 'drain.flow.delivered')]).toEqual([2, 1.7]);
    for (let i = 0; i < 4; i++) run.scan();
    expect(read(run, 'level.control.mode')).toBe(0);
    expect(run.events.map(({ says }) => says)).toContain('the counter stands at 1: level automatic');
    // Bumpless: it starts from 1.7 L/h and closes the drain as the level asks for, 0.4 L/h in a scan at most.
    const first = read(run, 'drain.flow.delivered');
    expect(Math.abs(first - 1.7)).toBeLessThan(0.4);
    run.scan();
    expect(read(run, 'drain.flow.delivered')).toBeLessThan(first);
  });

  it('leaves the loop to a person who has it', () => {
    const run = live();
    write(run, 'remote.client.counter', 1);
    write(run, 'level.control.mode', 1);
    write(run, 'drain.flow.setpoint', 0.5);
    for (let i = 0; i < 10; i++) run.scan();
    expect([read(run, 'level.control.mode'), read(run, 'drain.flow.delivered')]).toEqual([1, 0.5]);
  });

  it('comes back bit for bit with what it demanded', () => {
    const run = live();
    write(run, 'remote.client.counter', 1);
    write(run, 'feed.remote.setpoint', 0.25);
    for (let i = 0; i < 9; i++) run.scan();
    const again = LiveRun.restored(run.plan, run.snapshot());
    expect(again.run.read('V')).toBe(run.run.read('V'));
  });
});
