import { describe, expect, it } from 'vitest';
import { ConstantPool } from './constant-pool.ts';
import { poolStart } from './lane-memory.ts';
import { expNear, nearReach, powerNear } from './lane-near.ts';
import type { Code } from './wasm-code.ts';
import { FunctionBody, WasmModule } from './wasm-module.ts';
import { load, store } from './workspace.ts';

const at = 4096;

/** A series as a function of a number, at the end of reach and inside. */
function follow(series: (pool: ConstantPool, change: Code) => Code): (change: number) => number {
  const module = new WasmModule();
  const pool = new ConstantPool(poolStart);
  module.expose('follow', module.add(new FunctionBody(['i32']).write(store(0, 1, series(pool, load(0))))));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  new Uint8Array(memory.buffer).set(pool.bytes(), poolStart);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes(1)), { host: { memory } });
  const doubles = new Float64Array(memory.buffer, at, 4);
  return (change) => {
    doubles.fill(change, 0, 2);
    exports.follow!(at);
    expect(doubles[3]).toBe(doubles[2]);
    return doubles[2]!;
  };
}

const changes = Array.from({ length: 201 }, (_, i) => nearReach * (i / 100 - 1));

describe('functions near where they are known', () => {
  it('follow exp to two units of the last place, and stand still exactly', () => {
    const found = follow(expNear);
    for (const change of changes) expect(Math.abs(found(change) / Math.exp(change) - 1)).toBeLessThan(2 ** -51);
    expect(found(0)).toBe(1);
  });

  it.each([-1.7, -0.748, 0.252, 0.3, 0.8, 2.5])('follow the power %d to two units of the last place', (exponent) => {
    const found = follow((pool, change) => powerNear(pool, change, exponent));
    for (const change of changes)
      expect(Math.abs(found(change) / Math.exp(exponent * Math.log1p(change)) - 1)).toBeLessThan(2 ** -51);
    expect(found(0)).toBe(1);
  });
});
