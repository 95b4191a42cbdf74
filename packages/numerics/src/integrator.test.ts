import { describe, expect, it } from 'vitest';
import { Bs3 } from './bs3.ts';
import { createIntegrator } from './create-integrator.ts';
import { dop853 } from './dop853.ts';
import { ExplicitRungeKutta } from './explicit-runge-kutta.ts';
import type { Integrator, IntegratorOptions, Method } from './integrator.ts';
import { EVENT, NEGATIVE_STATE, NOT_FINITE, outcomeSentences, REACHED } from './outcomes.ts';
import { rodas4 } from './rodas4.ts';
import { rodas5p } from './rodas5p.ts';
import { Rosenbrock } from './rosenbrock.ts';
import type { StepMethod } from './step-method.ts';
import type { System } from './system.ts';
import { exponential, forced, oscillator, pleiades, stiffProblems, systemOf } from './test-systems.ts';
import { Tsit5 } from './tsit5.ts';

const methods: readonly Method[] = ['tsit5', 'dop853', 'rodas4', 'rodas5p', 'auto', 'odex'];

function start(
  system: System,
  method: Method,
  y0: readonly number[],
  tolerance = 1e-9,
  more: Partial<IntegratorOptions> = {},
): Integrator {
  const absoluteTolerance = new Float64Array(system.size).fill(tolerance * 1e-3);
  const integrator = createIntegrator(system, { method, relativeTolerance: tolerance, absoluteTolerance, ...more });
  integrator.begin(0, Float64Array.from(y0));
  return integrator;
}

