import { type Cases, fullDesk, type World } from './world.ts';

const vessel = 'bench-15L';
const shipped = { kind: 'vessels', name: vessel };
const unknown = { kind: 'vessels', name: 'none-such' };

/** A vessel of one's own. */
function drafted(world: World): { path: Record<string, string>; version: string } {
  const name = world.newName();
  const { text } = world.station.library.read('vessels', vessel);
  const person = { name: 'eve', role: 'engineer', face: 'http', session: null } as const;
  const { version } = world.station.library.write(person, 'vessels', name, text, undefined);
  return { path: { kind: 'vessels', name }, version };
}

const versioned = ({ path, version }: ReturnType<typeof drafted>) => ({
  path,
  headers: { 'if-match': `"${version}"` },
});

export const library: Cases = {
  listLibrary: { 200: () => ({ path: { kind: 'scenarios' } }) },
  readLibrary: { 200: () => ({ path: shipped }), 404: () => ({ path: unknown }) },
  writeDraft: {
    201: (world) => ({ path: { kind: 'vessels', name: world.newName() }, body: { text: 'vessel: none yet\n' } }),
    200: (world) => ({ ...versioned(drafted(world)), body: { text: 'vessel: another one\n' } }),
    409: () => ({ path: shipped, body: { text: 'vessel: mine\n' } }),
    412: (world) => ({
      path: drafted(world).path,
      headers: { 'if-match': '"older"' },
      body: { text: 'vessel: mine\n' },
    }),
    422: () => ({ path: { kind: 'vessels', name: '../../etc/passwd' }, body: { text: 'vessel: mine\n' } }),
  },
  deleteDraft: {
    204: (world) => versioned(drafted(world)),
    404: () => ({ path: unknown, headers: { 'if-match': '"any"' } }),
    409: () => ({ path: shipped, headers: { 'if-match': '"any"' } }),
    412: (world) => ({ path: drafted(world).path, headers: { 'if-match': '"older"' } }),
    428: (world) => ({ path: drafted(world).path }),
  },
  checkLibrary: {
    200: () => ({ path: { kind: 'organisms', name: 'Anane2017-ecoli-closed' } }),
    404: () => ({ path: unknown }),
    503: (world) => {
      fullDesk(world);
      return { path: shipped };
    },
  },
  checkText: {
    200: () => ({ body: { kind: 'organisms', text: 'organism: without anything\n' } }),
    503: (world) => {
      fullDesk(world);
      return { body: { kind: 'organisms', text: 'organism: without anything\n' } };
    },
  },
  explainLibrary: {
    200: () => ({ path: { kind: 'organisms', name: 'Anane2017-ecoli-closed' } }),
    404: () => ({ path: unknown }),
    422: () => ({ path: { kind: 'studies', name: 'ecoli-feeding' } }),
    503: (world) => {
      fullDesk(world);
      return { path: shipped };
    },
  },
  getSchema: { 200: () => ({ path: { kind: 'scenario' } }) },
};
