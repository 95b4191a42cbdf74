import {
  type CompiledModel,
  compileModel,
  type Model,
  type ObserverModel,
  observerModel,
  variationalModel,
  withoutReactions,
} from '@fedbatch/model';

/** What an estimate can be carried and corrected by. */
export const estimatorNames = ['extended-kalman', 'unscented-kalman', 'moving-horizon', 'bastin-dochain'] as const;
export type EstimatorName = (typeof estimatorNames)[number];

/** How long the horizon of a moving-horizon estimate is, how finely it is divided, and what it may cost. */
export interface HorizonSettings {
  /** Stages, and steps of each: what happened before them counts as one Gaussian prior. */
  readonly stages: number;
  readonly stepsPerStage: number;
  /** Stages that may be linearised anew in one step. */
  readonly work: number;
}

/** A state that is not known at the start, or that the model does not carry exactly. */
export interface UncertainState {
  readonly id: string;
  /** 'log': positive, errors are shares of it; 'linear': errors are amounts, in base units. */
  readonly scale: 'log' | 'linear';
  /** Standard deviation at the start. */
  readonly deviation: number;
  /** What the model adds to it in an hour: deviation per square root of an hour. */
  readonly drift: number;
}

/** A parameter that is estimated beside the states as the logarithm of its share of the nominal value. Of an input: what reaches the plant of it. */
export interface UncertainParameter {
  readonly id: string;
  readonly deviation: number;
  readonly drift: number;
}

/** A measured signal: an output of the model with noise of deviation `relative` times it plus `absolute`, in base units. */
export interface EstimatorSignal {
  readonly output: string;
  readonly relative: number;
  readonly absolute: number;
  /** A value that differs by more deviations than this is left out, and the gate opens twofold for the next one: what is said again is no outlier. Default 5. */
  readonly gate?: number;
  /** A value arrives so long after its sample was taken; default 0 h. */
  readonly delayH?: number;
}

export interface EstimatorSettings {
  /** Default 'extended-kalman'. */
  readonly estimator?: EstimatorName;
  /** The controller's own model; it may differ from the plant in values and in structure. */
  readonly model: Model;
  readonly states: readonly UncertainState[];
  readonly parameters: readonly UncertainParameter[];
  readonly signals: readonly EstimatorSignal[];
  /** Further outputs that whoever uses the estimate wants to know, with their deviation. */
  readonly watched?: readonly string[];
  /** Inputs of the model that are known at every step, by id. */
  readonly inputs: readonly string[];
  /** Length of a step, h. */
  readonly stepH: number;
  /** Relative tolerance of the integrator; default 1e-5. */
  readonly relativeTolerance?: number;
  /** Of a moving-horizon estimate; default 24 stages of 5 steps, each of which may be linearised anew in one step. */
  readonly horizon?: HorizonSettings;
}

/** The model of an estimator, compiled: share it between estimators. */
export interface CompiledObserver {
  readonly observer: ObserverModel;
  readonly compiled: CompiledModel;
  /** What the rule of the estimator carries by, where that is another model: without derivatives, without reactions, or with its variational equations. */
  readonly own?: CompiledModel;
}

/** Throws RangeError for names that the model does not have. */
export function compileObserver(settings: EstimatorSettings): CompiledObserver {
  const { model, parameters, signals, watched = [] } = settings;
  const observer = observerModel(
    model,
    parameters.map(({ id }) => id),
    [...signals.map(({ output }) => output), ...watched],
  );
  const own = ownModel(settings, observer);
  return { observer, compiled: compileModel(observer.model), ...(own && { own: compileModel(own) }) };
}

function ownModel(
  { estimator, model, parameters, signals }: EstimatorSettings,
  observer: ObserverModel,
): Model | undefined {
  switch (estimator) {
    case 'unscented-kalman':
      return { ...observer.model, outputs: observer.model.outputs.slice(0, observer.observed) };
    case 'moving-horizon':
      return variationalModel(
        model,
        parameters.map(({ id }) => id),
        signals.map(({ output }) => output),
      ).model;
    case 'bastin-dochain':
      return withoutReactions(model);
    default:
      return undefined;
  }
}
