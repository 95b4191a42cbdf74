// Runs a fed-batch in lockstep from another process: set points in, measured values out, one call a minute of plant time.
//
//   fedbatch serve sims/scenarios/ecoli-instruments --clock lockstep --insecure-lab
//   FEDBATCH_PASSWORD=... node sims/clients/lockstep-controller.ts opc.tcp://localhost:4840 NAME
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, sendLibraryLog } from '@fedbatch/opcua';
import { endH, feedLaw, outputs, setpoints, stepS } from './feed-law.ts';

sendLibraryLog(() => undefined);
const [endpoint = 'opc.tcp://localhost:4840', user = 'admin'] = process.argv.slice(2);
const keys = mkdtempSync(join(tmpdir(), 'controller-'));
const plant = await Connection.open({
  endpoint,
  security: 'none',
  user,
  password: process.env.FEDBATCH_PASSWORD ?? '',
  pki: keys,
  name: 'controller',
});
const choose = await plant.call('Bioreactor1.Clock.Choose', [setpoints.join(','), outputs.join(',')]);
if (choose.statusCode.name !== 'Good') throw new Error(`The tags could not be chosen: ${choose.statusCode.name}.`);
await plant.write('Bioreactor1.feed.rate.mode', '1');
const law = feedLaw();
const step = await plant.method('Bioreactor1.Clock.Step');
const go = async (feed: number): Promise<number[]> =>
  Array.from((await step([stepS, Float64Array.of(feed)]))[0] as ArrayLike<number>);
let seen = await go(0);
while (seen[0]! < endH - 1e-6) seen = await go(law(seen));
const [timeH, oxygen, biomass] = seen as [number, number, number];
console.log(`${timeH.toFixed(3)} h, biomass ${biomass.toFixed(2)} g/L, dissolved oxygen ${oxygen.toFixed(1)} %`);
await plant.close();
rmSync(keys, { recursive: true });
