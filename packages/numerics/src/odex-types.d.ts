/** The part of npm odex 2.0.4 that is used: the package ships sources that do not pass strict checks, and no declarations. */
type Derivative = (x: number, y: number[]) => ArrayLike<number>;
type Interpolant = (component: number, x: number) => number;
type OnStep = (n: number, xOld: number, x: number, y: number[], dense: Interpolant) => boolean | undefined;
interface Solution {
  readonly y: number[];
  /** 0 converged, 1 too many steps, 2 stopped by the callback. */
  readonly outcome: 0 | 1 | 2;
  readonly nAccept: number;
  readonly nReject: number;
  readonly nEval: number;
}
declare class Solver {
  constructor(n: number);
  denseOutput: boolean;
  maxSteps: number;
  initialStepSize: number;
  maxStepSize: number;
  relativeTolerance: number;
  absoluteTolerance: number | number[];
  solve(f: Derivative, x: number, y: number[], xEnd: number, onStep?: OnStep): Solution;
}
declare const exported: { Solver: typeof Solver };
export default exported;
