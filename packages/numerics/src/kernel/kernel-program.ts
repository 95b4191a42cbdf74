import { type Elimination, eliminate } from '../elimination.ts';
import { ConstantPool } from '../lanes/constant-pool.ts';
import { addLaneMath } from '../lanes/lane-math.ts';
import {
  betweenBody,
  factoriseBody,
  polynomialsBody,
  type StepParts,
  type StepPlaces,
  stageBody,
} from '../lanes/lane-stages.ts';
import { laneBytes } from '../lanes/lane-system.ts';
import { type Code, call, f64x2, i32, leave, v128, when } from '../lanes/wasm-code.ts';
import { FunctionBody, WasmModule } from '../lanes/wasm-module.ts';
import { load, place, store, workspace } from '../lanes/workspace.ts';
import { errorSum, stateSum } from '../quadrature-weights.ts';
import type { RosenbrockTableau } from '../rosenbrock.ts';
import { type HostPlaces, type KernelLayout, kernelLayout } from './kernel-layout.ts';
import { keepQuadratureRates, ledgersBody, quadratureSumsBody } from './kernel-ledgers.ts';
import { runBody } from './kernel-run.ts';
import type { KernelSystem } from './kernel-system.ts';
import { fromHost, give, splat } from './kernel-values.ts';

/** What the code of a kernel is written from. */
export interface KernelParts {
  readonly system: KernelSystem;
  readonly tableau: RosenbrockTableau;
  readonly elimination: Elimination;
  readonly layout: KernelLayout;
  readonly pool: ConstantPool;
}

/** The attempts of one system by one method, compiled: every plant takes a memory of its own. */
export interface KernelProgram {
  readonly module: WebAssembly.Module;
  readonly tableau: RosenbrockTableau;
  /** The front of the memory. */
  readonly constants: Uint8Array;
  readonly pages: number;
  readonly places: HostPlaces;
  /** Offsets of what stands in values of 16 bytes. */
  readonly jacobian: number;
  readonly entryCount: number;
  /** What an attempt starts from that is no state: what was kept, then the unknowns. */
  readonly kept: number;
  readonly keptCount: number;
  readonly unknownCount: number;
  /** Addresses of the tolerances, likewise. */
  readonly relative: number;
  readonly absolute: readonly number[];
}

/** Constants stand first in the memory. Code reads them by address, so that their room is set before they are known. */
const constantRoom = 16384;
const page = 65536;

/**
 * Writes the attempts of a Rosenbrock method for one plant. `prepare()` takes parameters as they are now; `linearise()` the state, and what
 * attempts from it share; `attempt()` gives 0 where the step matrix is singular; `run()` takes steps one after the other; `errors()` the error estimates of the
 * quadratures; `polynomials()` and then `between()` dense output; `kinks()` the
 * switching functions at any state.
 */
