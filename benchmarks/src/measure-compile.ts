import { compileModel, compose } from '@fedbatch/model';
import { meanTime, type Patience } from './mean-time.ts';
import { modelOf, type Recipe, readParts } from './models.ts';
import type { CompileRow } from './results.ts';

/** Time from files to functions, stage by stage, in a process that has compiled before. */
export async function measureCompile(recipe: Recipe, patience: Patience): Promise<CompileRow> {
  const parts = readParts(recipe);
  const { name, setup } = recipe;
  const milliseconds = async (stage: () => void, prepare?: () => void): Promise<number> =>
    (await meanTime(name, stage, patience, prepare)) / 1000;
  const read = await milliseconds(() => void readParts(recipe));
  const composed = await milliseconds(() => void compose(parts, setup));
  // A graph keeps the derivatives that it was asked for, so each emission wants a model of its own.
  let model = modelOf(recipe);
  const emit = await milliseconds(
    () => void compileModel(model),
    () => {
      model = modelOf(recipe);
    },
  );
  return { model: name, states: model.states.length, read, compose: composed, emit };
}
