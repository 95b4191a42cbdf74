import type { Socket } from 'node:net';
import type { OPCUAServer } from 'node-opcua';

/** A client may ask for less; a dropped one locks nobody out for longer than this, ms. */
export const longestSessionMs = 60_000;
/** A socket that has not opened a channel by then is closed, ms. */
export const handshakeMs = 5_000;

interface Session {
  readonly channel?: unknown;
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
    closeSession(token: unknown, deleteSubscriptions: boolean, reason: string): void;
  };
  readonly endpoints: readonly {
    readonly _server?: { on(event: 'connection', listener: (socket: Socket) => void): unknown };
  }[];
}

/** What node-opcua leaves open: sessions of up to 50 minutes that nobody holds, and sockets that never say a word. */
export function guardSessions(server: OPCUAServer): void {
  const inner = server as unknown as Inner;
  const create = inner._on_CreateSessionRequest;
  const guarded: Inner['_on_CreateSessionRequest'] = (message, channel) => {
    const asked = message.request.requestedSessionTimeout;
    message.request.requestedSessionTimeout = asked > 0 ? Math.min(asked, longestSessionMs) : longestSessionMs;
    if (inner.currentSessionCount >= inner.engine.serverCapabilities.maxSessions) dropOrphan(inner);
    return create.call(server, message, channel);
  };
  Object.assign(server, { _on_CreateSessionRequest: guarded });
}

/** Makes room for a client by ending a session whose connection is gone. */
function dropOrphan({ engine }: Inner): void {
  const orphan = Object.values(engine._sessions ?? {}).find(({ channel }) => !channel);
  if (orphan) engine.closeSession(orphan.authenticationToken, true, 'Timeout');
}

/** Closes sockets that do not speak, or not with the first bytes that OPC 10000-6, 7.1.2.2 asks for. */
export function guardSockets(server: OPCUAServer): void {
  for (const endpoint of (server as unknown as Inner).endpoints)
    endpoint._server?.on('connection', (socket) => {
      const timer = setTimeout(() => {
        if (socket.bytesRead < 60) socket.destroy();
      }, handshakeMs);
      timer.unref();
      socket.once('close', () => clearTimeout(timer));
      socket.once('data', (first: Buffer) => {
        if (first.length >= 4 && first.toString('latin1', 0, 4) !== 'HELF') socket.destroy();
      });
    });
}
