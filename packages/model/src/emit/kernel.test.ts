import {
  createIntegrator,
  EVENT,
  type Integrator,
  type IntegratorOptions,
  type Method,
  REACHED,
  rodas4,
  rodas5p,
  STEP_LIMIT,
} from '@fedbatch/numerics';
import { describe, expect, it } from 'vitest';
import { type CompiledModel, compileModel, Instance } from '../instance.ts';
import { charge, gasVessel, modelOf, overflowOrganism } from '../test-models.ts';

/** A fed tank with its ledgers; and a state by an implicit unknown and by time, with a total that nothing depends on. */
const tank = compileModel(modelOf({ organism: overflowOrganism, vessel: gasVessel }, charge));
const implicit = compileModel(
  modelOf(
    {
      component: `component: Case
source: test
parameters:
  hour: { value: 1 h }
  push: { value: 2 }
states:
  x: { unit: '-', initial: 1, rate: (w - 40 * x) / hour + t / hour^2 }
  total: { unit: '-', initial: 0, rate: 300 * (w * x + (t / hour)^3) / hour }
unknowns:
  w: { unit: '-', between: 0..5, zero: w^3 + x * w^2 - push - exp(-3 * t / hour) }
`,
    },
    {},
  ),
);
/** A state that falls through a half. */
const timed = compileModel(
  modelOf(
    {
      component: `component: Case
source: test
parameters:
  hour: { value: 1 h }
held:
  seen: { unit: '-', initial: 0 }
states:
  x: { unit: '-', initial: 1, rate: (3 * (t / hour - 1.2)^2 - 1.5 - x / 10) / hour }
events:
  low: { when: x < 0.5, set: { seen: 1 } }
`,
    },
    {},
  ),
);
const tableaux = { rodas4, rodas5p, auto: rodas5p } as const;

interface Plant {
  readonly instance: Instance;
  readonly integrator: Integrator;
}

/** A plant at its start; 'all': what nothing depends on has a tolerance too. */
function plantOf(
  code: 'javascript' | 'webassembly',
  of: CompiledModel,
  method: keyof typeof tableaux = 'rodas5p',
  judged: 'core' | 'all' = 'core',
  more: Partial<IntegratorOptions> = {},
): Plant {
  const instance = new Instance(of);
  const integrator = createIntegrator(instance, {
    method,
    relativeTolerance: 1e-6,
    absoluteTolerance: Float64Array.from(of.model.states, ({ scale }, i) =>
      i >= of.model.coreSize && judged === 'core' ? Number.POSITIVE_INFINITY : 1e-9 * scale,
    ),
    ...(code === 'webassembly' && { kernel: instance.kernel(tableaux[method]) }),
    ...more,
  });
  integrator.begin(0, instance.startState());
  return { instance, integrator };
}

/** The largest difference of two states, in shares of what each is and usually is. */
const difference = (found: Float64Array, expected: Float64Array, { model }: CompiledModel): number =>
  Math.max(
    ...found.map((value, i) => Math.abs(value - expected[i]!) / (Math.abs(expected[i]!) + model.states[i]!.scale)),
  );

