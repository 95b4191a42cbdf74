import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pid, type PidSettings } from './pid.ts';
import { StagedLoop } from './staged-loop.ts';
import { SwitchedStage, type Switching } from './switched-stage.ts';

const dt = 1e-4;

/** Runs a PID round a plant of first-order lags in a row, each with unit gain; gives the last state and the output over time. */
function closedLoop(
  settings: PidSettings,
  {
    lags,
    hours,
    limits = [-1e9, 1e9],
    setpoint = () => 1,
    load = () => 0,
    pid = new Pid(settings, limits[0]!, limits[1]!),
  }: {
    lags: readonly number[];
    hours: number;
    limits?: readonly number[];
    setpoint?: (t: number) => number;
    load?: (t: number) => number;
    pid?: Pid;
  },
) {
  const x = new Float64Array(lags.length);
  const [y, u]: [number[], number[]] = [[], []];
  pid.seen[2] = dt;
  pid.takeOver(0);
  for (let t = 0; t < hours; t += dt) {
    pid.seen[0] = setpoint(t);
    pid.seen[1] = x.at(-1)!;
    pid.step();
    let input = pid.output[0]! + load(t);
    for (let i = 0; i < lags.length; i++) {
      // Exact for a held input.
      x[i]! += (1 - Math.exp(-dt / lags[i]!)) * (input - x[i]!);
      input = x[i]!;
    }
    y.push(x.at(-1)!);
    u.push(pid.output[0]!);
  }
  const at = (values: readonly number[], t: number): number => values[Math.min(values.length - 1, Math.round(t / dt))]!;
  return { y: (t: number) => at(y, t), u: (t: number) => at(u, t), peak: Math.max(...y), pid };
}

describe('a PID law against analytic responses', () => {
  it('leaves the offset 1 / (1 + K) when it is proportional alone', () => {
    const { y } = closedLoop({ gain: 4, resetH: Number.POSITIVE_INFINITY }, { lags: [0.5], hours: 3 });
    for (const t of [0.05, 0.1, 0.3]) expect(y(t)).toBeCloseTo(0.8 * (1 - Math.exp((-5 * t) / 0.5)), 2);
    expect(y(3)).toBeCloseTo(0.8, 6);
  });

  it('makes a first-order plant follow with the time constant that it was tuned for (lambda tuning)', () => {
    // Ti = tau, K = tau / lambda: the closed loop is 1 / (lambda s + 1).
    const { y } = closedLoop({ gain: 0.5 / 0.1, resetH: 0.5 }, { lags: [0.5], hours: 1 });
    for (const t of [0.05, 0.1, 0.2, 0.5]) expect(Math.abs(y(t) - (1 - Math.exp(-t / 0.1)))).toBeLessThan(1e-3);
  });

  it('makes a second-order plant answer a load as the closed form says, with all three parts', () => {
    // Plant 1/((s+1)(0.5s+1)), K 6, Ti 1.5, Td 1/3: K (1 + 1/(Ti s) + Td s) = 4 (s+1)(0.5s+1)/s, so the loop is 4/s and the load answers s/((s+4)(s+1)(0.5s+1)).
    const settings = { gain: 6, resetH: 1.5, derivativeH: 1 / 3, filter: 2000 };
    const { y } = closedLoop(settings, { lags: [1, 0.5], hours: 4, setpoint: () => 0, load: () => 1 });
    // Inverse Laplace of 2/((s+4)(s+1)(s+2)).
    const exact = (t: number): number => (2 / 6) * Math.exp(-4 * t) + (2 / 3) * Math.exp(-t) - Math.exp(-2 * t);
    for (const t of [0.2, 0.5, 1, 2, 3]) expect(Math.abs(y(t) - exact(t))).toBeLessThan(3e-3);
  });

  it('follows set points more gently with a smaller weight, and loads as fast', () => {
    const run = (setpointWeight: number) =>
      closedLoop(
        { gain: 6, resetH: 0.15, setpointWeight },
        { lags: [0.5, 0.05], hours: 4, load: (t) => (t < 2 ? 0 : 1) },
      );
    const [full, part] = [run(1), run(0.3)];
    expect(full.peak).toBeGreaterThan(1.2);
    expect(part.peak).toBeLessThan(full.peak - 0.1);
    for (const t of [2.05, 2.1, 2.3]) expect(part.y(t)).toBeCloseTo(full.y(t), 2);
  });
});

