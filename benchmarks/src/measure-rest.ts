import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { compileModel } from '@fedbatch/model';
import { type Method, type RosenbrockTableau, rodas5p } from '@fedbatch/numerics';
import { largestError, newSaved, type Problem } from './batches/batch.ts';
import { ownBatch } from './batches/own-batch.ts';
import { bsm1Problem } from './batches/problems.ts';
import { meanTime, type Patience } from './mean-time.ts';
import { bsm1, modelOf } from './models.ts';
import type { RestRow } from './results.ts';

const table = resolve(import.meta.dirname, '../../sims/reference/bsm1_openloop_steady_state.csv');
/** What is compared with the published state at rest: dissolved and particulate, in the last tank and in the effluent. */
const species = ['SS', 'XBH', 'XBA', 'SO', 'SNO', 'SNH', 'SALK'];

/** Ways to rest: a method, whose stiff steps run in JavaScript or by a tableau in WebAssembly. */
const ways: readonly { readonly name: string; readonly method: Method; readonly inWebAssembly?: RosenbrockTableau }[] =
  [
    { name: 'rodas5p', method: 'rodas5p' },
    { name: 'auto', method: 'auto' },
    { name: 'rodas5p in WebAssembly', method: 'rodas5p', inWebAssembly: rodas5p },
  ];

/** Published values of the last tank and the effluent, g/L and mol/L. */
function published(): { outputs: string[]; values: Float64Array } {
  const [titles, ...rows] = readFileSync(table, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const places = [
    ['tank5', 'tank5'],
    ['effluent', 'layer10'],
  ] as const;
  const found = places.flatMap(([stream, phase]) => {
    const row = rows.find(([name]) => name === stream)!;
    return species.map((name) => [`${phase}.${name}`, Number(row[titles!.indexOf(name)]) / 1000] as const);
  });
  return { outputs: found.map(([output]) => output), values: Float64Array.from(found, ([, value]) => value) };
}

/** BSM1 for 230 d, of which only the end is asked for. */
export async function measureRest(patience: Patience): Promise<RestRow[]> {
  const compiled = compileModel(modelOf(bsm1));
  const { outputs, values } = published();
  const problem: Problem = {
    ...bsm1Problem,
    quantities: outputs.map((output) => ({ name: output, output })),
    rowsH: bsm1Problem.rowsH.slice(-1),
  };
  const rows: RestRow[] = [];
  for (const { name, method, inWebAssembly } of ways) {
    const tolerance = 1e-4;
    const batch = ownBatch(compiled, method, tolerance, problem, inWebAssembly);
    const out = newSaved(problem);
    const milliseconds = (await meanTime(name, () => batch.run(out), patience)) / 1000;
    rows.push({ method: name, tolerance, milliseconds, difference: largestError(out, values, problem) });
  }
  return rows;
}
