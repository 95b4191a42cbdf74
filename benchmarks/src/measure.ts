import { compileModel } from '@fedbatch/model';
import type { Contender } from './batches/batch.ts';
import { contenders, referenceHourly } from './batches/contenders.ts';
import { thisMachine } from './machine.ts';
import { compareAtEqualError, comparedErrors, measureBatches } from './measure-batches.ts';
import { measureCompile } from './measure-compile.ts';
import type { Patience } from './median-time.ts';
import { benchEcoli, modelOf, p1, shippedOrganisms, wholeVessel } from './models.ts';
import type { CompileRow, Results, ScanRow } from './results.ts';
import { measureScans, ScanLoop } from './scan.ts';

export type Mode = 'full' | 'quick';

interface Effort {
  readonly rounds: number;
  readonly patience: Patience;
  readonly scans: number;
  /** Which tolerances of a solver are run. */
  pick(contender: Contender): readonly number[];
}

const efforts: Record<Mode, Effort> = {
  full: {
    rounds: 3,
    patience: { time: 200, warmup: 100, iterations: 3 },
    scans: 200_000,
    pick: ({ tolerances }) => tolerances,
  },
  quick: {
    rounds: 1,
    patience: { time: 5, warmup: 0, iterations: 1 },
    scans: 500,
    // mathjs takes half a second for each batch.
    pick: ({ name, tolerances }) => tolerances.filter((_, i) => (name.startsWith('mathjs') ? i === 0 : i % 3 === 1)),
  },
};

/** Measures everything. `say` is told of the progress. */
export async function measure(mode: Mode, say: (text: string) => void): Promise<Results> {
  const { rounds, patience, scans: scanCount, pick } = efforts[mode];
  const machine = thisMachine();
  const scans: ScanRow[] = [];
  for (const recipe of [p1, benchEcoli]) {
    for (const method of ['rodas5p', 'auto'] as const) {
      say(`scan: ${recipe.name} with ${method}`);
      const loop = new ScanLoop(compileModel(modelOf(recipe)), 'vessel.feedRate', method);
      scans.push({ model: recipe.name, method, ...(await measureScans(loop, scanCount)) });
    }
  }
  const { compiled, equipment } = wholeVessel();
  for (const [model, spec] of [
    ['whole vessel', undefined],
    ['whole vessel, 20 sensors, 12 actuators', equipment],
  ] as const) {
    say(`scan: ${model} with auto`);
    const loop = new ScanLoop(compiled, 'vessel.feedRate', 'auto', 1e-6, spec);
    scans.push({ model, method: 'auto', ...(await measureScans(loop, Math.min(scanCount, 100_000))) });
  }
  const batches = await measureBatches({
    contenders: contenders().map((contender) => ({ ...contender, tolerances: pick(contender) })),
    reference: referenceHourly(),
    rounds,
    patience,
    say,
  });
  const compile: CompileRow[] = [];
  for (const recipe of [p1, ...shippedOrganisms()]) {
    say(`compile: ${recipe.name}`);
    compile.push(await measureCompile(recipe, patience));
  }
  return { machine, batches, atEqualError: compareAtEqualError(batches, comparedErrors), scans, compile };
}
