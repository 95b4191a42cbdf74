import type { NonNegativeState, System } from './system.ts';

type Fill = (t: number, y: Float64Array, out: Float64Array) => void;

export interface SystemRequest {
  readonly size: number;
  readonly coreSize?: number;
  readonly rhs: Fill;
  /** Row-major, every entry. */
  readonly jacobian: Fill;
  readonly timeDerivative?: Fill;
  readonly kinks?: { readonly count: number; readonly values: Fill };
  readonly events?: { readonly directions: readonly number[]; readonly values: Fill };
  readonly nonNegative?: readonly NonNegativeState[];
}

/** A System from the parts that a test cares about. */
export function systemOf(request: SystemRequest): System {
  const { size, rhs, jacobian, timeDerivative, kinks, events } = request;
  const coreSize = request.coreSize ?? size;
  const clock = new Float64Array(1);
  const places = Array.from({ length: size * coreSize }, (_, i) => i);
  return {
    size,
    coreSize,
    clock,
    prepare: () => {},
    rhs: (y, out) => rhs(clock[0]!, y, out),
    pattern: {
      rows: Int32Array.from(places, (i) => Math.floor(i / coreSize)),
      columns: Int32Array.from(places, (i) => i % coreSize),
    },
    linearise: (y, out, entries, byTime) => {
      rhs(clock[0]!, y, out);
      jacobian(clock[0]!, y, entries);
      if (timeDerivative) timeDerivative(clock[0]!, y, byTime);
      else byTime.fill(0);
    },
    kinkCount: kinks?.count ?? 0,
    kinks: (y, out) => kinks?.values(clock[0]!, y, out),
    eventCount: events?.directions.length ?? 0,
    events: (y, out) => events?.values(clock[0]!, y, out),
    eventDirections: Int8Array.from(request.events?.directions ?? []),
    nonNegative: request.nonNegative ?? [],
  };
}

/** y' = lambda y. */
export const exponential = (lambda: number): System =>
  systemOf({
    size: 1,
    rhs: (_t, y, out) => {
      out[0] = lambda * y[0]!;
    },
    jacobian: (_t, _y, out) => {
      out[0] = lambda;
    },
  });

/** A harmonic oscillator of frequency 1: y = (cos t, -sin t) from (1, 0). */
export const oscillator = (events?: SystemRequest['events']): System =>
  systemOf({
    size: 2,
    rhs: (_t, y, out) => {
      out[0] = y[1]!;
      out[1] = -y[0]!;
    },
    jacobian: (_t, _y, out) => void out.set([0, 1, -1, 0]),
    ...(events && { events }),
  });

/** y' = -50 (y - cos t) - sin t, y(0) = 1: the solution is cos t, and a method needs the time derivative to see it. */
export const forced = (lambda = 50): System =>
  systemOf({
    size: 1,
    rhs: (t, y, out) => {
      out[0] = -lambda * (y[0]! - Math.cos(t)) - Math.sin(t);
    },
    jacobian: (_t, _y, out) => {
      out[0] = -lambda;
    },
    timeDerivative: (t, _y, out) => {
      out[0] = -lambda * Math.sin(t) - Math.cos(t);
    },
  });

/** Published reference solutions: Mazzia and Magherini 2008, Test Set for Initial Value Problem Solvers; Hairer and Wanner 1996, IV.10. */
export interface StiffProblem {
  readonly name: string;
  readonly system: System;
  readonly start: readonly number[];
  readonly end: number;
  readonly reference: readonly number[];
}

const robertson: StiffProblem = {
  name: 'ROBER',
  start: [1, 0, 0],
  end: 40,
  reference: [0.7158270687193941, 9.185534764557338e-6, 0.2841637457458292],
  system: systemOf({
    size: 3,
    rhs: (_t, y, out) => {
      const a = 0.04 * y[0]!;
      const b = 1e4 * y[1]! * y[2]!;
      const c = 3e7 * y[1]! * y[1]!;
      out.set([-a + b, a - b - c, c]);
    },
    jacobian: (_t, y, out) => {
      const [b2, b3, c2] = [1e4 * y[2]!, 1e4 * y[1]!, 6e7 * y[1]!];
      out.set([-0.04, b2, b3, 0.04, -b2 - c2, -b3, 0, c2, 0]);
    },
  }),
};

const hires: StiffProblem = {
  name: 'HIRES',
  start: [1, 0, 0, 0, 0, 0, 0, 0.0057],
  end: 321.8122,
  reference: [
    0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2, 0.2386356198831331e-2,
    0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
  ],
  system: systemOf({
    size: 8,
    rhs: (_t, y, out) => {
      const [a, b, c, d, e, f, g, h] = y as unknown as [number, number, number, number, number, number, number, number];
      const r = 280 * f * h;
      out.set([
        -1.71 * a + 0.43 * b + 8.32 * c + 0.0007,
        1.71 * a - 8.75 * b,
        -10.03 * c + 0.43 * d + 0.035 * e,
        8.32 * b + 1.71 * c - 1.12 * d,
        -1.745 * e + 0.43 * f + 0.43 * g,
        -r + 0.69 * d + 1.71 * e - 0.43 * f + 0.69 * g,
        r - 1.81 * g,
        -r + 1.81 * g,
      ]);
    },
    jacobian: (_t, y, out) => {
      out.fill(0);
      const [rf, rh] = [280 * y[7]!, 280 * y[5]!];
      const entries: [number, number, number][] = [
        [0, 0, -1.71],
        [0, 1, 0.43],
        [0, 2, 8.32],
        [1, 0, 1.71],
        [1, 1, -8.75],
        [2, 2, -10.03],
        [2, 3, 0.43],
        [2, 4, 0.035],
        [3, 1, 8.32],
        [3, 2, 1.71],
        [3, 3, -1.12],
        [4, 4, -1.745],
        [4, 5, 0.43],
        [4, 6, 0.43],
        [5, 3, 0.69],
        [5, 4, 1.71],
        [5, 5, -0.43 - rf],
        [5, 6, 0.69],
        [5, 7, -rh],
        [6, 5, rf],
        [6, 6, -1.81],
        [6, 7, rh],
        [7, 5, -rf],
        [7, 6, 1.81],
        [7, 7, -rh],
      ];
      for (const [i, j, value] of entries) out[i * 8 + j] = value;
    },
  }),
};

