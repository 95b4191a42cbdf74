import type { Socket } from 'node:net';
import type { Station } from '@fedbatch/station';
import { type OPCUAServer, X509IdentityToken } from 'node-opcua';
import { thumbprintOf } from './who.ts';

/** A client may ask for less; a dropped one locks nobody out for longer than this, ms. */
export const longestSessionMs = 60_000;
/** A socket that has not opened a channel by then is closed, ms. */
export const handshakeMs = 5_000;

interface Session {
  /** Whether the channel that it was used over is gone. */
  readonly aborted: boolean;
  readonly authenticationToken: unknown;
}

interface Inner {
  readonly _on_CreateSessionRequest: (
    message: { request: { requestedSessionTimeout: number } },
    channel: unknown,
  ) => unknown;
  readonly currentSessionCount: number;
  readonly engine: {
    readonly serverCapabilities: { readonly maxSessions: number };
    readonly _sessions?: Readonly<Record<string, Session>>;
    closeSession(token: unknown, deleteSubscriptions: boolean, reason: string): unknown;
  };
  readonly endpoints: readonly {
    readonly _server?: { prependListener(event: 'connection', listener: (socket: Socket) => void): unknown };
  }[];
}

/** What node-opcua leaves open: sessions of up to 50 minutes that nobody holds, and sockets that never say a word. */
export function guardSessions(server: OPCUAServer): void {
  const inner = server as unknown as Inner;
  const create = inner._on_CreateSessionRequest;
  const guarded: Inner['_on_CreateSessionRequest'] = async (message, channel) => {
    const asked = message.request.requestedSessionTimeout;
    message.request.requestedSessionTimeout = asked > 0 ? Math.min(asked, longestSessionMs) : longestSessionMs;
    if (inner.currentSessionCount >= inner.engine.serverCapabilities.maxSessions) await dropOrphan(inner);
    return create.call(server, message, channel);
  };
  Object.assign(server, { _on_CreateSessionRequest: guarded });
}

/** Makes room for a client by ending a session whose connection is gone. */
async function dropOrphan({ engine }: Inner): Promise<void> {
  const orphan = Object.values(engine._sessions ?? {}).find(({ aborted }) => aborted);
  if (orphan) await engine.closeSession(orphan.authenticationToken, true, 'Timeout');
}

type Authorised = (error: Error | null, isAuthorised?: boolean) => void;

/** A certificate that the users' folder trusts says who somebody is; whether that is a user of the station, the station says, and writes it down. */
export function guardCertificateUsers(server: OPCUAServer, station: Station): void {
  const inner = server as unknown as {
    isUserAuthorized(channel: unknown, session: unknown, token: unknown, done: Authorised): void;
  };
  const original = inner.isUserAuthorized;
  const guarded: typeof original = (channel, session, token, done) => {
    if (!(token instanceof X509IdentityToken)) return original.call(server, channel, session, token, done);
    const thumbprint = thumbprintOf(token.certificateData);
    const user = station.users.ofCertificate(thumbprint);
    station.note(
      'login',
      user?.name ?? thumbprint,
      'opcua',
      user ? { role: user.role, certificate: thumbprint } : { refused: 'no user has this certificate' },
    );
    done(null, user !== undefined);
  };
  Object.assign(server, { isUserAuthorized: guarded });
}

/** What the answer to a hello takes; whoever opened a channel was sent more. */
const helloAnswerBytes = 100;

/** Closes sockets that do not speak, or not with the first bytes that OPC 10000-6, 7.1.2.2 asks for. */
export function guardSockets(server: OPCUAServer, limitMs: number): void {
  for (const endpoint of (server as unknown as Inner).endpoints)
    endpoint._server?.prependListener('connection', (socket) => {
      containFailures(socket);
      const timer = setTimeout(() => {
        if (socket.bytesWritten < helloAnswerBytes) socket.destroy();
      }, limitMs);
      timer.unref();
      socket.once('close', () => clearTimeout(timer));
      socket.once('data', (first: Buffer) => {
        if (first.length >= 4 && first.toString('latin1', 0, 4) !== 'HELF') socket.destroy();
      });
    });
}

/**
 * The library throws at some bytes that come after a whole message, as a length that no chunk may have, and nobody catches it: one such client would end
 * the process with all plants. What fails here ends the connection that it came over.
 */
function containFailures(socket: Socket): void {
  const emit = socket.emit.bind(socket) as (event: string, ...values: unknown[]) => boolean;
  const contained = (event: string, ...values: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...values);
    try {
      return emit(event, ...values);
    } catch {
      socket.destroy();
      return true;
    }
  };
  Object.assign(socket, { emit: contained });
}
