import { describe, expect, it } from 'vitest';
import { StagedLoop } from './staged-loop.ts';

const dt = 1 / 1800;
const slaveStages = { up: [{ from: 0, to: 1 }], down: [{ from: 0, to: 1 }] };

/** A broth behind its jacket, K about their start: the jacket takes 40 K/h of heater or cooling valve, the broth follows it. The set point steps and comes back. */
function cascade(tracking: 'tracks' | 'does not') {
  const master = new StagedLoop({ band: 40, resetH: 0.5, up: [{ from: -60, to: 60 }] });
  const slave = new StagedLoop({ band: 5, resetH: 0.1, ...slaveStages });
  let [broth, jacket, drive] = [0, 0, 0];
  master.values[0] = 0;
  for (const loop of [master, slave]) {
    loop.seen.set([0, 0, dt, 1]);
    loop.takeOver();
  }
  const seen: { timeH: number; broth: number; wanted: number; drive: number }[] = [];
  for (let timeH = 0; timeH < 6; timeH += dt) {
    master.seen[0] = timeH < 0.1 ? 0 : 20;
    master.seen[1] = broth;
    master.reached[0] =
      tracking === 'tracks' && slave.spent !== 0 && (slave.seen[0]! - jacket) * slave.spent > 0 ? jacket : Number.NaN;
    master.step();
    slave.seen[0] = master.values[0]!;
    slave.seen[1] = jacket;
    slave.step();
    drive = slave.values[0]! - slave.values[1]!;
    jacket += dt * (40 * drive - 3 * (jacket - broth));
    broth += dt * (1.5 * (jacket - broth));
    seen.push({ timeH, broth, wanted: slave.seen[0]!, drive });
  }
  return { seen, overshoot: Math.max(...seen.map((one) => one.broth)) - 20 };
}

describe('a cascade whose slave is spent', () => {
  const ours = cascade('tracks');
  const wound = cascade('does not');

  it('does not wind up: a master that is not told overshoots by more than ten times as much', () => {
    expect(ours.seen.some(({ drive }) => drive === 1)).toBe(true);
    expect(wound.overshoot).toBeGreaterThan(10 * ours.overshoot);
    expect(ours.overshoot).toBeLessThan(0.5);
    expect(Math.abs(ours.seen.at(-1)!.broth - 20)).toBeLessThan(0.05);
  });

  it('lets the slave go as soon as the master wants less than the slave gives', () => {
    const freed = (run: typeof ours): number => {
      const spent = run.seen.findLastIndex(({ drive }) => drive === 1);
      return run.seen[spent]!.timeH;
    };
    expect(freed(ours)).toBeLessThan(freed(wound));
  });
});

describe('a loop whose stage somebody else holds', () => {
  it('follows it, and goes on from there without a bump', () => {
    const loop = new StagedLoop({ band: 10, resetH: 0.1, up: [{ from: 0, to: 100 }] });
    loop.seen.set([5, 0, dt, 1]);
    loop.takeOver();
    for (let i = 0; i < 500; i++) loop.step();
    expect(loop.values[0]).toBe(100);
    loop.values[0] = 30;
    loop.follow();
    loop.step();
    expect(loop.values[0]).toBeCloseTo(30, 0);
  });

  it('goes on with another law from where it is, and with that law then', () => {
    const loop = new StagedLoop({ band: 10, resetH: 0.1, up: [{ from: 0, to: 100 }] });
    loop.seen.set([5, 3, dt, 1]);
    loop.values[0] = 40;
    loop.takeOver();
    loop.retune({ band: 2, resetH: 1 });
    loop.step();
    expect(loop.values[0]).toBeCloseTo(40, 0);
    loop.seen[1] = 2.9;
    loop.step();
    expect(loop.values[0]).toBeCloseTo(45, 0);
    expect(() => loop.retune({ band: 0, resetH: 1 })).toThrow(/band of 0/);
  });
});
