import { type CompiledModel, compileModel, type Model } from '@fedbatch/model';
import { RandomStream } from '@fedbatch/numerics';
import { Plant } from '@fedbatch/plant';
import { type FeedingCase, limits, noise, sampleEveryH, stepH } from './case.ts';
import type { DrawnPlant } from './plants.ts';

/** What a contender is shown at every step; NaN: no new value. Rates in g/L/h, shares of 1, g/L, L. */
export interface Shown {
  readonly timeH: number;
  readonly oxygenUptake: number;
  readonly oxygen: number;
  readonly biomass: number;
  readonly acetate: number;
  readonly volumeL: number;
}

/** Somebody who feeds: sees what is measured and gives a rate in L/h for the next step. */
export interface Contender {
  feed(shown: Shown): number;
}

/** What the oracle may see beside: the plant itself. */
export interface Truth {
  readonly model: Model;
  readonly state: Float64Array;
  readonly parameters: Float64Array;
  readonly pump: number;
}

export type MakesContender = (feedingCase: FeedingCase, drawn: DrawnPlant, truth: Truth) => Contender;

/** What is done to the measured values and to the pump, on top of the disturbance of the plant. */
export interface Impairment {
  /** A sample is taken at the start too, which nobody gets in the reference. */
  readonly sampleAtStart?: boolean;
  readonly sampleDelayH?: number;
  /** Share of samples that never arrive. */
  readonly missed?: number;
  /** Values stand still from then to then, or the pump is blocked. */
  readonly stuck?: 'oxygen' | 'oxygenUptake' | 'pump';
  readonly fromH?: number;
  readonly toH?: number;
  readonly noAcetate?: boolean;
  readonly noBiomass?: boolean;
}

export interface TrialFigures {
  readonly muError: number;
  readonly peakAcetate: number;
  readonly hoursAcetate: number;
  readonly hoursOxygen: number;
  readonly gain: number;
  readonly clean: boolean;
  /** Time that the contender took for each step, ms; not the same twice. */
  readonly stepMs: Float64Array;
}

const looksPerStep = 4;
const compiled = new WeakMap<Model, CompiledModel>();

/** A model is compiled once for all its plants. */
function compiledOf(model: Model): CompiledModel {
  const found = compiled.get(model) ?? compileModel(model);
  compiled.set(model, found);
  return found;
}