export function kernelProgram(system: KernelSystem, tableau: RosenbrockTableau): KernelProgram {
  const elimination = eliminate(system.pattern, system.coreSize);
  const layout = kernelLayout(system, tableau, elimination.slots.size, constantRoom);
  const pool = new ConstantPool(0);
  const module = new WasmModule();
  const math = addLaneMath(module, pool);
  const functions = system.write(module, math, layout, pool);
  const parts: KernelParts = { system, tableau, elimination, layout, pool };
  const ledgers = system.size - system.coreSize;
  const ledgerState = layout.state + system.coreSize * laneBytes;
  const ledgerNext = layout.next + system.coreSize * laneBytes;
  const whole = system.size;

  const prepare = entry(
    splat(layout.host.parameters, layout.parameters, system.parameterCount),
    call(functions.prepare, workspace, place(layout.state)),
  );
  const linearise = entry(
    store(layout.clock, 0, fromHost(layout.host.span)),
    splat(layout.host.state, layout.state, whole),
    call(functions.lineariseNear, workspace, place(layout.state)),
  );

  const core = coreOf(parts, layout);
  const stages = tableau.stages.map((_, i) => {
    const rates = i === 0 ? layout.slopes : layout.rates;
    return { rates, solve: module.add(stageBody({ ...core, layout: { ...layout, rates } }, i)) };
  });
  const sumState = ledgersOf(parts, module, stateSum(tableau), ledgerNext, ledgerState);
  const factorise = module.add(factoriseBody(core));
  const through = new FunctionBody(['i32'], 'i32').write(
    store(layout.inverse, 0, f64x2.div(pool.of(1), load(layout.step))),
    store(layout.scaled, 0, f64x2.mul(load(layout.step), pool.of(tableau.gamma))),
    store(layout.clock, 0, load(layout.time)),
    call(factorise, workspace),
    when(v128.anyTrue(load(layout.wrecked)), leave(i32.constant(0))),
    ...stages.flatMap(({ rates, solve }, i) => [
      i > 0 ? call(functions.rhsNear, workspace, place(layout.next)) : [],
      keepQuadratureRates(parts, i, rates),
      call(solve, workspace),
    ]),
    ledgers > 0 ? call(sumState, workspace) : [],
    i32.constant(1),
  );
  const goThrough = module.add(through);
  const attempt = new FunctionBody(['i32'], 'i32').write(
    store(layout.time, 0, fromHost(layout.host.span)),
    store(layout.step, 0, fromHost(layout.host.span + 8)),
    when(i32.isZero(call(goThrough, workspace)), leave(i32.constant(0))),
    give(layout.next, layout.host.next, whole),
    give(layout.stages + (tableau.stages.length - 1) * system.coreSize * laneBytes, layout.host.error, system.coreSize),
    i32.constant(1),
  );

  const ledgerError = layout.between;
  const sumErrors = ledgersOf(parts, module, errorSum(tableau), ledgerError);
  const errors = entry(call(sumErrors, workspace), give(ledgerError, layout.host.error + system.coreSize * 8, ledgers));
  const relative = pool.reserve();
  const absolute = Array.from({ length: whole }, () => pool.reserve());
  const run = runBody(
    { ...parts, math, functions, relative, absolute, stages: goThrough, errors: sumErrors, ledgerError },
    module,
  );
  const polynomials = densePolynomials(parts, module, core);
  const between = denseOutput(parts, module, core);

  const kinks = entry(
    store(layout.clock, 0, fromHost(layout.host.time)),
    splat(layout.host.seen, layout.spare, whole),
    call(functions.kinks, workspace, place(layout.spare)),
    give(layout.kinks, layout.host.kinks, system.kinkCount),
  );

  for (const [name, body] of Object.entries({ prepare, linearise, attempt, run, errors, polynomials, between, kinks }))
    module.expose(name, module.add(body));
  const constants = pool.bytes();
  if (constants.byteLength > constantRoom)
    throw new RangeError(`The kernel has ${pool.end} bytes of constants, and room for ${constantRoom}.`);
  const pages = Math.ceil((layout.hoisted + functions.hoistedCount * laneBytes) / page);
  return {
    module: new WebAssembly.Module(module.bytes(pages, 'own')),
    tableau,
    constants,
    pages,
    places: layout.host,
    jacobian: layout.jacobian,
    entryCount: core.system.pattern.rows.length,
    kept: layout.kept,
    keptCount: system.keptCount,
    unknownCount: system.unknownCount,
    relative,
    absolute,
  };
}

/** A step of the core alone: quadratures follow at its end. */
function coreOf({ system, tableau, elimination, pool }: KernelParts, layout: StepPlaces): StepParts {
  const { coreSize, pattern, byTime } = system;
  const count = pattern.rows.filter((row) => row < coreSize).length;
  const core = { rows: pattern.rows.subarray(0, count), columns: pattern.columns.subarray(0, count) };
  return {
    system: { size: coreSize, coreSize, pattern: core, byTime: byTime.slice(0, coreSize) },
    tableau,
    elimination,
    layout,
    pool,
  };
}

/** A function that sums the states behind the core over the stages: see `ledgersBody`. */
function ledgersOf(
  parts: KernelParts,
  module: WasmModule,
  sum: readonly number[],
  target: number,
  from?: number,
): number {
  const quadratures = module.add(quadratureSumsBody(parts, sum));
  const ledgers = module.add(ledgersBody(parts, target, from));
  return module.add(entry(call(quadratures, workspace), call(ledgers, workspace)));
}

/** The polynomials of the core, then those of the quadratures. */
function densePolynomials(parts: KernelParts, module: WasmModule, core: StepParts): FunctionBody {
  const { system, tableau, layout } = parts;
  const ledgers = system.size - system.coreSize;
  const behind = layout.polynomials + system.coreSize * tableau.dense.length * laneBytes;
  return entry(
    call(module.add(polynomialsBody(core)), workspace),
    ...(ledgers === 0 ? [] : tableau.dense).map((sum, k) =>
      call(ledgersOf(parts, module, sum, behind + k * ledgers * laneBytes), workspace),
    ),
  );
}

function denseOutput(
  { system, tableau, layout, pool }: KernelParts,
  module: WasmModule,
  core: StepParts,
): FunctionBody {
  const { size, coreSize } = system;
  const skip = coreSize * laneBytes;
  const ledgers: StepParts = {
    ...core,
    pool,
    system: { ...core.system, size: size - coreSize },
    layout: {
      ...layout,
      state: layout.state + skip,
      next: layout.next + skip,
      between: layout.between + skip,
      polynomials: layout.polynomials + skip * tableau.dense.length,
    },
  };
  return entry(
    store(layout.theta, 0, fromHost(layout.host.theta)),
    call(module.add(betweenBody(core)), workspace),
    size > coreSize ? call(module.add(betweenBody(ledgers)), workspace) : [],
    give(layout.between, layout.host.between, size),
  );
}

const entry = (...pieces: readonly Code[]): FunctionBody => new FunctionBody(['i32']).write(...pieces);
