import { Instance } from '@fedbatch/model';
import { REACHED } from '@fedbatch/numerics';
import type { Estimate } from './estimate.ts';
import type { CompiledObserver, EstimatorSettings } from './estimator-settings.ts';
import { extendedKalman } from './extended-kalman.ts';
import type { FilterRule } from './filter-rule.ts';
import { reconstruction } from './reconstruction.ts';

/** How fast an uptake may leave its last value while none is seen, share per h, and how far one value may lie from the last. */
const ageingPerH = 0.5;
const jump = 0.1;
/** What is kept as a logarithm falls to this share in one step at most. */
const leastShare = 0.5;

/**
 * The asymptotic observer (Bastin and Dochain 1990, On-line Estimation and Adaptive Control of Bioreactors, ch. 3; Dochain 2003, J. Process Control 13, 801):
 * amounts that are not measured, from those that are and the yields alone. Z = A0 xi1 + xi2 does not feel the reactions, so that streams alone carry it; what is
 * reconstructed is xi2 = Z - A0 xi1, whatever the kinetics. Exchanges with the gas enter by their rates. The error of Z is not corrected by xi1 and leaves with the outflow;
 * samples of what is reconstructed correct it where there are any, by the covariance. Between samples a known concentration stays where it is, and is
 * as uncertain as its state is said to drift; errors of exchange rates count as standing ones.
 */