describe.each(methods)('the integrator %s', (method) => {
  it.each([1, -1, -20])("follows y' = %d y", (lambda) => {
    const integrator = start(exponential(lambda), method, [1]);
    expect(integrator.advance(2)).toBe(REACHED);
    expect(integrator.time).toBe(2);
    expect(Math.abs(integrator.state[0]! - Math.exp(2 * lambda))).toBeLessThan(1e-7);
  });

  it('keeps the phase of an oscillator over ten turns', () => {
    const integrator = start(oscillator(), method, [1, 0], 1e-10);
    integrator.advance(20 * Math.PI);
    expect(integrator.state[0]).toBeCloseTo(1, 7);
    expect(integrator.state[1]).toBeCloseTo(0, 7);
  });

  it('sees a right-hand side that depends on time', () => {
    const integrator = start(forced(), method, [1]);
    integrator.advance(3);
    expect(integrator.state[0]).toBeCloseTo(Math.cos(3), 8);
  });

  it('interpolates inside its last step', () => {
    const integrator = start(oscillator(), method, [1, 0], 1e-9, { maximumStep: 0.3 });
    const out = new Float64Array(2);
    integrator.advance(5);
    for (const back of [0, 1e-3, 0.01]) {
      integrator.interpolate(5 - back, out);
      expect(out[0]).toBeCloseTo(Math.cos(5 - back), 6);
    }
  });

  it('stops where an event function crosses, just behind it, and goes on to the next', () => {
    const integrator = start(
      oscillator({ directions: [0], values: (_t, y, out) => void (out[0] = y[0]!) }),
      method,
      [1, 0],
      1e-11,
    );
    for (let turn = 0; turn < 6; turn++) {
      expect(integrator.advance(100)).toBe(EVENT);
      expect(integrator.time).toBeCloseTo(Math.PI * (turn + 0.5), 9);
      expect(integrator.firedEvents[0]).toBe(1);
      expect(Math.sign(integrator.state[0]!) * (turn % 2 === 0 ? -1 : 1)).toBeGreaterThanOrEqual(0);
    }
    expect(integrator.counters.eventsLocated).toBe(6);
  });

  it('keeps to the direction of an event, and flags all that fire at once', () => {
    const directions = [1, -1, -1];
    const values = (_t: number, y: Float64Array, out: Float64Array): void => void out.set([y[0]!, y[0]!, 2 * y[0]!]);
    const integrator = start(oscillator({ directions, values }), method, [1, 0], 1e-11);
    expect(integrator.advance(100)).toBe(EVENT);
    expect(integrator.time).toBeCloseTo(Math.PI / 2, 9);
    expect([...integrator.firedEvents]).toEqual([0, 1, 1]);
    expect(integrator.advance(100)).toBe(EVENT);
    expect(integrator.time).toBeCloseTo((3 * Math.PI) / 2, 9);
    expect([...integrator.firedEvents]).toEqual([1, 0, 0]);
  });

  it('does not stop at an event that nobody asks about any more, until it begins anew', () => {
    const values = (_t: number, y: Float64Array, out: Float64Array): void => void out.set([y[0]!, y[1]!]);
    const integrator = start(oscillator({ directions: [0, 0], values }), method, [1, 0], 1e-11);
    const found = (): string => `${integrator.advance(2)} ${integrator.time.toFixed(3)} ${integrator.firedEvents}`;
    const asked = found();
    expect(asked).toBe(`${EVENT} 1.571 1,0`);
    integrator.disarm(0);
    integrator.jump();
    expect(integrator.advance(10)).toBe(EVENT);
    expect(integrator.time).toBeCloseTo(Math.PI, 9);
    expect(integrator.advance(10)).toBe(EVENT);
    expect(integrator.time).toBeCloseTo(2 * Math.PI, 9);
    integrator.begin(0, Float64Array.of(1, 0));
    expect(found()).toBe(asked);
  });

  it('does not take a zero at the start for an event', () => {
    const integrator = start(
      oscillator({ directions: [0], values: (_t, y, out) => void (out[0] = y[1]!) }),
      method,
      [1, 0],
      1e-11,
    );
    expect(integrator.advance(100)).toBe(EVENT);
    expect(integrator.time).toBeCloseTo(Math.PI, 8);
  });

  it('lets the caller change the state at an event: a ball that bounces', () => {
    const ball = systemOf({
      size: 2,
      rhs: (_t, y, out) => void out.set([y[1]!, -9.81]),
      jacobian: (_t, _y, out) => void out.set([0, 1, 0, 0]),
      events: { directions: [-1], values: (_t, y, out) => void (out[0] = y[0]!) },
    });
    const integrator = start(ball, method, [1, 0], 1e-11);
    const fall = Math.sqrt(2 / 9.81);
    let expected = fall;
    for (let bounce = 1; bounce <= 5; bounce++) {
      expect(integrator.advance(100)).toBe(EVENT);
      expect(integrator.time).toBeCloseTo(expected, 8);
      integrator.state[0] = 0;
      integrator.state[1]! *= -0.8;
      integrator.jump();
      expected += 2 * fall * 0.8 ** bounce;
    }
  });

  it("lands on a kink: y' = |t - 1| is exact across it", () => {
    const kinked = systemOf({
      size: 1,
      rhs: (t, _y, out) => void (out[0] = Math.abs(t - 1)),
      jacobian: (_t, _y, out) => void (out[0] = 0),
      timeDerivative: (t, _y, out) => void (out[0] = t < 1 ? -1 : 1),
      kinks: { count: 1, values: (t, _y, out) => void (out[0] = t - 1) },
    });
    const integrator = start(kinked, method, [0], 1e-6);
    integrator.advance(3);
    expect(integrator.state[0]).toBeCloseTo(2.5, 12);
    expect(integrator.counters.kinksLocated).toBe(1);
  });

  it('comes through where a kink chatters', () => {
    // The state slides along y = 0, where the right-hand side jumps between -1 and 1.
    const sliding = systemOf({
      size: 1,
      rhs: (_t, y, out) => void (out[0] = y[0]! > 0 ? -1 : 1),
      jacobian: (_t, _y, out) => void (out[0] = 0),
      kinks: { count: 1, values: (_t, y, out) => void (out[0] = y[0]!) },
    });
    const integrator = createIntegrator(sliding, {
      method,
      relativeTolerance: 1e-4,
      absoluteTolerance: Float64Array.of(1e-3),
      maximumStep: 0.01,
    });
    integrator.begin(0, Float64Array.of(0.5));
    expect(integrator.advance(2)).toBe(REACHED);
    expect(Math.abs(integrator.state[0]!)).toBeLessThan(0.02);
  });

  it('integrates ledgers with everything else, without letting them steer the step', () => {
    const withLedger = systemOf({
      size: 2,
      coreSize: 1,
      rhs: (_t, y, out) => void out.set([-y[0]!, 1e6 * y[0]!]),
      jacobian: (_t, _y, out) => void out.set([-1, 1e6]),
    });
    const absoluteTolerance = Float64Array.of(1e-12, Number.POSITIVE_INFINITY);
    const integrator = createIntegrator(withLedger, { method, relativeTolerance: 1e-9, absoluteTolerance });
    integrator.begin(0, Float64Array.of(1, 0));
    integrator.advance(4);
    expect(integrator.state[1]! / (1e6 * (1 - Math.exp(-4)))).toBeCloseTo(1, 8);
    // A linear invariant over state and ledger is kept to rounding.
    expect(1e6 * integrator.state[0]! + integrator.state[1]!).toBeCloseTo(1e6, 7);
  });

  it('drops what it kept of the old right-hand side at a jump', () => {
    let input = 1;
    const driven = systemOf({
      size: 1,
      rhs: (_t, _y, out) => void (out[0] = input),
      jacobian: (_t, _y, out) => void (out[0] = 0),
    });
    const integrator = start(driven, method, [0]);
    integrator.advance(1);
    input = -3;
    integrator.jump();
    integrator.advance(2);
    expect(integrator.state[0]).toBeCloseTo(-2, 12);
  });

  it('goes on bit for bit from a saved point', () => {
    const system = oscillator({ directions: [0], values: (_t, y, out) => void (out[0] = y[0]! - 0.3) });
    const one = start(system, method, [1, 0], 1e-8);
    one.advance(1);
    one.advance(2.5);
    const memory = new Float64Array(one.memorySize);
    one.saveMemory(memory);
    const two = createIntegrator(system, {
      method,
      relativeTolerance: 1e-8,
      absoluteTolerance: new Float64Array(2).fill(1e-11),
    });
    two.restore(one.time, one.state.slice(), memory);
    // Both drop stages that were kept, so that both evaluate the same things.
    one.jump();
    two.jump();
    for (const end of [3, 6.1, 20]) {
      while (one.time < end) expect(two.advance(end)).toBe(one.advance(end));
      expect([two.time, ...two.state]).toEqual([one.time, ...one.state]);
    }
  });

  it('refuses to go backwards, to nowhere, or from a state of another size', () => {
    const integrator = start(exponential(-1), method, [1]);
    integrator.advance(1);
    expect(integrator.advance(1)).toBe(REACHED);
    expect(() => integrator.advance(0.5)).toThrow(/0\.5 is not a time at or after the present one, 1/);
    expect(() => integrator.advance(Number.NaN)).toThrow(/NaN/);
    expect(() => integrator.begin(0, Float64Array.of(1, 2))).toThrow(/1 states, and 2 values/);
  });

  it('ends with an outcome, at the last good state, where the right-hand side is no number', () => {
    const wall = systemOf({
      size: 1,
      rhs: (t, _y, out) => void (out[0] = Math.sqrt(1 - t)),
      jacobian: (_t, _y, out) => void (out[0] = 0),
    });
    const integrator = start(wall, method, [0], 1e-6, { stepLimit: 5000 });
    const outcome = integrator.advance(2);
    expect([REACHED, EVENT]).not.toContain(outcome);
    expect(integrator.time).toBeLessThanOrEqual(1);
    expect(Number.isFinite(integrator.state[0])).toBe(true);
    expect(outcomeSentences[outcome]).toMatch(/\.$/);
    if (method !== 'odex') expect(outcome).toBe(NOT_FINITE);
  });

  it('keeps an exhausted substrate at or above zero, and the mass that it belongs to', () => {
    // S -> 0.5 X, Monod; mass S + 2 X is conserved, and lifting S takes from X what S gets.
    const batch = systemOf({
      size: 2,
      rhs: (_t, y, out) => {
        const rate = (y[0]! / (y[0]! + 1e-3)) * y[1]!;
        out.set([-rate, 0.5 * rate]);
      },
      jacobian: (_t, y, out) => {
        const [s, x] = y as unknown as [number, number];
        const slope = (1e-3 / (s + 1e-3) ** 2) * x;
        const by = s / (s + 1e-3);
        out.set([-slope, -by, 0.5 * slope, 0.5 * by]);
      },
      nonNegative: [{ state: 0, along: Float64Array.of(1, -0.5) }],
    });
    const integrator = start(batch, method, [10, 0.1], 1e-6);
    for (let i = 1; i <= 400; i++) {
      expect(integrator.advance(i * 0.05)).toBe(REACHED);
      expect(integrator.state[0]).toBeGreaterThanOrEqual(0);
      expect(Math.abs(integrator.state[0]! + 2 * integrator.state[1]! - 10.2)).toBeLessThan(1e-12);
    }
  });

  it('gives up in words on a rate that does not stop with what it uses', () => {
    const endless = systemOf({
      size: 2,
      rhs: (_t, _y, out) => void out.set([-1, 1]),
      jacobian: (_t, _y, out) => void out.fill(0),
      nonNegative: [{ state: 0, along: Float64Array.of(1, -1) }],
    });
    const integrator = start(endless, method, [1, 0], 1e-6);
    const outcome = integrator.advance(5);
    if (method === 'odex') return;
    expect(outcome).toBe(NEGATIVE_STATE);
    expect(integrator.time).toBeCloseTo(1, 3);
    expect(integrator.counters.rhsCalls).toBeLessThan(20_000);
  });

  it('takes about one step a scan, and remembers its step over a scan boundary', () => {
    const integrator = start(exponential(-1), method, [1], 1e-6);
    integrator.advance(0.5);
    const before = integrator.counters.acceptedSteps;
    for (let k = 1; k <= 1000; k++) integrator.advance(0.5 + k / 3600);
    expect(integrator.counters.acceptedSteps - before).toBeLessThan(method === 'odex' ? 3100 : 1010);
  });
});

