/**
 * One stage of a horizon: some steps of a model, carried from one node. What was measured in it counts, to first order round the point at which the model
 * was linearised, as `information` on the unknowns at its node; `transition` and `end` say where the node leads. Matrices are n x n, row-major.
 */
export class HorizonStage {
  /** Time of the node, h, in element 0. */
  readonly startH = new Float64Array(1);
  /** Steps that have been carried so far. */
  steps = 0;
  /** Inputs of each step, and what was measured at the start (slot 0) and at the end of each; NaN: nothing. */
  readonly inputs: Float64Array;
  readonly measured: Float64Array;
  /** Derivatives of every signal in every slot by the unknowns at the node, what the signal is at `point`, and the weight that its value has. */
  readonly rows: Float64Array;
  readonly expected: Float64Array;
  readonly weights: Float64Array;
  /** Where the model was linearised. */
  readonly point: Float64Array;
  /** Curvature and slope of the misfit of what was measured, at `point`. */
  readonly information: Float64Array;
  readonly pull: Float64Array;
  /** Unknowns at the end of the stage for a start at `point`, and their derivatives by it. */
  readonly end: Float64Array;
  readonly transition: Float64Array;
  /** What is thought of the node from all that was measured before it; with what was measured in the stage; and with all. */
  readonly prior: Float64Array;
  readonly priorCovariance: Float64Array;
  readonly filtered: Float64Array;
  readonly filteredCovariance: Float64Array;
  readonly smoothed: Float64Array;
  /** Factor of the variance that the model adds at the end of the stage: above 1 where something jumped. */
  readonly jumps: Float64Array;
  /** Which bound an unknown is held to: -1 the lower, 1 the upper, 0 none. */
  readonly held: Int8Array;

  constructor(n: number, steps: number, signals: number, inputs: number) {
    this.inputs = new Float64Array(steps * inputs);
    this.measured = new Float64Array((steps + 1) * signals);
    this.rows = new Float64Array((steps + 1) * signals * n);
    this.expected = new Float64Array((steps + 1) * signals);
    this.weights = new Float64Array((steps + 1) * signals);
    this.point = new Float64Array(n);
    this.information = new Float64Array(n * n);
    this.pull = new Float64Array(n);
    this.end = new Float64Array(n);
    this.transition = new Float64Array(n * n);
    this.prior = new Float64Array(n);
    this.priorCovariance = new Float64Array(n * n);
    this.filtered = new Float64Array(n);
    this.filteredCovariance = new Float64Array(n * n);
    this.smoothed = new Float64Array(n);
    this.jumps = new Float64Array(n);
    this.held = new Int8Array(n);
  }

  /** Empties the stage, to begin at `now[0]`, h. */
  clear(now: Float64Array): void {
    this.startH[0] = now[0]!;
    this.steps = 0;
    this.measured.fill(Number.NaN);
    this.weights.fill(1);
    this.jumps.fill(1);
    this.held.fill(0);
  }
}