export function asymptoticObserver(
  estimate: Estimate,
  settings: EstimatorSettings,
  { own }: CompiledObserver,
): FilterRule {
  const { exchanges, known, reconstructed, a0 } = reconstruction(settings);
  const { covariance, integrator, isLog, noise, outputs, move, observer } = estimate;
  const { n, p } = covariance;
  const { stepH } = settings;
  const { size } = observer;
  const sampling = extendedKalman(estimate, settings);
  const streams = new Instance(own!);
  const carrying = estimate.integratorOf(streams);
  const volume = estimate.stateOf(settings.model.broth.volume);
  const exchangeOf = Int32Array.from(settings.signals, (_, k) => exchanges.findIndex(({ signal }) => signal === k));
  /** The column of A0 that belongs to a state, or -1. */
  const column = new Int32Array(size).fill(-1);
  for (let a = 0; exchanges.length + a < a0[0]!.length; a++) column[known[a]!] = exchanges.length + a;
  const diagonal = diagonalOf(streams);
  const entries = new Float64Array(streams.pattern.rows.length);
  const [rates, byTime, before, state] = [size, size, size, size].map((length) => new Float64Array(length));
  const direction = new Float64Array(n);
  /** For each exchange: its rate as seen last in the unit of its signal, NaN: never; mol that it may be off by so far; h since it was seen. */
  const memory = new Float64Array(3 * exchanges.length);
  const stride = 3;
  const step = new Float64Array(1);
  const factor = new Float64Array(1);
  const rate = new Float64Array(1);
  const meanVolume = new Float64Array(1);

  /** What an exchange is thought to be at present: as seen last, or as the model has it. */
  const writeRate = (e: number, out: Float64Array): void => {
    out[0] = Number.isNaN(memory[stride * e]!) ? outputs[exchanges[e]!.signal]! : memory[stride * e]!;
  };

  /** The unknowns along column `at` of A0: 1 for the known state it belongs to (-1: it is an exchange), and -A0 for what is reconstructed. */
  const aim = (at: number, slotOfIt: number): void => {
    direction.fill(0);
    if (slotOfIt >= 0) direction[slotOfIt] = 1;
    const amount = slotOfIt >= 0 && isLog[slotOfIt] === 1 ? state[slotOfIt]! : 1;
    for (let b = 0; b < reconstructed.length; b++) {
      const slot = reconstructed[b]!;
      direction[slot] = (-a0[b]![at]! * amount) / (isLog[slot] === 1 ? state[slot]! : 1);
    }
  };
  /** Adds the variance in `factor` along `direction`. */
  const widen = (): void => {
    for (let i = 0; i < n; i++)
      for (let j = 0; direction[i] !== 0 && j < n; j++) p[i * n + j]! += factor[0]! * direction[i]! * direction[j]!;
  };
  /** Multiplies the deviation of one unknown by `factor`. */
  const scale = (slot: number): void => {
    for (let j = 0; j < n; j++) {
      p[slot * n + j]! *= factor[0]!;
      p[j * n + slot]! *= factor[0]!;
    }
  };

  /** Where streams alone would bring what was `before`, into `state`, with their Jacobian. */
  const flow = (): 'goes on' | 'lost' => {
    streams.parameters.set(estimate.instance.parameters);
    carrying.now[0] = integrator.now[0]!;
    carrying.goal[0] = integrator.now[0]! + stepH;
    carrying.state.set(before);
    carrying.jump();
    if (carrying.advanceToGoal() !== REACHED) return 'lost';
    state.set(carrying.state);
    streams.clock[0] = carrying.now[0]!;
    streams.linearise(state, rates, entries, byTime);
    meanVolume[0] = 0.5 * (before[volume]! + state[volume]!);
    return 'goes on';
  };

  /** Known concentrations stay; what reactions did to them, and the exchanges, say what they did to the rest. Deviations are carried along. */
  const rebuild = (): void => {
    const growth = state[volume]! / before[volume]!;
    for (let b = 0; b < reconstructed.length; b++) {
      const slot = reconstructed[b]!;
      const row = a0[b]!;
      for (let e = 0; e < exchanges.length; e++) {
        writeRate(e, rate);
        state[slot]! -= row[e]! * exchanges[e]!.sign * rate[0]! * meanVolume[0]! * stepH;
      }
      for (let a = 0; a < row.length - exchanges.length; a++)
        state[slot]! -= row[exchanges.length + a]! * (before[known[a]!]! * growth - carrying.state[known[a]!]!);
      if (isLog[slot] === 1) state[slot] = Math.max(state[slot]!, leastShare * before[slot]!);
      else if (settings.model.states[slot]!.nonNegative) state[slot] = Math.max(state[slot]!, 0);
      const kept = Math.exp(stepH * (diagonal[slot]! < 0 ? 0 : entries[diagonal[slot]!]!));
      factor[0] = isLog[slot] === 1 ? (kept * before[slot]!) / state[slot]! : kept;
      scale(slot);
    }
    for (let a = 0; a < known.length; a++) {
      state[known[a]!] = before[known[a]!]! * growth;
      factor[0] = isLog[known[a]!] === 1 ? 1 : growth;
      scale(known[a]!);
    }
  };

  /** What exchanges may be off by adds up by itself, not by its squares. */
  const standingErrors = (): void => {
    for (let e = 0; e < exchanges.length; e++) {
      const { relative, absolute } = settings.signals[exchanges[e]!.signal]!;
      writeRate(e, rate);
      const off = memory[stride * e + 1]!;
      const share = relative + ageingPerH * memory[stride * e + 2]!;
      memory[stride * e + 1]! += (share * Math.abs(rate[0]!) + absolute) * meanVolume[0]! * stepH;
      memory[stride * e + 2]! += stepH;
      aim(e, -1);
      factor[0] = memory[stride * e + 1]! ** 2 - off ** 2;
      widen();
    }
  };

  /** What states drift by; of a known one what is reconstructed from it drifts too. */
  const drift = (): void => {
    for (let j = 0; j < size; j++) {
      if (noise[j] === 0) continue;
      if (column[j]! >= 0) aim(column[j]!, j);
      else {
        direction.fill(0);
        direction[j] = 1;
      }
      factor[0] = stepH * noise[j]!;
      widen();
    }
  };

  return {
    memory,
    begin() {
      memory.fill(0);
      for (let e = 0; e < exchanges.length; e++) memory[stride * e] = Number.NaN;
      step[0] = 0;
      carrying.begin(integrator.now[0]!, integrator.state);
    },

    carry() {
      step[0] = stepH;
      estimate.setParameters();
      before.set(integrator.state);
      if (flow() === 'lost') return 'lost';
      rebuild();
      standingErrors();
      drift();
      integrator.now[0] = carrying.now[0]!;
      integrator.state.set(state);
      integrator.jump();
      estimate.linearise();
      return 'goes on';
    },

    expect(k, expected) {
      const e = exchangeOf[k]!;
      if (e < 0) return sampling.expect(k, expected);
      writeRate(e, expected);
      expected[1] = Number.isNaN(memory[stride * e]!) ? Number.POSITIVE_INFINITY : (jump * expected[0]!) ** 2;
    },

    take(k, measurementNoise, innovation) {
      const e = exchangeOf[k]!;
      if (e < 0) return sampling.take(k, measurementNoise, innovation);
      writeRate(e, rate);
      // Over the step that has passed the exchange is the mean of its ends.
      const made = 0.5 * exchanges[e]!.sign * innovation[0]! * integrator.state[volume]! * step[0]!;
      state.set(integrator.state);
      aim(e, -1);
      for (let i = 0; i < n; i++) move[i]! += made * direction[i]!;
      memory[stride * e] = rate[0]! + innovation[0]!;
      memory[stride * e + 2] = 0;
    },
  };
}

/** Where the derivative of each rate by its own state stands among the entries of a Jacobian; -1: nowhere, as it is 0. */
function diagonalOf({ pattern: { rows, columns }, size }: Instance): Int32Array {
  return Int32Array.from({ length: size }, (_, slot) =>
    rows.findIndex((row, e) => row === slot && columns[e] === slot),
  );
}