describe.each(stiffProblems)('on the stiff problem $name', ({ system, start: y0, end, reference }) => {
  it.each(['rodas4', 'rodas5p', 'auto'] as const)('%s meets the published solution', (method) => {
    const integrator = start(system, method, y0, 1e-8);
    expect(integrator.advance(end)).toBe(REACHED);
    reference.forEach((value, i) => expect(Math.abs(integrator.state[i]! / value - 1)).toBeLessThan(2e-5));
    expect(integrator.counters.acceptedSteps).toBeLessThan(15_000);
  });
});

describe('on the Pleiades, which are not stiff', () => {
  const { system, start: y0, end, reference } = pleiades;

  it.each(methods)('%s meets the published solution', (method) => {
    const integrator = start(system, method, y0, 1e-10);
    expect(integrator.advance(end)).toBe(REACHED);
    // Close encounters multiply errors by thousands.
    reference.forEach((value, i) => expect(Math.abs(integrator.state[i]! - value)).toBeLessThan(2e-5));
  });

  it('stays explicit with auto', () => {
    const integrator = start(system, 'auto', y0, 1e-8);
    integrator.advance(end);
    expect(integrator.counters.factorisations).toBe(0);
  });
});

describe('the automatic method', () => {
  it('turns stiff when the problem does and back when it is smooth again', () => {
    const rate = (t: number): number => (t > 1 && t < 2 ? 1e5 : 1);
    const system = systemOf({
      size: 1,
      rhs: (t, y, out) => void (out[0] = -rate(t) * (y[0]! - Math.cos(t))),
      jacobian: (t, _y, out) => void (out[0] = -rate(t)),
      timeDerivative: (t, _y, out) => void (out[0] = -rate(t) * Math.sin(t)),
      kinks: { count: 2, values: (t, _y, out) => void out.set([t - 1, t - 2]) },
    });
    const integrator = start(system, 'auto', [1], 1e-6, { maximumStep: 0.05 });
    expect(integrator.advance(20)).toBe(REACHED);
    expect(integrator.counters.methodSwitches).toBe(2);
    expect(integrator.counters.rhsCalls).toBeLessThan(8000);
  });
});

