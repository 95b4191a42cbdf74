import type { Person } from '@fedbatch/vocabulary';
import { AccessLevelFlag, DataType, type DataValue, NodeClass, StatusCodes, type UAVariable } from 'node-opcua';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { plantsUri } from './plants-uri.ts';
import { type Served, served } from './test-station.ts';

vi.setConfig({ testTimeout: 60_000 });
const eve: Person = { name: 'eve', role: 'engineer', face: 'http', session: null };
const order = {
  scenario: 'scenarios/ecoli-instruments',
  settings: ['recipe.fed-batch.for=8760 h'],
  clock: 'lockstep',
  speed: 1,
} as const;
let now: Served | undefined;
afterEach(() => now?.close());

/** All nodes of plants, those without a name included. */
function nodesOf({ face }: Served): UAVariable[] {
  const namespace = face.server.engine.addressSpace!.getNamespace(plantsUri);
  return [...(namespace as unknown as { nodeIterator(): IterableIterator<UAVariable> }).nodeIterator()];
}
const idOf = ({ nodeId }: UAVariable): string => String(nodeId.value);
const idsOf = (of: Served): string[] => nodesOf(of).map(idOf).sort();
/** Variables that could be written past the gate. */
const openDoors = (of: Served): string[] =>
  nodesOf(of)
    .filter((node) => node.nodeClass === NodeClass.Variable && !Object.hasOwn(node, 'writeValue'))
    .filter(({ accessLevel }) => (accessLevel & AccessLevelFlag.CurrentWrite) !== 0)
    .map(idOf);

describe.each(['flat', 'lads'] as const)('plants that come and go while the server runs (%s)', (profile) => {
  it('are there to read, to step and to write, safe as the others, and gone without a trace', async () => {
    now = await served('ecoli-exponential', { profile });
    const of = now;
    const before = idsOf(of);
    const client = await of.connect();
    try {
      expect(of.station.sessions.get('opcua')?.()).toBe(1);
      of.station.addPlant(eve, { ...order, name: 'Late' });
      const values: DataValue[] = [];
      await client.watch(['Late.clock.scan.count'], 50, (_, value) => values.push(value));
      expect((await client.call('Late.Clock.Step', ['60'])).statusCode).toEqual(StatusCodes.Good);
      await vi.waitFor(() => expect(values.at(-1)!.value.value).toBeGreaterThan(0));
      expect(await client.write('Late.feed.rate.mode', '1')).toBe('Good');
      expect(await client.write('Late.feed.rate.setpoint', '99')).toBe('BadOutOfRange');
      expect(await client.write('Late.DO.probe.measured', '5')).toBe('BadNotWritable');
      expect(openDoors(of)).toEqual([]);
      expect(idsOf(of).length).toBeGreaterThan(before.length + 50);

      of.station.removePlant(eve, 'Late');
      expect(idsOf(of)).toEqual(before);
      const [gone] = await client.read(['Late.clock.scan.count']);
      expect(gone!.statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
      expect((await client.read(['Bioreactor1.clock.scan.count']))[0]!.value.dataType).toBe(DataType.Double);
      const children = await client.browse('');
      expect(children.map(({ name }) => name)).not.toContain('Late');
    } finally {
      await client.close();
    }
  });
});
