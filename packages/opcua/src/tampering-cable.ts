import { connect, createServer, type Socket } from 'node:net';

/** What is sent on in the place of a chunk, by its place among those that the client sent. */
export type Tamper = (chunk: Buffer, place: number) => readonly Buffer[];

export interface Cable {
  readonly port: number;
  /** What is done to the client's chunks from now on. */
  tamper: Tamper;
  /** Chunks that the client has sent, whole. */
  readonly sent: readonly Buffer[];
  /** Connections that the server has closed. */
  readonly closed: number;
  /** Pulls the cable: everything that goes through is cut at once. */
  cut(): void;
}

const honest: Tamper = (chunk) => [chunk];
const headerBytes = 8;

/** A loopback connection to a port that passes on whole chunks of OPC 10000-6, 7.1.2.2, and may do something to them. */
export function cableTo(port: number): Promise<Cable> {
  const sockets: Socket[] = [];
  const sent: Buffer[] = [];
  let closed = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    let rest = Buffer.alloc(0);
    near.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= headerBytes && rest.length >= rest.readUInt32LE(4)) {
        const chunk = rest.subarray(0, rest.readUInt32LE(4));
        rest = rest.subarray(chunk.length);
        sent.push(chunk);
        for (const part of cable.tamper(chunk, sent.length - 1)) far.write(part);
      }
    });
    far.pipe(near);
    far.on('close', () => {
      closed++;
      near.destroy();
    });
    near.on('close', () => far.destroy());
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      sockets.push(socket);
    }
  });
  const cable = {
    port: 0,
    tamper: honest,
    sent,
    get closed() {
      return closed;
    },
    cut: (): void => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      cable.port = (server.address() as { port: number }).port;
      resolve(cable);
    });
  });
}
