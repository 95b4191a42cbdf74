import { parseUnit } from '@fedbatch/vocabulary';
import { type CompiledObserver, compileObserver, type EstimatorSettings } from '../estimation/estimator-settings.ts';
import { type PredictiveController, type PredictiveSettings, predictiveController } from '../predictive/predictive.ts';
import { ModelFeed, type ModelFeedSettings } from './model-feed.ts';
import type { Told } from './strategy.ts';

export interface PredictiveFeedSettings extends ModelFeedSettings {
  /** Moves, what is wanted and what is kept, and the work that one plan may take; model and input are those of the estimator. */
  readonly predictive: Omit<PredictiveSettings, 'model' | 'input'> & { readonly evaluations: number };
}

/** Compiles the models of a predictive feed once, and makes one feed a call. Throws RangeError for names that the model does not have. */
export function predictiveFeed(settings: PredictiveFeedSettings): () => PredictiveFeed {
  const observer = compileObserver(watching(settings));
  const make = predictiveController({ ...settings.predictive, model: settings.estimator.model, input: settings.feed });
  return () => new PredictiveFeed(settings, observer, make());
}

/** The settings of its estimator, with what the plan looks at beside. */
function watching({ estimator, predictive: { wishes, limits }, start }: PredictiveFeedSettings): EstimatorSettings {
  return {
    ...estimator,
    watched: [...[...wishes, ...limits].map(({ output }) => output), ...(start ? [start.biomass, start.volume] : [])],
  };
}

/**
 * Feeds by a plan: from the present estimate the moves that cost least over a horizon, of which the first is proposed until the next plan (receding
 * horizon; Rawlings, Mayne and Diehl 2017, Model Predictive Control, 1.3). What a plan may take is counted in evaluations of the prediction, not in
 * seconds, so that a run is the same on every machine; the best moves found so far are inside their bounds whenever that is spent.
 */
export class PredictiveFeed extends ModelFeed {
  readonly name = 'predictive';
  readonly tells: readonly Told[];
  readonly told: Float64Array;
  readonly controller: PredictiveController;
  readonly #settings: PredictiveFeedSettings;
  readonly #observed: Int32Array;
  /** Slots of the prediction's parameters, and of the same ones in the estimator. */
  readonly #slots: readonly (readonly [number, number])[];
  /** When the next plan is due, h; its last move, L/h. */
  readonly #plan = Float64Array.of(Number.NEGATIVE_INFINITY, Number.NaN);

  /** Use `predictiveFeed`, which compiles the models. */
  constructor(settings: PredictiveFeedSettings, observer: CompiledObserver, controller: PredictiveController) {
    super(settings, watching(settings), observer);
    this.#settings = settings;
    this.controller = controller;
    this.#observed = this.observedSlots();
    const { parameters } = this.estimator.observer.model;
    this.#slots = settings.estimator.model.parameters.flatMap(({ id }, slot) => {
      const from = parameters.findIndex((parameter) => parameter.id === id);
      return from < 0 ? [] : [[slot, from] as const];
    });
    const rate = parseUnit('L/h');
    this.tells = [
      { id: 'proposed', says: 'feed that is proposed', unit: rate },
      { id: 'planned', says: 'feed at the end of the plan', unit: rate },
      { id: 'work', says: 'evaluations of the prediction that the last plan took', unit: parseUnit('-') },
      ...this.estimateNames(this.#observed),
    ];
    this.told = new Float64Array(this.tells.length).fill(Number.NaN);
  }

  propose(): void {
    const timeH = this.at[0]!;
    const { stepH } = this.#settings.predictive;
    if (timeH >= this.#plan[0]! - 1e-9) {
      this.#plan[0] = timeH + stepH;
      this.proposal[0] = this.#move(timeH);
      this.proposal[1] = timeH;
      if (Number.isFinite(this.proposal[0]!)) this.rate[0] = this.proposal[0]!;
    }
    this.tell();
  }

  /** A pump that delivers a share of what it is asked for is asked for more. */
  #move(timeH: number): number {
    const { estimator, controller } = this;
    const { parameters } = controller.prediction;
    for (let i = 0; i < this.#slots.length; i++) {
      const [slot, from] = this.#slots[i]!;
      parameters[slot] = estimator.instance.parameters[from]!;
    }
    const arriving = this.feedShare < 0 ? 1 : Math.exp(estimator.shares[this.feedShare]!);
    const first = controller.move(timeH, estimator.state, this.rate[0]! * arriving);
    this.#plan[1] = controller.plan.at(-1)! / arriving;
    return Math.min(first / arriving, this.#settings.maximumLPerH);
  }

  protected tell(): void {
    const { told } = this;
    told[0] = this.proposal[0]!;
    told[1] = this.#plan[1]!;
    told[2] = this.controller.evaluations;
    this.tellEstimates(this.#observed, told, 3);
  }
}
