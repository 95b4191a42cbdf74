// A station with its HTTP face in a process of its own, for measurements. Prints address and token, then answers each line on standard input with its
// CPU time and what came late.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { ApiFace } from '@fedbatch/api';
import { hashPassword, Station } from '@fedbatch/station';

const [folder, speed = '10', budget = '1000000'] = process.argv.slice(2) as [string, string?, string?];
mkdirSync(folder, { recursive: true });
const station = new Station({
  folder,
  scenarios: [resolve(import.meta.dirname, '../../../sims/scenarios/ecoli-oxygen-cascade')],
  settings: ['scan=1 s', 'record.every=60 s'],
  clock: 'paced',
  speed: Number(speed),
});
if (station.users.list.length === 0)
  station.users.put({ name: 'eve', role: 'engineer', password: hashPassword('eve-knows') });
const { text: token } = station.users.addToken('eve', 'measurement', null);
const face = await ApiFace.start(station, {
  port: 0,
  host: '127.0.0.1',
  lab: 'locked',
  requestsPerMinute: Number(budget),
});
station.start();
console.log(JSON.stringify({ address: face.address, token }));
const held = monitorEventLoopDelay({ resolution: 5 });
held.enable();
createInterface(process.stdin)
  .on('line', () => {
    const { user, system } = process.cpuUsage();
    const late = [...station.plants.values()].reduce((sum, plant) => sum + plant.clock.late, 0);
    console.log(JSON.stringify({ cpuMs: (user + system) / 1000, late, heldMs: held.max / 1e6 }));
    held.reset();
  })
  .on('close', () => process.exit(0));