describe.each(['rodas4', 'rodas5p'] as const)('a landing of %s', (method) => {
  /** Attempts beside those that were accepted or rejected: steps that were redone to a crossing. */
  const redone = ({ counters }: Integrator): number =>
    counters.factorisations - counters.acceptedSteps - counters.rejectedSteps;

  it('on a kink costs a few attempts', () => {
    const kinked = systemOf({
      size: 1,
      rhs: (_t, y, out) => void (out[0] = -Math.max(y[0]!, 2 * y[0]! - 0.5)),
      jacobian: (_t, y, out) => void (out[0] = y[0]! < 0.5 ? -1 : -2),
      kinks: { count: 1, values: (_t, y, out) => void (out[0] = y[0]! - 0.5) },
    });
    const integrator = start(kinked, method, [1], 1e-6);
    integrator.advance(2);
    // Above the kink y - 1/4 falls with exp(-2t), below it y with exp(-t).
    expect(integrator.state[0]).toBeCloseTo(0.5 * Math.exp(Math.log(3) / 2 - 2), 6);
    expect(integrator.counters.kinksLocated).toBe(1);
    expect(redone(integrator)).toBeLessThan(6);
  });

  it('is not made on a kink whose function is rounding alone', () => {
    const balanced = systemOf({
      size: 2,
      // Two states that differ in the last bits.
      rhs: (_t, y, out) => void out.set([-y[0]!, -0.3 * (y[1]! / 0.3)]),
      jacobian: (_t, _y, out) => void out.set([-1, 0, 0, -1]),
      kinks: { count: 1, values: (_t, y, out) => void (out[0] = 1e9 * (y[0]! - y[1]!)) },
    });
    const integrator = start(balanced, method, [1, 1 + Number.EPSILON], 1e-9);
    integrator.advance(9);
    expect(integrator.counters.kinksLocated).toBeGreaterThan(0);
    expect(redone(integrator)).toBe(0);
  });

  it('is not made on a kink that a hundredth of the tolerance would move', () => {
    const near = systemOf({
      size: 2,
      // Their difference falls through zero at 1, and never exceeds 1e-12 of either.
      rhs: (_t, y, out) => void out.set([-y[0]!, -(1 + 1e-12) * y[1]!]),
      jacobian: (_t, _y, out) => void out.set([-1, 0, 0, -1 - 1e-12]),
      kinks: { count: 1, values: (_t, y, out) => void (out[0] = y[0]! - y[1]!) },
    });
    const integrator = start(near, method, [1, 1 + 1e-12], 1e-9);
    integrator.advance(3);
    expect(integrator.counters.kinksLocated).toBe(1);
    expect(redone(integrator)).toBe(0);
  });
});