const orego: StiffProblem = {
  name: 'OREGO',
  start: [1, 2, 3],
  end: 360,
  reference: [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3],
  system: systemOf({
    size: 3,
    rhs: (_t, y, out) => {
      const [a, b, c] = y as unknown as [number, number, number];
      out.set([77.27 * (b + a * (1 - 8.375e-6 * a - b)), (c - (1 + a) * b) / 77.27, 0.161 * (a - c)]);
    },
    jacobian: (_t, y, out) => {
      const [a, b] = y as unknown as [number, number];
      out.set([
        77.27 * (1 - 16.75e-6 * a - b),
        77.27 * (1 - a),
        0,
        -b / 77.27,
        -(1 + a) / 77.27,
        1 / 77.27,
        0.161,
        0,
        -0.161,
      ]);
    },
  }),
};

const vanDerPol: StiffProblem = {
  name: 'VDPOL',
  start: [2, 0],
  end: 2,
  reference: [0.1706167732170483e1, -0.8928097010247975],
  system: systemOf({
    size: 2,
    rhs: (_t, y, out) => {
      out[0] = y[1]!;
      out[1] = ((1 - y[0]! * y[0]!) * y[1]! - y[0]!) / 1e-6;
    },
    jacobian: (_t, y, out) => void out.set([0, 1, (-2 * y[0]! * y[1]! - 1) / 1e-6, (1 - y[0]! * y[0]!) / 1e-6]),
  }),
};

export const stiffProblems: readonly StiffProblem[] = [robertson, hires, orego, vanDerPol];

/** Seven stars in a plane that pass close to one another: not stiff, and steps that must change a thousandfold. */
const pleiadesRhs = (_t: number, y: Float64Array, out: Float64Array): void => {
  for (let i = 0; i < 7; i++) {
    let [ax, ay] = [0, 0];
    for (let j = 0; j < 7; j++) {
      if (j === i) continue;
      const [dx, dy] = [y[j]! - y[i]!, y[7 + j]! - y[7 + i]!];
      const cube = (dx * dx + dy * dy) ** 1.5;
      ax += ((j + 1) * dx) / cube;
      ay += ((j + 1) * dy) / cube;
    }
    out[i] = y[14 + i]!;
    out[7 + i] = y[21 + i]!;
    out[14 + i] = ax;
    out[21 + i] = ay;
  }
};

export const pleiades: StiffProblem = {
  name: 'PLEI',
  start: [3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4, 0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1, 0, 0],
  end: 3,
  reference: [
    0.3706139143970502, 3.237284092057233, -3.222559032418324, 0.659709145577531, 0.3425581707156584, 1.562172101400631,
    -0.7003092922212495, -3.943437585517392, -3.27138097397255, 5.225081843456543, -2.59061243497747, 1.198213693392275,
    -0.2429682344935824, 1.09144924042898, 3.417003806314313, 1.354584501625501, -2.590065597810775, 2.025053734714242,
    -1.155815100160448, -0.8072988170223021, 0.595239635420871, -3.74124496123401, 0.377345968575063,
    0.9386858869551073, 0.3667922227200571, -0.347404635380849, 2.344915448180937, -1.947020434263292,
  ],
  system: systemOf({
    size: 28,
    rhs: pleiadesRhs,
    jacobian: (_t, y, out) => {
      out.fill(0);
      for (let i = 0; i < 7; i++) {
        out[i * 28 + 14 + i] = 1;
        out[(7 + i) * 28 + 21 + i] = 1;
        for (let j = 0; j < 7; j++) {
          if (j === i) continue;
          const [dx, dy] = [y[j]! - y[i]!, y[7 + j]! - y[7 + i]!];
          const square = dx * dx + dy * dy;
          const [cube, five] = [square ** -1.5, 3 * square ** -2.5];
          const m = j + 1;
          const [xx, xy, yy] = [m * (cube - five * dx * dx), -m * five * dx * dy, m * (cube - five * dy * dy)];
          const add = (row: number, column: number, value: number): void => {
            out[row * 28 + column]! += value;
          };
          add(14 + i, j, xx);
          add(14 + i, i, -xx);
          add(14 + i, 7 + j, xy);
          add(14 + i, 7 + i, -xy);
          add(21 + i, j, xy);
          add(21 + i, i, -xy);
          add(21 + i, 7 + j, yy);
          add(21 + i, 7 + i, -yy);
        }
      }
    },
  }),
};
