import { f64x2, get } from '../lanes/wasm-code.ts';
import { FunctionBody, WasmModule } from '../lanes/wasm-module.ts';

/** Whether this machine compiles what kernels and lanes are written in: WebAssembly with relaxed SIMD (Chrome 114, Firefox 145, Node.js 21). */
export function kernelsRun(): boolean {
  const module = new WasmModule();
  module.add(new FunctionBody(['v128'], 'v128').write(f64x2.madd(get(0), get(0), get(0))));
  try {
    new WebAssembly.Module(module.bytes(1, 'own'));
    return true;
  } catch {
    return false;
  }
}
