import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { hashPassword, Station } from '@fedbatch/station';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { wholeOption } from '../member-options.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';
import { versions } from '../versions.ts';

export interface ServeCommandOptions {
  readonly port: string;
  readonly host: string;
  readonly clock: string;
  readonly profile: string;
  readonly copies: string;
  readonly data: string;
  readonly stamps: string;
  readonly flush: string;
  readonly insecureLab?: boolean;
  readonly set: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

const loopback = ['127.0.0.1', '::1', 'localhost'];

/** Serves live plants until it is stopped. Throws ProblemError for bad input. */
export async function serve(
  scenarios: readonly string[],
  options: ServeCommandOptions,
  out: Terminal,
): Promise<ExitCode> {
  const settings = settingsOf(options);
  const station = new Station({ folder: options.data, scenarios, settings: options.set, ...settings });
  const made = firstUser(station);
  // The server's library takes half a second to load, which no other command should wait for.
  const { OpcuaFace, returnStartUpMemory, sendLibraryLog } = await import('@fedbatch/opcua');
  sendLibraryLog((line) => options.verbose && out.error(line));
  let face: Awaited<ReturnType<typeof OpcuaFace.start>>;
  try {
    face = await OpcuaFace.start(station, { ...settings, version: versions().fedbatch! });
  } catch (error) {
    station.close();
    throw cannotListen(options, error);
  }
  const stop = stopSignal(() => out.error('Stopping: the journals are being closed.'));
  returnStartUpMemory();
  station.start();
  out.print(options.json ? JSON.stringify(bannerOf(station, face, made)) : bannerText(station, face, made, options));
  await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  await face.stop();
  station.close();
  stop.release();
  out.error(lateText(station));
  return exitCodes.met;
}

function settingsOf({ port, host, clock, profile, copies, stamps, flush, insecureLab }: ServeCommandOptions) {
  const problems = new Problems();
  const wrong = (option: string, value: string, remedy: string): undefined =>
    problems.error('CLI_OPTION_VALUE', undefined, `${option} is \`${value.slice(0, 40)}\`.`, remedy);
  const speed = /^x(\d+(?:\.\d+)?)$/.exec(clock)?.[1];
  const isPaced = clock === 'realtime' || (speed !== undefined && Number(speed) > 0);
  if (!isPaced && clock !== 'lockstep') wrong('--clock', clock, 'Choose realtime, a factor such as x60, or lockstep.');
  if (profile !== 'lads' && profile !== 'flat') wrong('--profile', profile, 'Choose lads or flat.');
  if (stamps !== 'wall' && stamps !== 'simulated') wrong('--stamps', stamps, 'Choose wall or simulated.');
  if (flush !== 'each' && flush !== 'second') wrong('--flush', flush, 'Choose each or second.');
  if (insecureLab && !loopback.includes(host))
    problems.error(
      'CLI_SERVE_LAB',
      undefined,
      `--insecure-lab opens the plants to whoever reaches ${host}.`,
      'Leave out --host, or leave out --insecure-lab.',
    );
  const numbers = {
    port: wholeOption('--port', port, 1, 65_535, problems),
    copies: wholeOption('--copies', copies, 1, 1000, problems),
  };
  problems.throwIfAny();
  return {
    ...numbers,
    host: host === 'localhost' ? '127.0.0.1' : host,
    clock: clock === 'lockstep' ? ('lockstep' as const) : ('paced' as const),
    speed: Number(speed ?? 1),
    profile: profile as 'lads' | 'flat',
    lab: insecureLab ? ('open' as const) : ('locked' as const),
    stamps: stamps as 'wall' | 'simulated',
    flush: flush as 'each' | 'second',
  };
}

/** A station without users gets one, whose password is shown once and kept as a hash. */
function firstUser(station: Station): { readonly name: string; readonly password: string } | undefined {
  if (station.users.list.length > 0) return undefined;
  const password = randomBytes(12).toString('base64url');
  station.users.put({ name: 'admin', role: 'administrator', password: hashPassword(password) });
  return { name: 'admin', password };
}

type Face = { readonly endpoint: string; readonly pki: string; readonly namespaceIndex: number };
type Made = ReturnType<typeof firstUser>;

function bannerOf(station: Station, { endpoint, pki, namespaceIndex }: Face, made: Made): object {
  const plants = [...station.plants.values()].map(({ name, plan, tags, live }) => ({
    name,
    scenario: plan.title.title,
    tags: tags.length,
    timeH: live.timeH,
  }));
  return {
    endpoint,
    namespaceIndex,
    pki,
    users: station.users.list.map(({ name, role }) => ({ name, role })),
    plants,
    ...(made && { made }),
  };
}

function bannerText(
  station: Station,
  { endpoint, pki, namespaceIndex }: Face,
  made: Made,
  options: ServeCommandOptions,
): string {
  const isOpen = options.insecureLab === true;
  const plants = [...station.plants.values()];
  const shown = plants.slice(0, 8).map(({ name, plan, tags, live }) => {
    const from = live.scans > 0 ? `, goes on at ${live.timeH.toFixed(2)} h` : '';
    return `  ${name}  ${plan.title.title} (${tags.length} tags${from})`;
  });
  const more = plants.length > shown.length ? [`  and ${plants.length - shown.length} more`] : [];
  return [
    ...(isOpen ? ['*** INSECURE LAB: no encryption needed, everybody on this machine may read. ***', ''] : []),
    `OPC UA    ${endpoint}  (profile ${options.profile})`,
    `node ids  ns=${namespaceIndex};s=${plants[0]!.name}.feed.rate.setpoint and so on`,
    `security  ${isOpen ? 'None, or ' : ''}SignAndEncrypt with Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss`,
    `          a client's certificate is trusted once: fedbatch opcua trust --data ${options.data}`,
    `users     ${station.users.list.map(({ name, role }) => `${name} (${role})`).join(', ')}  in ${join(options.data, 'users.json')}`,
    ...(made
      ? [`          ${made.name} was made now with the password ${made.password}  - it is not shown again`]
      : []),
    `keys      ${pki}`,
    `clock     ${options.clock}`,
    'plants',
    ...shown,
    ...more,
    'Ctrl-C stops.',
  ].join('\n');
}

function lateText(station: Station): string {
  const late = [...station.plants.values()].reduce((sum, { clock }) => sum + clock.late, 0);
  return late === 0 ? 'Stopped; no scan came late.' : `Stopped; ${late} scans came late.`;
}

function cannotListen({ host, port }: ServeCommandOptions, error: unknown): Error {
  const text = String((error as Error).message ?? error);
  if (!/EADDRINUSE|EADDRNOTAVAIL|EACCES/.test(text)) return error as Error;
  const problems = new Problems();
  problems.error(
    'CLI_SERVE_PORT',
    undefined,
    `Port ${port} of ${host} cannot be listened on: ${/E[A-Z]+/.exec(text)![0]}.`,
    'Stop what uses it, or choose another with --port.',
  );
  return new ProblemError(problems.list);
}