describe('the automatic method in scans', () => {
  const push = Float64Array.of(0);
  const pushed = systemOf({
    size: 1,
    rhs: (t, y, out) => void (out[0] = push[0]! + Math.sin(t) - 2 * y[0]!),
    jacobian: (_t, _y, out) => void (out[0] = -2),
    timeDerivative: (t, _y, out) => void (out[0] = Math.cos(t)),
  });
  /** Rates that a scan takes, over some scans with an input that changes from one to the next. */
  const callsPerScan = (integrator: Integrator, from: number, scans: number, length: number): number => {
    const before = integrator.counters.rhsCalls;
    for (let k = 1; k <= scans; k++) {
      push[0] = k % 2;
      integrator.jump();
      integrator.advance(from + k * length);
    }
    return (integrator.counters.rhsCalls - before) / scans;
  };

  it('takes order 3 where scans cut every step short, and order 5 where they do not', () => {
    const integrator = start(pushed, 'auto', [1], 1e-6);
    callsPerScan(integrator, 0, 20, 1e-3);
    expect(callsPerScan(integrator, 0.02, 100, 1e-3)).toBe(3);
    expect(callsPerScan(integrator, 0.12, 10, 0.4)).toBeGreaterThan(7);
  });

  it('keeps its tolerance over many scans', () => {
    const [integrator, exact] = [start(pushed, 'auto', [1], 1e-6), start(pushed, 'dop853', [1], 1e-12)];
    callsPerScan(integrator, 0, 2000, 5e-3);
    callsPerScan(exact, 0, 2000, 5e-3);
    expect(Math.abs(integrator.state[0]! - exact.state[0]!)).toBeLessThan(1e-6);
  });

  it.each([2, 4, 6, 9, 15])('goes on bit for bit from what was saved after %d of them', (scans) => {
    const one = start(pushed, 'auto', [1], 1e-6);
    callsPerScan(one, 0, scans, 1e-3);
    const [state, memory] = [one.state.slice(), new Float64Array(one.memorySize)];
    one.saveMemory(memory);
    const other = start(pushed, 'auto', [0], 1e-6);
    other.restore(scans * 1e-3, state, memory);
    const calls = callsPerScan(one, scans * 1e-3, 30, 1e-3);
    expect(callsPerScan(other, scans * 1e-3, 30, 1e-3)).toBe(calls);
    expect(other.state[0]).toBe(one.state[0]);
  });

  it('with order 3 reaches a cubic and interpolates a parabola to rounding', () => {
    const [out, error] = [new Float64Array(1), new Float64Array(1)];
    const stepped = (rhs: (t: number) => number): Bs3 => {
      const method = new Bs3(
        systemOf({
          size: 1,
          rhs: (t, _y, to) => void (to[0] = rhs(t)),
          jacobian: (_t, _y, to) => void (to[0] = 0),
        }),
      );
      method.attempt(Float64Array.of(1, 2, 3), Float64Array.of(0), out, error);
      return method;
    };
    const cubic = stepped((t) => 3 * t * t - 1);
    expect(out[0]).toBeCloseTo(24, 12);
    cubic.dense(1, out);
    expect(out[0]).toBeCloseTo(24, 12);
    expect(error[0]).not.toBe(0);
    stepped((t) => 2 * t - 1).dense(0.3, out);
    expect(out[0]).toBeCloseTo(1.6 ** 2 - 1.6, 12);
  });
});