describe.each([
  ['a fed tank', tank],
  ['an implicit unknown', implicit],
])('the kernel of %s', (_, compiled) => {
  const pair = (...how: [method?: keyof typeof tableaux, judged?: 'core' | 'all']): [Integrator, Integrator] => [
    plantOf('webassembly', compiled, ...how).integrator,
    plantOf('javascript', compiled, ...how).integrator,
  ];

  it.each(['rodas4', 'rodas5p', 'auto'] as const)('takes the steps of %s that JavaScript takes', (method) => {
    const [own, other] = pair(method);
    expect(own.advance(2.5)).toBe(REACHED);
    expect(other.advance(2.5)).toBe(REACHED);
    const { acceptedSteps, rejectedSteps, methodSwitches, kinksLocated } = other.counters;
    expect(own.counters).toMatchObject({ acceptedSteps, rejectedSteps, methodSwitches, kinksLocated });
    expect(own.counters.jacobians).toBeGreaterThan(2);
    expect(difference(own.state, other.state, compiled)).toBeLessThan(1e-10);
  });

  it.each(['core', 'all'] as const)(
    'takes the same steps one after the other and one at a time, %s judged',
    (judged) => {
      const many = plantOf('webassembly', compiled, 'rodas5p', judged).integrator;
      // A limit on the step is none of the kernel's.
      const single = plantOf('webassembly', compiled, 'rodas5p', judged, { maximumStep: 1e6 }).integrator;
      for (const end of [0.7, 2.5]) {
        many.advance(end);
        single.advance(end);
      }
      expect(many.counters).toEqual(single.counters);
      expect(many.counters.acceptedSteps).toBeGreaterThan(10);
      expect(difference(many.state, single.state, compiled)).toBeLessThan(1e-13);
    },
  );

  it('stops after as many attempts as it may make, and goes on from there', () => {
    const limited = plantOf('webassembly', compiled, 'rodas5p', 'core', { stepLimit: 3 }).integrator;
    const free = plantOf('webassembly', compiled).integrator;
    expect(limited.advance(2.5)).toBe(STEP_LIMIT);
    expect(limited.counters.acceptedSteps + limited.counters.rejectedSteps).toBe(3);
    expect(limited.time).toBeGreaterThan(0);
    let calls = 0;
    while (limited.advance(2.5) !== REACHED) calls++;
    expect(calls).toBeGreaterThan(2);
    free.advance(2.5);
    expect(difference(limited.state, free.state, compiled)).toBeLessThan(1e-6);
  });

  it('has dense output between its steps', () => {
    const [own, other] = pair();
    own.advance(2.5);
    other.advance(2.5);
    const [found, expected] = [own.state.slice(), own.state.slice()];
    for (const back of [1e-3, 0.01]) {
      own.interpolate(2.5 - back, found);
      other.interpolate(2.5 - back, expected);
      expect(difference(found, expected, compiled)).toBeLessThan(1e-10);
      expect(difference(found, own.state, compiled)).toBeGreaterThan(1e-6);
    }
  });

  it('repeats itself to the bit: begun again, and restored in another plant', () => {
    const one = plantOf('webassembly', compiled);
    one.integrator.advance(1.3);
    const middle = one.integrator.state.slice();
    const memory = new Float64Array(one.integrator.memorySize);
    one.integrator.saveMemory(memory);
    one.integrator.advance(3);
    const end = one.integrator.state.slice();
    const other = plantOf('webassembly', compiled);
    other.integrator.restore(1.3, middle, memory);
    other.integrator.advance(3);
    expect(other.integrator.state).toEqual(end);
    one.integrator.begin(0, one.instance.startState());
    one.integrator.advance(1.3);
    one.integrator.advance(3);
    expect(one.integrator.state).toEqual(end);
  });
});

