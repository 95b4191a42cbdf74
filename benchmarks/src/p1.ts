import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CompiledModel, compileModel, compose, readComponent } from '@fedbatch/model';
import { Problems, parseQuantity } from '@fedbatch/vocabulary';

const sims = resolve(import.meta.dirname, '../../sims');
const place = { file: 'p1', line: 1, column: 1 };
const quantities = (values: Record<string, string>) =>
  new Map(Object.entries(values).map(([name, text]) => [name, { value: parseQuantity(text), place }]));
const part = (role: string, path: string) => ({
  role,
  file: readComponent(readFileSync(path, 'utf8'), path, new Problems()),
});

/** End of the benchmark batch, h. */
export const endH = 20;

/** The eight quantities of the benchmark problem, as outputs of the model, with their values at 20 h (Radau and BDF at 1e-11 to 1e-12 agree). */
export const reference: readonly { readonly output: string; readonly at20h: number }[] = [
  { output: 'X', at20h: 19.8714491267 },
  { output: 'S', at20h: 0.0256263265942 },
  { output: 'A', at20h: 0.0277348622696 },
  { output: 'organism.O', at20h: 0.00216727314603 },
  { output: 'V', at20h: 2.10856814205 },
  { output: 'P', at20h: 1.21131103982 },
  { output: 'organism.yO', at20h: 0.17161414414 },
  { output: 'organism.yC', at20h: 0.0398084388282 },
];

/** The benchmark problem p1 in the model language, with its feed inside the equations. */
export function compileP1(): CompiledModel {
  const parts = [
    part('organism', join(import.meta.dirname, '../models/p1.yaml')),
    part('vessel', join(sims, 'vessels/volume-only.yaml')),
    part('feed', join(sims, 'components/exponential-feed.yaml')),
  ];
  return compileModel(
    compose(parts, {
      charge: quantities({ volume: '2 L', X: '0.17 g/L', S: '10 g/L', A: '0.0129 g/L' }),
      streams: new Map([['program', quantities({ S: '500 g/L' })]]),
      parameters: quantities({
        'feed.mu': '0.13 1/h',
        'feed.Y': '0.4 g/g',
        'feed.Sf': '500 g/L',
        'feed.limit': '0.05 g/L',
      }),
    }),
  );
}

/** The shipped closed E. coli in the bench vessel with its gas space. */
export function compileBench(): CompiledModel {
  return compileModel(
    compose(
      [
        part('organism', join(sims, 'organisms/Anane2017-ecoli-closed.yaml')),
        part('vessel', join(sims, 'vessels/bench-15L.yaml')),
      ],
      {
        charge: quantities({ volume: '6 L', X: '5 g/L', S: '0.1 g/L' }),
        streams: new Map([['feed', quantities({ S: '500 g/L' })]]),
        parameters: quantities({ 'vessel.feedRate': '0.02 L/h' }),
      },
    ),
  );
}