/** Observed order of a method at fixed steps, from the error at the end and at a point inside the last step. */
function observedOrders(
  make: (system: System) => StepMethod,
  system: System,
  y0: readonly number[],
  exact: (t: number) => number,
  fewest: number,
): { end: number; dense: number } {
  const errors = [fewest, 2 * fewest].map((steps) => {
    const method = make(system);
    let y = Float64Array.from(y0);
    const out = new Float64Array(system.size);
    const error = new Float64Array(system.size);
    const h = 2 / steps;
    let dense = 0;
    for (let k = 0; k < steps; k++) {
      method.attempt(Float64Array.of(k * h, h, (k + 1) * h), y, out, error);
      method.dense(0.43, error);
      dense = Math.max(dense, Math.abs(error[0]! - exact((k + 0.43) * h)));
      y = out.slice();
      method.accept();
    }
    return { end: Math.abs(y[0]! - exact(2)), dense };
  });
  return { end: Math.log2(errors[0]!.end / errors[1]!.end), dense: Math.log2(errors[0]!.dense / errors[1]!.dense) };
}

describe('the order', () => {
  const growing = systemOf({
    size: 1,
    rhs: (t, y, out) => void (out[0] = y[0]! * Math.cos(t)),
    jacobian: (t, _y, out) => void (out[0] = Math.cos(t)),
    timeDerivative: (t, y, out) => void (out[0] = -y[0]! * Math.sin(t)),
  });
  const exact = (t: number): number => Math.exp(Math.sin(t));

  it.each([
    ['bs3', 3, 80, (system: System) => new Bs3(system)],
    ['tsit5', 5, 80, (system: System) => new Tsit5(system)],
    // More steps of order 8 than these leave rounding alone.
    ['dop853', 8, 8, (system: System) => new ExplicitRungeKutta(dop853, system)],
    ['rodas4', 4, 80, (system: System) => new Rosenbrock(rodas4, system)],
    ['rodas5p', 5, 80, (system: System) => new Rosenbrock(rodas5p, system)],
  ] as const)('of %s is %d, and of its dense output at least one less', (_, order, fewest, make) => {
    const orders = observedOrders(make, growing, [1], exact, fewest);
    expect(Math.abs(orders.end - order)).toBeLessThan(0.2);
    expect(orders.dense).toBeGreaterThan(order - 1.2);
  });
});