describe('a PID law inside its limits', () => {
  const settings = { gain: 5, resetH: 0.1 };
  const step = { lags: [0.5], hours: 4, limits: [0, 1.2], setpoint: (t: number) => (t < 2 ? 3 : 1) };

  it('does not wind up: it leaves its limit soon after the set point comes back', () => {
    const { u, y } = closedLoop(settings, step);
    expect(u(1.99)).toBe(1.2);
    expect(u(2.02)).toBeLessThan(1.2);
    expect(Math.abs(y(2.6) - 1)).toBeLessThan(0.02);
    // Without back-calculation it stays at its limit for longer than it was asked too much of.
    const wound = closedLoop({ ...settings, trackingH: 1e9 }, step);
    expect(wound.u(3.5)).toBe(1.2);
  });

  it('moves no faster than it may', () => {
    const { u } = closedLoop({ ...settings, ratePerH: 2 }, step);
    for (let t = dt; t < 4; t += 0.01) expect(Math.abs(u(t) - u(t - dt))).toBeLessThanOrEqual(2 * dt * (1 + 1e-9));
  });

  it('takes over without a bump, from wherever a person left the output', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (left, setpoint, measured) => {
          const pid = new Pid({ gain: 3, resetH: 0.2, derivativeH: 0.05, setpointWeight: 0.5 }, 0, 1);
          pid.seen.set([setpoint, measured, 1e-9, 1]);
          pid.takeOver(left);
          pid.step();
          expect(Math.abs(pid.output[0]! - left)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('rests inside its dead band, and controls to its edge from outside', () => {
    const { y, u } = closedLoop({ ...settings, deadBand: 0.2 }, { lags: [0.5], hours: 6 });
    expect(y(6)).toBeGreaterThan(0.79);
    expect(y(6)).toBeLessThan(1.2);
    expect(u(6)).toBeCloseTo(u(5.9), 6);
  });

  it('has terms that sum to what it wanted', () => {
    const { pid } = closedLoop({ gain: 2, resetH: 0.3, derivativeH: 0.02 }, { lags: [0.5], hours: 0.5 });
    const before = pid.terms[1]!;
    pid.step();
    expect(pid.terms[0]! + before + pid.terms[2]!).toBeCloseTo(pid.output[0]!, 12);
  });

  it.each([
    [{ gain: 0, resetH: 1 }, /gain of 0/],
    [{ gain: 1, resetH: 0 }, /integral time of 0/],
    [{ gain: 1, resetH: 1, derivativeH: -1 }, /derivative time of -1/],
  ])('refuses %j', (wrong, says) => {
    expect(() => new Pid(wrong, 0, 1)).toThrow(says);
  });
});

describe('a loop with stages', () => {
  const stages = {
    up: [
      { from: 300, to: 1200 },
      { from: 5, to: 20 },
    ],
    down: [{ from: 0, to: 2 }],
  };
  const make = (more: object = {}) => new StagedLoop({ band: 10, resetH: 0.01, ...stages, ...more });

  it('uses one stage after the other, and holds the rest', () => {
    const loop = make();
    loop.values.set([300, 5, 0]);
    loop.seen.set([30, 20, 0.001]);
    loop.takeOver();
    const seen: number[][] = [];
    for (let i = 0; i < 60; i++) {
      loop.step();
      seen.push([...loop.values]);
    }
    expect(seen.every(([stirrer, air]) => air === 5 || stirrer === 1200)).toBe(true);
    expect(seen.at(-1)).toEqual([1200, 20, 0]);
    loop.seen[1] = 40;
    for (let i = 0; i < 200; i++) loop.step();
    expect([...loop.values]).toEqual([300, 5, 2]);
  });

  it('waits before it goes to the next stage', () => {
    const loop = make({ switchH: 0.05 });
    loop.values.set([1190, 5, 0]);
    loop.seen.set([30, 20, 0.001]);
    loop.takeOver();
    let [full, next] = [0, 0];
    for (let i = 1; next === 0 && i < 1000; i++) {
      loop.step();
      if (full === 0 && loop.values[0] === 1200) full = i;
      if (loop.values[1]! > 5) next = i;
    }
    expect(next - full).toBeGreaterThanOrEqual(49);
  });

  it('takes over where the actuators are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 300, max: 1200, noNaN: true }),
        fc.double({ min: 5, max: 20, noNaN: true }),
        (stirrer, air) => {
          const loop = make();
          const rest = stirrer < 1200 ? 5 : air;
          loop.values.set([stirrer, rest, 0]);
          loop.seen.set([30, 30, 1e-9]);
          loop.takeOver();
          loop.step();
          expect(Math.abs(loop.values[0]! - stirrer)).toBeLessThan(1e-3);
          expect(Math.abs(loop.values[1]! - rest)).toBeLessThan(1e-3);
        },
      ),
    );
  });

  it('stays inside its stages whatever it is told, and where it is without a value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double(), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 60 }),
        (told) => {
          const loop = make({ derivativeH: 0.001 });
          loop.values.set([400, 5, 0]);
          loop.seen.set([30, 30, 0.001]);
          loop.takeOver();
          for (const [measured, step] of told) {
            const before = [...loop.values];
            loop.seen[1] = measured;
            loop.seen[2] = step;
            const moved = loop.step();
            expect(moved).toBe(Number.isFinite(measured));
            if (!moved) expect([...loop.values]).toEqual(before);
            const [stirrer, air, nitrogen] = loop.values;
            expect(
              stirrer! >= 300 && stirrer! <= 1200 && air! >= 5 && air! <= 20 && nitrogen! >= 0 && nitrogen! <= 2,
            ).toBe(true);
          }
        },
      ),
    );
  });

  it.each([
    [{ band: 0 }, /band of 0/],
    [{ up: [], down: [] }, /without stages/],
    [{ up: [{ from: 1, to: 1 }] }, /cannot move/],
  ])('refuses %j', (wrong, says) => {
    expect(() => make(wrong)).toThrow(says);
  });
});

