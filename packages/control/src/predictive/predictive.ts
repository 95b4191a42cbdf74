import { BoxNewton, type Cost } from './box-newton.ts';
import { type CompiledPrediction, compilePrediction, Prediction, type PredictionSettings } from './prediction.ts';

/** A state limit, soft: what lies beyond it costs `weight` times its square. */
export interface SoftLimit {
  readonly output: string;
  readonly side: 'above' | 'below';
  readonly limit: number;
  readonly weight: number;
}

/** What is wanted of an output at the end of every move: `weight` times it, and `track` times the square of its distance to `at`. */
export interface Wish {
  readonly output: string;
  readonly weight?: number;
  readonly track?: { readonly at: number; readonly weight: number };
}

export interface PredictiveSettings extends Omit<PredictionSettings, 'outputs'> {
  /** Summed into the cost; a negative weight wants much of an output. */
  readonly wishes: readonly Wish[];
  readonly limits: readonly SoftLimit[];
  /** Cost of the square of a change between two moves, the first from the move before. */
  readonly moveWeight: number;
  /** Hard bounds of the moves. */
  readonly low: number;
  readonly high: number;
  /** Most evaluations of the prediction for one move, and how small its gradient shall be; default 60 and 1e-7. */
  readonly evaluations?: number;
  readonly tolerance?: number;
}

/** Compiles a predictive controller once, and makes one a call. Throws RangeError for names that the model does not have. */
export function predictiveController(settings: PredictiveSettings): () => PredictiveController {
  const outputs = [...new Set([...settings.wishes, ...settings.limits].map(({ output }) => output))];
  const prediction = compilePrediction({ ...settings, outputs });
  return () => new PredictiveController(settings, prediction);
}

/**
 * Nonlinear model predictive control of one input: direct single shooting over compiled variational equations, exact gradients, a quasi-Newton search in the
 * box of the moves (Rawlings, Mayne and Diehl 2017, Model Predictive Control, ch. 8), warm-started from the last moves one step on. The best moves so far
 * are feasible at any moment.
 */
export class PredictiveController {
  readonly prediction: Prediction;
  /** Planned moves; the first is to be carried out. */
  readonly plan: Float64Array;
  readonly #settings: PredictiveSettings;
  readonly #outputs: readonly string[];
  readonly #search: BoxNewton;
  readonly #cost: Cost;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  /** Time, and the last move. */
  readonly #now = new Float64Array(2);
  #state: Float64Array = new Float64Array(0);
  #isCold = true;

  /** Use `predictiveController`, which compiles the model. */
  constructor(settings: PredictiveSettings, compiled: CompiledPrediction) {
    this.#settings = settings;
    this.#outputs = compiled.settings.outputs;
    this.prediction = new Prediction(compiled);
    const { moves, low, high } = settings;
    this.plan = new Float64Array(moves);
    this.#search = new BoxNewton(moves);
    this.#low = new Float64Array(moves).fill(low);
    this.#high = new Float64Array(moves).fill(high);
    this.#cost = this.#makeCost();
  }

  /** Evaluations of the prediction that the last move took. */
  get evaluations(): number {
    return this.#search.evaluations;
  }