describe('an integrator is refused', () => {
  const options = { method: 'auto', relativeTolerance: 1e-6, absoluteTolerance: Float64Array.of(1e-9) } as const;
  it.each([
    [{ ...options, relativeTolerance: 0 }, /tolerance 0 lies outside/],
    [{ ...options, absoluteTolerance: Float64Array.of(1, 2) }, /1 states and 2 absolute/],
    [{ ...options, absoluteTolerance: Float64Array.of(0) }, /state 0 is 0/],
    [{ ...options, maximumStep: -1 }, /largest step is -1/],
    [{ ...options, method: 'euler' as Method }, /`euler` is not a method/],
  ])('%o', (wrong, message) => {
    expect(() => createIntegrator(exponential(1), wrong)).toThrow(message);
  });
});

describe('a scan', () => {
  it.each(['tsit5', 'dop853', 'rodas4', 'rodas5p', 'auto'] as const)('allocates nothing with %s', (method) => {
    const clock = new Float64Array(1);
    const system: System = {
      ...forced(3),
      clock,
      rhs: (y, out) => {
        out[0] = -3 * (y[0]! - Math.cos(clock[0]!)) - Math.sin(clock[0]!);
      },
      linearise: (y, out, jacobian, byTime) => {
        out[0] = -3 * (y[0]! - Math.cos(clock[0]!)) - Math.sin(clock[0]!);
        jacobian[0] = -3;
        byTime[0] = -3 * Math.sin(clock[0]!) - Math.cos(clock[0]!);
      },
    };
    const integrator = start(system, method, [1], 1e-6);
    let scan = 0;
    const rounds = Array.from({ length: 12 }, () => {
      const before = process.memoryUsage().heapUsed;
      for (let k = 0; k < 25_000; k++) {
        integrator.goal[0] = ++scan * 1e-3;
        integrator.advanceToGoal();
      }
      return (process.memoryUsage().heapUsed - before) / 25_000;
    });
    // The first rounds run before the code is optimised; a collection in between makes a round negative. One box of a number is 16 bytes.
    expect(Math.min(...rounds.filter((bytes) => bytes >= 0))).toBeLessThan(8);
  });
});
