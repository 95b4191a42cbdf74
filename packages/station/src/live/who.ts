import type { Actor } from '@fedbatch/records';
import type { Person, Role } from '@fedbatch/vocabulary';

/** The station itself, where nobody asked. */
export const station: Person = { name: 'station', role: 'administrator', face: 'station', session: null };

/** Who did it, as a record has it. */
export const personOf = ({ human, agent, role, session }: Actor): Person => ({
  name: human ?? '-',
  role: (role ?? 'observer') as Role,
  face: agent ?? '-',
  session,
});
