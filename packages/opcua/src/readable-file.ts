import { type FileHandle, open } from 'node:fs/promises';
import {
  DataType,
  type ISessionContext,
  type StatusCode,
  StatusCodes,
  type UAMethod,
  type UAObject,
  type UAVariable,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import type { Done } from './method-call.ts';
import type { SessionLike } from './who.ts';

/** Only reading, of the modes of OPC 10000-20, 4.2.2. */
const readMode = 1;
/** More in one answer would not fit the messages that clients take. */
const longestRead = 1_000_000;
/** Handles that one file has open at once. */
const mostHandles = 16;

interface Open {
  readonly file: FileHandle;
  readonly session: object | null | undefined;
  position: number;
}

/** Lets a FileType object of OPC 10000-20 read the first `bytes` of a file on the disk. What grows after that is for a later one. */
export function showFile(node: UAObject, path: string, bytes: number): void {
  const opened = new Map<number, Open>();
  let last = 0;
  const child = (name: string) => node.getChildByName(name, 0);
  const set = (name: string, value: Variant): void => (child(name) as UAVariable | null)?.setValueFromSource(value);
  const count = (): void => set('OpenCount', new Variant({ dataType: DataType.UInt16, value: opened.size }));
  const uint64 = (value: number): Variant =>
    new Variant({
      dataType: DataType.UInt64,
      arrayType: VariantArrayType.Scalar,
      value: [Math.floor(value / 2 ** 32), value % 2 ** 32],
    });
  set('Size', uint64(bytes));
  for (const right of ['Writable', 'UserWritable'])
    set(right, new Variant({ dataType: DataType.Boolean, value: false }));
  count();
  const close = async (handle: number): Promise<void> => {
    const found = opened.get(handle);
    opened.delete(handle);
    count();
    await found?.file.close();
  };
  /** Only the session that opened a handle may use it. */
  const bind = (
    name: string,
    act: (found: Open, handle: number, input: Variant | undefined) => Promise<Variant[] | StatusCode>,
  ): void =>
    (child(name) as UAMethod | null)?.bindMethod(
      ([handle, input]: Variant[], { session }: ISessionContext, done: Done) => {
        const found = opened.get(Number(handle?.value));
        if (!found || found.session !== session) return done(null, { statusCode: StatusCodes.BadInvalidArgument });
        act(found, Number(handle!.value), input).then(
          (given) =>
            done(
              null,
              Array.isArray(given) ? { statusCode: StatusCodes.Good, outputArguments: given } : { statusCode: given },
            ),
          () => done(null, { statusCode: StatusCodes.BadResourceUnavailable }),
        );
      },
    );
  (child('Open') as UAMethod).bindMethod(([mode]: Variant[], { session }: ISessionContext, done: Done) => {
    if (mode?.value !== readMode) return done(null, { statusCode: StatusCodes.BadNotWritable });
    if (opened.size >= mostHandles) return done(null, { statusCode: StatusCodes.BadTooManyOperations });
    open(path).then(
      (file) => {
        const handle = ++last;
        opened.set(handle, { file, session, position: 0 });
        count();
        (session as SessionLike | undefined)?.once?.('session_closed', () => void close(handle));
        const outputArguments = [new Variant({ dataType: DataType.UInt32, value: handle })];
        done(null, { statusCode: StatusCodes.Good, outputArguments });
      },
      () => done(null, { statusCode: StatusCodes.BadNotFound }),
    );
  });
  bind('Read', async (found, _, length) => {
    if (!(length!.value > 0)) return StatusCodes.BadInvalidArgument;
    const wanted = Math.min(length!.value, longestRead, Math.max(0, bytes - found.position));
    const { bytesRead, buffer } = await found.file.read(Buffer.alloc(wanted), 0, wanted, found.position);
    found.position += bytesRead;
    return [new Variant({ dataType: DataType.ByteString, value: buffer.subarray(0, bytesRead) })];
  });
  bind('Write', async () => StatusCodes.BadNotWritable);
  bind('GetPosition', async ({ position }) => [uint64(position)]);
  bind('SetPosition', async (found, _, position) => {
    const [high, low] = position!.value as [number, number];
    found.position = Math.min(bytes, high * 2 ** 32 + low);
    return [];
  });
  bind('Close', async (_, handle) => {
    await close(handle);
    return [];
  });
}