describe('a stage that is off or on', () => {
  const period = { kind: 'pulse', periodH: 0.01, shortestH: 0 } as const;
  const shareOf = (switching: Switching, share: number, scanH = 0.0001, scans = 20_000): number => {
    const stage = new SwitchedStage(switching);
    stage.seen.set([share, scanH]);
    let on = 0;
    for (let i = 0; i < scans; i++) if (stage.step()) on++;
    return on / scans;
  };

  it('is on for the share that is wanted, whatever the scan and the period', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.0001, 0.00037, 0.004, 0.02),
        (share, scanH) => {
          expect(Math.abs(shareOf(period, share, scanH) - share)).toBeLessThan(0.002);
        },
      ),
    );
  });

  it('saves up pulses that are too short for it', () => {
    const stage = new SwitchedStage({ ...period, shortestH: 0.002 });
    stage.seen.set([0.05, 0.0001]);
    let run = 0;
    const runs: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      if (stage.step()) run++;
      else if (run > 0) {
        runs.push(run);
        run = 0;
      }
    }
    for (const length of runs) expect(length).toBeGreaterThanOrEqual(20);
    expect(runs.reduce((sum, length) => sum + length, 0) / 20_000).toBeCloseTo(0.05, 2);
  });

  it('is never on where nothing is wanted, and always where all is', () => {
    expect(shareOf(period, 0)).toBe(0);
    expect(shareOf(period, 1)).toBe(1);
  });

  it('switches about half of its range with its hysteresis', () => {
    const stage = new SwitchedStage({ kind: 'on-off', hysteresis: 0.2 });
    const seen = [0, 0.55, 0.61, 0.45, 0.39, 0.55].map((share) => {
      stage.seen[0] = share;
      return stage.step();
    });
    expect(seen).toEqual([false, false, true, true, false, false]);
  });

  it('holds a loop with an integral part at its set point, in pulses of full output', () => {
    const loop = new StagedLoop({ band: 2, resetH: 0.2, up: [{ from: 0, to: 10, switching: period }] });
    loop.seen.set([3, 0, 0.001]);
    loop.takeOver();
    let y = 0;
    const seen = new Set<number>();
    for (let i = 0; i < 5000; i++) {
      loop.seen[1] = y;
      loop.step();
      seen.add(loop.values[0]!);
      y += 0.001 * (loop.values[0]! - y);
    }
    expect([...seen].sort()).toEqual([0, 10]);
    expect(y).toBeCloseTo(3, 1);
  });

  it.each([
    [{ kind: 'on-off', hysteresis: 1 }, /hysteresis of 100 %/],
    [{ kind: 'pulse', periodH: 0, shortestH: 0 }, /period of 0 h/],
    [{ kind: 'pulse', periodH: 1, shortestH: 2 }, /shortest pulse of 2 h/],
  ] as const)('refuses %j', (wrong, says) => {
    expect(() => new SwitchedStage(wrong)).toThrow(says);
  });
});
