import { createIntegrator, EVENT, REACHED, rodas5p } from '@fedbatch/numerics';
import { batchTaker, type LaneProgram, LaneRun, laneProgram } from '@fedbatch/numerics/lanes';
import { describe, expect, it } from 'vitest';
import { compileModel, Instance } from '../instance.ts';
import type { EventInfo, Model } from '../model.ts';
import { charge, gasVessel, modelOf, overflowOrganism, phComponent } from '../test-models.ts';
import { emitLanes } from './lanes.ts';

const rowTimes = [0.5, 1, 1.75, 3];

/** What differs between batches: a parameter by id and its values, one a batch. */
type Varied = Readonly<Record<string, readonly number[]>>;

interface Setting {
  readonly model: Model;
  readonly outputs: readonly string[];
  readonly varied: Varied;
  readonly tolerance: number;
}

const slotOf = ({ parameters }: Model, id: string): number => parameters.findIndex((parameter) => parameter.id === id);
const outputsOf = ({ model, outputs }: Setting): number[] =>
  outputs.map((id) => model.outputs.findIndex((output) => output.id === id));
const tolerances = ({ states }: Model, tolerance: number): number[] =>
  states.map(({ scale, kind }) => (kind === 'ledger' ? Number.POSITIVE_INFINITY : tolerance * scale * 1e-3));
const countOf = ({ varied }: Setting): number => Object.values(varied)[0]!.length;

const programs = new Map<Model, { program: LaneProgram; states: readonly number[] }>();

/** Each model of these tests is asked for one set of outputs. */
function programOf(setting: Setting): { program: LaneProgram; states: readonly number[] } {
  const known = programs.get(setting.model);
  if (known) return known;
  const { system, states } = emitLanes(setting.model, outputsOf(setting));
  const made = { program: laneProgram(system, rodas5p), states };
  programs.set(setting.model, made);
  return made;
}

/** Batches in the order given, which may be some of them: values by row and output, in that order. */
function inLanes(
  setting: Setting,
  order: readonly number[] = Array.from({ length: countOf(setting) }, (_, b) => b),
  attemptLimit?: number,
): { values: number[][]; outcomes: number[]; attempts: number[] } {
  const { model, varied, tolerance, outputs } = setting;
  const { program, states } = programOf(setting);
  const count = order.length;
  const absolute = tolerances(model, tolerance);
  const run = new LaneRun(program, {
    count,
    parameters: model.parameters.map(({ value }) => value),
    variedSlots: Object.keys(varied).map((id) => slotOf(model, id)),
    varied: Float64Array.from(Object.values(varied).flatMap((values) => order.map((b) => values[b]!))),
    rowTimes,
    relativeTolerance: tolerance,
    absoluteTolerance: states.map((slot) => absolute[slot]!),
    ...(attemptLimit !== undefined && { attemptLimit }),
  });
  batchTaker(run.shareOf(0))();
  const { results } = run;
  const values = order.map((_, b) =>
    Array.from({ length: rowTimes.length * outputs.length }, (_, i) => results[i * count + b]!),
  );
  return { values, outcomes: [...run.outcomes], attempts: [...run.attempts] };
}

/** Holds a batch to the same bits beside any other: all in order, backwards, and each alone. */
function expectBlind(setting: Setting): void {
  const { values } = inLanes(setting);
  const backwards = Array.from(values, (_, b) => values.length - 1 - b);
  expect(inLanes(setting, backwards).values.reverse()).toEqual(values);
  values.forEach((row, b) => {
    expect(inLanes(setting, [b]).values).toEqual([row]);
  });
}

/** The same batches by the code for a single plant. */
function oneByOne(setting: Setting, tolerance = setting.tolerance): number[][] {
  const { model, varied } = setting;
  const compiled = compileModel(model);
  const columns = outputsOf(setting);
  return Array.from({ length: countOf(setting) }, (_, b) => {
    const plant = new Instance(compiled);
    for (const [id, values] of Object.entries(varied)) plant.parameters[slotOf(model, id)] = values[b]!;
    const absoluteTolerance = Float64Array.from(tolerances(model, tolerance));
    const integrator = createIntegrator(plant, { method: 'rodas5p', relativeTolerance: tolerance, absoluteTolerance });
    integrator.begin(0, plant.startState());
    const seen = new Set<EventInfo>();
    const happen = (event: EventInfo): void => {
      if (seen.has(event)) return;
      if (event.repeats === 'once') seen.add(event);
      plant.applyEvent(event, integrator.time, integrator.state);
      integrator.jump();
    };
    const out = new Float64Array(model.outputs.length);
    const times = plant.eventTimes();
    return rowTimes.flatMap((row) => {
      for (;;) {
        const next = times.filter(({ event, time }) => time <= row && !seen.has(event))[0];
        const outcome = integrator.advance(Math.min(row, next?.time ?? row));
        if (outcome === EVENT) plant.crossings.filter((_, i) => integrator.firedEvents[i] === 1).forEach(happen);
        else if (next && integrator.time === next.time) happen(next.event);
        else if (outcome === REACHED) break;
        else throw new Error(`Outcome ${outcome} at ${integrator.time} h.`);
      }
      plant.at(row).outputs(integrator.state, out);
      return columns.map((column) => out[column]!);
    });
  });
}

