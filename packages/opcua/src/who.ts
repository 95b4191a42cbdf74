import { createHash } from 'node:crypto';
import type { Station } from '@fedbatch/station';
import type { Person } from '@fedbatch/vocabulary';
import { type ISessionContext, UserNameIdentityToken, X509IdentityToken } from 'node-opcua';

/** A session as the server keeps it; the parts that this face looks at. */
export interface SessionLike {
  readonly userIdentityToken?: unknown;
  readonly sessionName?: string;
  readonly authenticationToken?: { toString(): string };
  once?(event: 'session_closed', listener: () => void): unknown;
}

export const thumbprintOf = (certificate: Uint8Array): string => createHash('sha1').update(certificate).digest('hex');

/** Who is behind a session: its user by name or certificate, else somebody who only looks. */
export function personOf(station: Station, context: ISessionContext): Person {
  const session = (context.session ?? undefined) as SessionLike | undefined;
  const token = session?.userIdentityToken;
  const common = { face: 'opcua', session: session?.sessionName ?? null };
  if (token instanceof UserNameIdentityToken) {
    const name = token.userName ?? '';
    return { name, role: station.users.roleOf(name) ?? 'observer', ...common };
  }
  if (token instanceof X509IdentityToken) {
    const user = station.users.ofCertificate(thumbprintOf(token.certificateData));
    if (user) return { name: user.name, role: user.role, ...common };
  }
  return { name: 'anonymous', role: 'observer', ...common };
}