  /** The next move from `state` at `timeH`, when the last one was `lastMove`; NaN where the model cannot be carried ahead. */
  move(timeH: number, state: Float64Array, lastMove: number, expired?: () => boolean): number {
    this.#now[0] = timeH;
    this.#now[1] = lastMove;
    this.#state = state;
    if (this.#isCold) this.plan.fill(lastMove);
    else this.plan.copyWithin(0, 1);
    this.#isCold = false;
    const { evaluations = 60, tolerance = 1e-7 } = this.#settings;
    const cost = this.#search.minimise(this.plan, this.#cost, {
      low: this.#low,
      high: this.#high,
      evaluations,
      tolerance,
      ...(expired && { expired }),
    });
    return Number.isNaN(cost) ? cost : this.plan[0]!;
  }

  #makeCost(): Cost {
    const count = this.#outputs.length;
    const index = ({ output }: { readonly output: string }): number => this.#outputs.indexOf(output);
    const wished = this.#settings.wishes.map(index);
    const limited = this.#settings.limits.map(index);
    return {
      value: (x, gradient) => this.#value(x, gradient, count, wished, limited),
      known: (curvature) => this.#known(curvature, count, wished, limited),
    };
  }

  #value(
    x: Float64Array,
    gradient: Float64Array,
    count: number,
    wished: readonly number[],
    limited: readonly number[],
  ): number {
    const { wishes, limits, moves, moveWeight } = this.#settings;
    const { prediction } = this;
    if (!prediction.run(this.#now[0]!, this.#state, x)) return Number.NaN;
    const { values, slopes } = prediction;
    gradient.fill(0);
    let total = 0;
    for (let k = 0; k < moves; k++) {
      for (let w = 0; w < wishes.length; w++) {
        const { weight = 0, track } = wishes[w]!;
        const at = k * count + wished[w]!;
        const off = track ? values[at]! - track.at : 0;
        const slope = weight + (track ? 2 * track.weight * off : 0);
        total += weight * values[at]! + (track ? track.weight * off * off : 0);
        for (let m = 0; m <= k; m++) gradient[m]! += slope * slopes[at * moves + m]!;
      }
      for (let c = 0; c < limits.length; c++) {
        const at = k * count + limited[c]!;
        const beyond = beyondLimit(limits[c]!, values[at]!);
        if (beyond === 0) continue;
        const slope = 2 * limits[c]!.weight * beyond;
        total += limits[c]!.weight * beyond * beyond;
        for (let m = 0; m <= k; m++) gradient[m]! += slope * slopes[at * moves + m]!;
      }
      const change = x[k]! - (k === 0 ? this.#now[1]! : x[k - 1]!);
      total += moveWeight * change * change;
      gradient[k]! += 2 * moveWeight * change;
      if (k > 0) gradient[k - 1]! -= 2 * moveWeight * change;
    }
    return total;
  }

  /** Squares bend by their slopes (Gauss and Newton): those of limits that are passed, of what is tracked, and of the moves themselves. */
  #known(curvature: Float64Array, count: number, wished: readonly number[], limited: readonly number[]): void {
    const { wishes, limits, moves, moveWeight } = this.#settings;
    const { values } = this.prediction;
    curvature.fill(0);
    for (let k = 0; k < moves; k++) {
      for (let w = 0; w < wishes.length; w++) {
        const { track } = wishes[w]!;
        if (track) this.#bend(curvature, k, k * count + wished[w]!, 2 * track.weight);
      }
      for (let c = 0; c < limits.length; c++) {
        const at = k * count + limited[c]!;
        if (beyondLimit(limits[c]!, values[at]!) !== 0) this.#bend(curvature, k, at, 2 * limits[c]!.weight);
      }
      curvature[k * (moves + 1)]! += (k + 1 < moves ? 4 : 2) * moveWeight;
      if (k === 0) continue;
      curvature[k * moves + k - 1]! -= 2 * moveWeight;
      curvature[(k - 1) * moves + k]! -= 2 * moveWeight;
    }
  }

  #bend(curvature: Float64Array, k: number, at: number, weight: number): void {
    const { moves } = this.#settings;
    const { slopes } = this.prediction;
    for (let i = 0; i <= k; i++) {
      const slope = weight * slopes[at * moves + i]!;
      for (let j = 0; j <= k; j++) curvature[i * moves + j]! += slope * slopes[at * moves + j]!;
    }
  }
}

/** By how much a limit is passed, with the sign of the side; 0 where it is kept. */
function beyondLimit({ side, limit }: SoftLimit, value: number): number {
  return side === 'above' ? Math.max(0, value - limit) : Math.min(0, value - limit);
}