/** Largest relative difference; values below the floor count as zero. */
function largest(a: readonly number[][], b: readonly number[][], floor = 1e-9): number {
  let most = 0;
  a.forEach((row, i) =>
    row.forEach((value, j) => {
      const error = Math.abs(value - b[i]![j]!) / Math.max(Math.abs(b[i]![j]!), floor);
      most = error > most || Number.isNaN(error) ? error : most;
    }),
  );
  return most;
}

const spread = (low: number, high: number, count = 7): number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * ((i * 5) % count)) / (count - 1));

const fedTank: Setting = {
  model: modelOf({ organism: overflowOrganism, vessel: gasVessel }, charge),
  outputs: ['X', 'S', 'A', 'O2', 'V', 'gas.O2'],
  varied: { 'organism.qmax': spread(0.4, 0.8), 'vessel.kLa': spread(150, 400) },
  tolerance: 1e-6,
};

const component = (text: string): Model => modelOf({ component: `component: Case\nsource: test\n${text}` }, {});

describe('a model in lanes', () => {
  it('agrees with the code for a single plant in every lane, to ten tolerances', () => {
    const { values, outcomes } = inLanes(fedTank);
    expect(outcomes).toEqual(Array(7).fill(1));
    expect(largest(values, oneByOne(fedTank, 1e-11))).toBeLessThan(10 * fedTank.tolerance);
    expect(largest(values, oneByOne(fedTank))).toBeLessThan(10 * fedTank.tolerance);
    expect(new Set(values.map((row) => row[0])).size).toBe(7);
  });

  it('gives the same bits beside any other batch', () => {
    expectBlind(fedTank);
  });

  it('carries what the outputs rest on, and no ledgers', () => {
    const { system, states } = emitLanes(fedTank.model, outputsOf(fedTank));
    const carried = states.map((slot) => fedTank.model.states[slot]!);
    expect(carried.filter(({ kind }) => kind === 'ledger' || kind === 'exchange')).toEqual([]);
    expect(system.size).toBeLessThan(fedTank.model.states.length);
    expect(carried.map(({ id }) => id)).toContain('amount.gas.O2');
  });

  it('solves implicit unknowns, wherever the search begins', () => {
    const setting: Setting = {
      model: modelOf({ component: phComponent }, {}),
      outputs: ['component.pH', 'component.acid'],
      varied: { 'component.strong': spread(-0.02, 0.03), 'component.total': spread(0.001, 0.05) },
      tolerance: 1e-8,
    };
    expect(largest(inLanes(setting).values, oneByOne(setting, 1e-12))).toBeLessThan(1e-7);
    expectBlind(setting);
  });

  it('lets events happen in the lane in which they do: at crossings, again and again, and at times', () => {
    const setting: Setting = {
      model: component(`parameters:
  fall: { value: 1 1/h }
  switchAt: { value: 0.8 h }
  fast: { value: 2 1/h }
  slow: { value: 0.1 1/h }
  hour: { value: 1 h }
held:
  pump: { unit: 1/h, initial: 0 1/h }
  started: { unit: h, initial: 0 h }
  size: { unit: 1/h, initial: 0.5 1/h }
states:
  x: { unit: '-', initial: 1, rate: pump - fall * x, sign: nonnegative }
  y: { unit: h, initial: 0, rate: started / hour * x + size * hour * x }
events:
  low: { when: x < 0.4, set: { pump: fast * exp(-size / fall), started: t } }
  high: { when: x > 0.9, set: { pump: slow } }
  bigger: { at: switchAt, set: { size: size + fall }, repeats: once }
`),
      outputs: ['component.x', 'component.y'],
      varied: { 'component.fall': spread(0.7, 2.4), 'component.switchAt': spread(0.2, 2.5) },
      tolerance: 1e-7,
    };
    expect(largest(inLanes(setting).values, oneByOne(setting, 1e-11))).toBeLessThan(10 * setting.tolerance);
    expectBlind(setting);
    // Two that meet their events in the same attempt, and find them in more or fewer rounds.
    for (const other of spread(1.3, 1.5, 20))
      expectBlind({ ...setting, varied: { 'component.fall': [1.3, other], 'component.switchAt': [2.9, 2.9] } });
  });

  it('computes every operation of the language as the single plant does', () => {
    const setting: Setting = {
      model: component(`parameters:
  a: { value: 1 }
  b: { value: 1 }
  hour: { value: 1 h }
quantities:
  some: { unit: '-', is: 'exp(-a) + log(1 + b^2) + log10(3 + a) + sqrt(abs(b)) + tanh(a * b) + min(a, b) - max(a, b, 0.3)' }
  more: { unit: '-', is: 'pow(1 + abs(a), b) + a^3 - (4 + b)^-2 + (1 + abs(b))^0.7 + if(a < b and not (a <= 0) or b > 1.5, a, -b) - a / (1 + x^2)' }
states:
  x: { unit: '-', initial: 0.2, rate: '(0.01 * some - 0.1 * x) / hour' }
`),
      outputs: ['component.some', 'component.more'],
      varied: { 'component.a': spread(-2, 2), 'component.b': spread(2, -1.5) },
      tolerance: 1e-9,
    };
    expect(largest(inLanes(setting).values, oneByOne(setting, 1e-11))).toBeLessThan(1e-8);
  });

  it('follows functions while they change little, and computes them anew in the lane in which they do not', () => {
    const setting: Setting = {
      model: component(`parameters:
  swing: { value: 1 }
  hour: { value: 1 h }
quantities:
  wave: { unit: '-', is: 'exp(swing * x) + (1 + y)^0.7 / (1 + y)^0.2' }
unknowns:
  z: { unit: '-', between: 0..20, zero: z * exp(z - swing * x) - wave }
  steep: { unit: '-', between: -20..20, zero: tanh(30 * (steep - swing * x^3)) + exp(0.01 * steep) - exp(0.01 * swing * x^3) }
states:
  x: { unit: '-', initial: 0.1, rate: '(y - 0.3 * z - 0.1 * steep) / hour' }
  y: { unit: '-', initial: 0.5, rate: '(wave - exp(y) * y) / hour' }
`),
      outputs: ['component.x', 'component.y', 'component.z'],
      varied: { 'component.swing': spread(0.01, 3) },
      tolerance: 1e-7,
    };
    expect(largest(inLanes(setting).values, oneByOne(setting, 1e-12))).toBeLessThan(10 * setting.tolerance);
    expectBlind(setting);
    expectBlind({ ...setting, tolerance: 1e-3 });
  });

  it('searches an unknown anew where a step from its tangent does not arrive', () => {
    const setting: Setting = {
      model: component(`parameters:
  start: { value: 1 }
  hour: { value: 1 h }
unknowns:
  w: { unit: '-', between: -50..50, zero: tanh(3 * (w - x^3)) + 0.01 * (w - x^3) }
states:
  x: { unit: '-', initial: start, rate: (1 - w) / hour / 5 }
`),
      outputs: ['component.x', 'component.w'],
      varied: { 'component.start': spread(-3, 3.5) },
      tolerance: 1e-3,
    };
    expect(largest(inLanes(setting).values, oneByOne(setting, 1e-10))).toBeLessThan(setting.tolerance);
    expectBlind(setting);
  });

  it('keeps what cannot be negative at or above zero, and what is conserved', () => {
    const setting: Setting = {
      model: modelOf({ organism: overflowOrganism, vessel: gasVessel }, { ...charge, S: '0.001 g/L' }),
      outputs: ['S', 'A', 'O2'],
      varied: { 'vessel.feed': [0, 0, 1e-5], 'organism.Ks': [1e-7, 1e-9, 1e-8] },
      tolerance: 1e-4,
    };
    const { values, outcomes, attempts } = inLanes(setting);
    expect(outcomes).toEqual([1, 1, 1]);
    // Lifting costs no steps; shrinking them until nothing falls below zero costs hundreds.
    expect(Math.max(...attempts)).toBeLessThan(100);
    expect(Math.min(...values.flat())).toBeGreaterThanOrEqual(0);
    expect(largest(values, oneByOne(setting, 1e-9), 1e-3)).toBeLessThan(1e-2);
  });

  it('says of a batch that cannot go on that it is stuck, and goes on with the others', () => {
    const setting: Setting = {
      model: component(`parameters:
  grow: { value: 1 1/h }
states:
  x: { unit: '-', initial: 1, rate: grow * x^2 }
`),
      outputs: ['component.x'],
      varied: { 'component.grow': [0.1, 0.6, 0.2] },
      tolerance: 1e-6,
    };
    const { values, outcomes } = inLanes(setting);
    expect(outcomes).toEqual([1, 2, 1]);
    expect(inLanes(setting, [0, 2], 3).outcomes).toEqual([2, 2]);
    // x = 1 / (1 - grow t)
    expect(values[2]!.at(-1)).toBeCloseTo(1 / (1 - 0.6), 4);
  });

  it('refuses a run that the memory of WebAssembly cannot hold, with what it wants', () => {
    const { program, states } = programOf(fedTank);
    const work = { variedSlots: [], varied: new Float64Array(0), rowTimes, relativeTolerance: 1e-6 };
    const parameters = fedTank.model.parameters.map(({ value }) => value);
    expect(
      () => new LaneRun(program, { ...work, count: 1e8, parameters, absoluteTolerance: states.map(() => 1) }),
    ).toThrow(/The run wants \d+ MiB, and WebAssembly has 4096/);
  });
});