describe('a kernel', () => {
  it('finds an event where it happens, and not where nobody asks', () => {
    const [own, other] = (['webassembly', 'javascript'] as const).map((code) => {
      const { integrator } = plantOf(code, timed);
      const asked = [integrator.advance(3), integrator.time];
      integrator.begin(0, Float64Array.of(1));
      integrator.disarm(0);
      return [...asked, integrator.advance(3), integrator.time, integrator.state[0]!];
    });
    own!.forEach((value, i) => {
      expect(value).toBeCloseTo(other![i]!, 9);
    });
    expect(own![0]).toBe(EVENT);
    expect(own![1]).toBeLessThan(2);
    expect(own!.slice(2, 4)).toEqual([REACHED, 3]);
  });

  it('judges what nothing depends on where that has a tolerance', () => {
    const stepsOf = (...how: Parameters<typeof plantOf>): number => {
      const { integrator } = plantOf(...how);
      integrator.advance(2.5);
      return integrator.counters.acceptedSteps;
    };
    const judged = stepsOf('webassembly', implicit, 'rodas5p', 'all');
    expect(judged).toBe(stepsOf('javascript', implicit, 'rodas5p', 'all'));
    expect(judged).toBeGreaterThan(stepsOf('webassembly', implicit, 'rodas5p', 'core'));
  });

  it('keeps what its unknowns were in the step memory, and forgets it at a new start', () => {
    const { instance, integrator } = plantOf('webassembly', implicit);
    const keptAfter = (carry: () => void): number => {
      carry();
      const memory = new Float64Array(integrator.memorySize);
      integrator.saveMemory(memory);
      return memory.at(-1)!;
    };
    const kept = keptAfter(() => integrator.advance(1));
    expect(kept).toBeGreaterThan(0.5);
    expect(kept).toBeLessThan(2);
    expect(keptAfter(() => integrator.begin(0, instance.startState()))).toBe(0);
    const memory = new Float64Array(integrator.memorySize).fill(kept, -1);
    expect(keptAfter(() => integrator.restore(1, instance.startState(), memory))).toBe(kept);
  });

  it('says how stiff its Jacobian is', () => {
    const [own, other] = (['webassembly', 'javascript'] as const).map((code) => {
      const { integrator } = plantOf(code, implicit, 'auto');
      for (let i = 1; i <= 150; i++) integrator.advance(i / 10);
      return integrator.counters;
    });
    expect(own!.jacobians).toBeGreaterThan(60);
    expect(own!.methodSwitches).toBe(other!.methodSwitches);
    expect(own!.acceptedSteps).toBe(other!.acceptedSteps);
  });

  it.each(['rodas5p', 'auto'] as const)(
    'takes inputs as they are after a jump, in its switching functions too, with %s',
    (method) => {
      const located: number[] = [];
      const run = (code: 'javascript' | 'webassembly', feed: number): Float64Array => {
        const { instance, integrator } = plantOf(code, tank, method);
        // So soon the steps of auto are explicit, and ask the kernel for its switching functions alone.
        integrator.advance(0.05);
        instance.parameters[instance.slotOf('vessel.feed')] = feed;
        // Growth is limited below S = 7/3 Ks, which the feed reaches soon.
        instance.parameters[instance.slotOf('organism.Ks')] = 0.6;
        integrator.jump();
        integrator.advance(0.12);
        located.push(integrator.counters.kinksLocated);
        return integrator.state;
      };
      const fed = run('webassembly', 0.4);
      expect(difference(fed, run('javascript', 0.4), tank)).toBeLessThan(1e-10);
      expect(difference(fed, run('webassembly', 0.35), tank)).toBeGreaterThan(1e-3);
      expect(located).toEqual([1, 1, 1]);
    },
  );

  it('allocates nothing in a scan', () => {
    const { instance, integrator } = plantOf('webassembly', tank);
    const slot = instance.slotOf('vessel.feed');
    let scan = 0;
    const rounds = Array.from({ length: 12 }, () => {
      const before = process.memoryUsage().heapUsed;
      for (let k = 0; k < 5000; k++) {
        integrator.goal[0] = ++scan * 1e-5;
        instance.parameters[slot] = k % 2 === 0 ? 0.1 : 0.11;
        integrator.jump();
        integrator.advanceToGoal();
      }
      return (process.memoryUsage().heapUsed - before) / 5000;
    });
    expect(Math.min(...rounds.filter((bytes) => bytes >= 0))).toBeLessThan(8);
  });

  it('is refused where it was made for another method', () => {
    const instance = new Instance(tank);
    const options = {
      method: 'rodas4' as Method,
      relativeTolerance: 1e-6,
      absoluteTolerance: new Float64Array(instance.size).fill(1e-9),
      kernel: instance.kernel(rodas5p),
    };
    expect(() => createIntegrator(instance, options)).toThrow(/takes steps by rodas5p, and the method wants rodas4/);
  });
});