/** Runs one contender on one plant. The noise depends on the plant alone, so that all contenders meet the same. */
export function runTrial(
  feedingCase: FeedingCase,
  model: Model,
  drawn: DrawnPlant,
  make: MakesContender,
  { seed, impairment = {} }: { readonly seed: number; readonly impairment?: Impairment },
): TrialFigures {
  const plant = new Plant(compiledOf(model), { method: 'rodas4', relativeTolerance: 1e-6 });
  const { instance } = plant;
  const slot = (id: string): number => instance.slotOf(id);
  for (const [id, value] of Object.entries(drawn.parameters)) instance.parameters[slot(`organism.${id}`)] = value;
  instance.parameters[slot('charge.X')] = drawn.biomassGPerL;
  instance.parameters[slot('streams.feed.S')] = drawn.feedGPerL;
  plant.begin();
  const [kLa, feed] = [slot('organism.kLa'), slot('vessel.feedRate')];
  const outputs = instance.model.outputs;
  const values = new Float64Array(outputs.length);
  const at = (id: string): number => outputs.findIndex((output) => output.id === id);
  const [X, A, V, DO, mu, uptake] = ['X', 'A', 'V', 'organism.DO', 'organism.mu', 'organism.oxygenUptake'].map(at);
  const truth: Truth = { model, state: plant.state, parameters: instance.parameters, pump: drawn.pump };
  const contender = make(feedingCase, drawn, truth);
  const streams = new Map(
    ['OUR', 'DO', 'X', 'A', 'missed'].map((name) => [name, new RandomStream(seed, `${name} ${drawn.index}`)]),
  );
  const noisy = (
    name: string,
    value: number,
    { relative, absolute }: { relative: number; absolute: number },
  ): number => {
    const stream = streams.get(name)!;
    stream.normal();
    const first = stream.drawn[0]!;
    stream.normal();
    return value * (1 + relative * first) + absolute * stream.drawn[0]!;
  };
  const steps = Math.round(feedingCase.hours / stepH);
  const sampleSteps = Math.round(sampleEveryH / stepH);
  const delay = Math.round((impairment.sampleDelayH ?? 0) / stepH);
  const waiting: { readonly step: number; readonly biomass: number; readonly acetate: number }[] = [];
  let squares = 0;
  let [peakAcetate, hoursAcetate, hoursOxygen] = [0, 0, 0];
  const stepMs = new Float64Array(steps);
  let held = Number.NaN;
  plant.sense(values);
  const start = values[X!]! * values[V!]!;
  for (let step = 0; step < steps; step++) {
    const timeH = step * stepH;
    const { disturbance } = drawn;
    const spoilt = timeH >= (impairment.fromH ?? 0) && timeH < (impairment.toH ?? Number.POSITIVE_INFINITY);
    let oxygenUptake = noisy('OUR', values[uptake!]!, noise.oxygenUptake);
    let oxygen = Math.max(0, noisy('DO', values[DO!]!, noise.oxygen));
    if (disturbance.kind === 'drifting oxygen uptake')
      oxygenUptake *= 1 + (disturbance.share * timeH) / feedingCase.hours;
    if (disturbance.kind === 'wrong sample and drifting oxygen')
      oxygen = Math.max(0, oxygen + (disturbance.drift * timeH) / feedingCase.hours);
    if (impairment.stuck === 'oxygen' || impairment.stuck === 'oxygenUptake') {
      if (!spoilt) held = impairment.stuck === 'oxygen' ? oxygen : oxygenUptake;
      else if (impairment.stuck === 'oxygen') oxygen = held;
      else oxygenUptake = held;
    }
    if (step % sampleSteps === 0 && (step > 0 || impairment.sampleAtStart)) {
      let biomass = noisy('X', values[X!]!, noise.biomass);
      if (disturbance.kind === 'wrong sample and drifting oxygen' && step / sampleSteps === disturbance.sample)
        biomass *= disturbance.factor;
      const acetate = Math.max(0, noisy('A', values[A!]!, noise.acetate));
      const missed = streams.get('missed')!;
      missed.uniform();
      if (missed.drawn[0]! >= (impairment.missed ?? 0)) waiting.push({ step: step + delay, biomass, acetate });
    }
    const sample = waiting[0]?.step === step ? waiting.shift() : undefined;
    const began = performance.now();
    const asked = contender.feed({
      timeH,
      oxygenUptake,
      oxygen,
      biomass: sample && !impairment.noBiomass ? sample.biomass : Number.NaN,
      acetate: sample && !impairment.noAcetate ? sample.acetate : Number.NaN,
      volumeL: values[V!]!,
    });
    stepMs[step] = performance.now() - began;
    const isLess = 'toH' in disturbance && timeH >= disturbance.fromH && timeH < disturbance.toH;
    const transfer = isLess && disturbance.kind === 'less oxygen transfer' ? disturbance.factor : 1;
    const less = isLess && disturbance.kind === 'less feed' ? disturbance.factor : 1;
    const blocked = impairment.stuck === 'pump' && spoilt ? 0 : 1;
    plant.demand(kLa, drawn.parameters.kLa! * transfer);
    plant.demand(feed, Math.max(0, asked) * drawn.pump * less * blocked);
    for (let look = 1; look <= looksPerStep; look++) {
      plant.integrate(timeH + (stepH * look) / looksPerStep);
      plant.sense(values);
      peakAcetate = Math.max(peakAcetate, values[A!]!);
      if (values[A!]! > limits.acetateGPerL) hoursAcetate += stepH / looksPerStep;
      if (values[DO!]! < limits.oxygen) hoursOxygen += stepH / looksPerStep;
    }
    squares += (values[mu!]! - feedingCase.muPerH) ** 2;
  }
  return {
    muError: Math.sqrt(squares / steps),
    peakAcetate,
    hoursAcetate,
    hoursOxygen,
    gain: values[X!]! * values[V!]! - start,
    clean: hoursAcetate < limits.briefH && hoursOxygen < limits.briefH,
    stepMs,
  };
}
