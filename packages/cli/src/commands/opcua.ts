import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '@fedbatch/opcua';
import { Station } from '@fedbatch/station';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { tableText } from '../number-text.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

export interface OpcuaCommandOptions {
  readonly endpoint: string;
  readonly security: string;
  readonly user?: string;
  readonly password?: string;
  readonly pki: string;
  readonly every?: string;
}

/** Opens a connection, does one thing with it, closes it. */
async function connected(
  options: OpcuaCommandOptions,
  act: (connection: Connection) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { Connection, policyNames, sendLibraryLog } = await import('@fedbatch/opcua');
  sendLibraryLog(() => undefined);
  const problems = new Problems();
  if (!policyNames.includes(options.security))
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      `There is no security \`${options.security.slice(0, 40)}\`.`,
      `Choose ${policyNames.join(', ')}.`,
    );
  problems.throwIfAny();
  const password = options.password ?? process.env.FEDBATCH_PASSWORD;
  let connection: Connection;
  try {
    connection = await Connection.open({ ...options, ...(password !== undefined && { password }) });
  } catch (error) {
    problems.error(
      'CLI_OPCUA_CONNECT',
      undefined,
      `${options.endpoint} lets nobody in with security ${options.security}${options.user ? ` and the user ${options.user}` : ''}: ${reasonOf(error)}.`,
      'Is the server there, is this client trusted (`fedbatch opcua trust`), and are --user and FEDBATCH_PASSWORD right?',
    );
    throw new ProblemError(problems.list);
  }
  try {
    return await act(connection);
  } finally {
    await connection.close();
  }
}

const reasonOf = (error: unknown): string => {
  const text = String((error as Error).message ?? error)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return (/Bad[A-Z]\w+/.exec(text)?.[0] ?? text.slice(0, 200)) || 'no answer';
};

export const browse = (node: string, options: OpcuaCommandOptions, out: Terminal): Promise<ExitCode> =>
  connected(options, async (connection) => {
    const found = await connection.browse(node);
    out.print(
      found.length === 0
        ? 'Nothing is below it.'
        : tableText(
            found.map(({ kind, name, id }) => [kind, name, id]),
            [],
          ),
    );
    return exitCodes.met;
  });

export const read = (nodes: readonly string[], options: OpcuaCommandOptions, out: Terminal): Promise<ExitCode> =>
  connected(options, async (connection) => {
    const values = await connection.read(nodes);
    out.print(
      tableText(
        values.map((value, i) => [nodes[i]!, ...cells(value)]),
        [],
      ),
    );
    return values.every(({ statusCode }) => !statusCode.name.startsWith('Bad')) ? exitCodes.met : exitCodes.missed;
  });

export const write = (node: string, value: string, options: OpcuaCommandOptions, out: Terminal): Promise<ExitCode> =>
  connected(options, async (connection) => {
    const status = await connection.write(node, value);
    out.print(status);
    return status === 'Good' ? exitCodes.met : exitCodes.missed;
  });

export const call = (
  method: string,
  inputs: readonly string[],
  options: OpcuaCommandOptions,
  out: Terminal,
): Promise<ExitCode> =>
  connected(options, async (connection) => {
    const { statusCode, outputArguments } = await connection.call(method, inputs);
    out.print([statusCode.name, ...(outputArguments ?? []).map(({ value }) => plainText(value))].join('\n'));
    return statusCode.name === 'Good' ? exitCodes.met : exitCodes.missed;
  });

export const watch = (nodes: readonly string[], options: OpcuaCommandOptions, out: Terminal): Promise<ExitCode> =>
  connected(options, async (connection) => {
    const stop = stopSignal(() => undefined);
    const end = await connection.watch(nodes, Number(options.every ?? 500), (node, value) =>
      out.print([node, ...cells(value)].join('  ')),
    );
    await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
    stop.release();
    await end();
    return exitCodes.met;
  });

/** Writes the address space of a scenario's plant as a NodeSet2 file. */
export async function nodeset(
  scenario: string,
  { out: file, profile }: { readonly out: string; readonly profile: string },
  out: Terminal,
): Promise<ExitCode> {
  const { OpcuaFace, sendLibraryLog } = await import('@fedbatch/opcua');
  sendLibraryLog(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'fedbatch-nodeset-'));
  const station = new Station({ folder, scenarios: [scenario], clock: 'lockstep', speed: 1 });
  try {
    writeFileSync(file, await OpcuaFace.nodeset(station, profile === 'flat' ? 'flat' : 'lads'));
  } finally {
    station.close();
    rmSync(folder, { recursive: true, force: true });
  }
  out.print(`Address space in ${file}.`);
  return exitCodes.met;
}

/** Shows who was not let in, or lets one in. */
export async function trust(
  thumbprint: string | undefined,
  { data }: { readonly data: string },
  out: Terminal,
): Promise<ExitCode> {
  const { rejectedCertificates, trustRejected } = await import('@fedbatch/opcua');
  const folder = join(data, 'pki', 'server');
  if (thumbprint === undefined) {
    const list = rejectedCertificates(folder);
    out.print(list.map((one) => `${one.thumbprint}  ${one.subject}`).join('\n') || 'Nobody was turned away.');
    return exitCodes.met;
  }
  const subject = trustRejected(folder, thumbprint);
  if (subject !== undefined) {
    out.print(`Trusted from now on: ${subject}`);
    return exitCodes.met;
  }
  const problems = new Problems();
  problems.error(
    'CLI_OPCUA_TRUST',
    undefined,
    `No certificate that was turned away, or more than one, begins with \`${thumbprint.slice(0, 60)}\`.`,
    'Give 8 digits or more of a thumbprint that `fedbatch opcua trust` lists.',
  );
  throw new ProblemError(problems.list);
}

function cells(value: {
  readonly value: { readonly value: unknown };
  readonly statusCode: { readonly name: string };
  readonly sourceTimestamp?: Date | null;
}): string[] {
  return [plainText(value.value?.value), value.statusCode.name, value.sourceTimestamp?.toISOString() ?? ''];
}

function plainText(value: unknown): string {
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)].join(' ');
  return value === null || value === undefined
    ? '-'
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}
