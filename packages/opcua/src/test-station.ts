import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hashPassword, type LivePlant, Station, type StationOptions } from '@fedbatch/station';
import { Connection, type ConnectionOptions } from './connection.ts';
import { type FaceOptions, OpcuaFace } from './face.ts';

export const scenarios = resolve(import.meta.dirname, '../../../sims/scenarios');

/** A port that nothing listens on. */
export const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });

export interface Served {
  readonly folder: string;
  readonly station: Station;
  readonly face: OpcuaFace;
  readonly plant: LivePlant;
  connect(options?: Partial<ConnectionOptions>): Promise<Connection>;
  close(): Promise<void>;
}

/** A whole station with users eve (engineer) and otto (observer), served on a port of its own. */
export async function served(
  scenario: string,
  face: Partial<FaceOptions> = {},
  station: Partial<StationOptions> = {},
): Promise<Served> {
  const folder = station.folder ?? mkdtempSync(join(tmpdir(), 'fedbatch-opcua-'));
  const owner = new Station({
    scenarios: [join(scenarios, scenario)],
    clock: 'lockstep',
    speed: 1,
    ...station,
    folder,
  });
  owner.users.put({ name: 'eve', role: 'engineer', password: hashPassword('eve-knows') });
  owner.users.put({ name: 'otto', role: 'observer', password: hashPassword('otto-knows') });
  const options: FaceOptions = {
    port: await freePort(),
    host: '127.0.0.1',
    profile: 'flat',
    lab: 'open',
    stamps: 'wall',
    version: '0.0.0',
    ...face,
  };
  const started = await OpcuaFace.start(owner, options);
  return {
    folder,
    station: owner,
    face: started,
    plant: [...owner.plants.values()][0]!,
    connect: (more = {}) =>
      Connection.open({
        endpoint: started.endpoint,
        security: 'none',
        user: 'eve',
        password: 'eve-knows',
        pki: join(folder, 'client'),
        name: 'test',
        ...more,
      }),
    close: async () => {
      await started.stop();
      await owner.close();
      if (station.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
