import { type HttpSettings, type OpcuaSettings, type ServeSettings, Station, versions } from '@fedbatch/station';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { bannerData, bannerText, type Serving } from '../serve/banner.ts';
import { firstUser } from '../serve/first-user.ts';
import { type ServeCommandOptions, settingsOf } from '../serve/serve-options.ts';
import { ServerLog } from '../serve/server-log.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

/** What is to be ended when the server stops, the latest first. */
type Endings = (() => Promise<void> | void)[];

/** Serves live plants, runs and studies until it is stopped. Throws ProblemError for bad input. */
export async function serve(
  scenarios: readonly string[],
  options: ServeCommandOptions,
  out: Terminal,
): Promise<ExitCode> {
  const settings = settingsOf(scenarios, options);
  const stop = stopSignal(() => out.error('Stopping: readers are let go, the journals are being closed.'));
  const stopped = new Promise<void>((resolve) =>
    stop.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  const endings: Endings = [stop.release];
  let serving: Serving;
  try {
    serving = await start(settings, options, out, endings);
    out.print(options.json ? JSON.stringify(bannerData(serving)) : bannerText(serving));
    await stopped;
  } finally {
    for (const end of endings.reverse()) await end();
  }
  out.error(lateText(serving.station));
  return exitCodes.met;
}

async function start(
  settings: ServeSettings,
  { verbose }: ServeCommandOptions,
  out: Terminal,
  endings: Endings,
): Promise<Serving> {
  const log = settings.log === 'off' ? undefined : new ServerLog(settings.log);
  if (log) endings.push(() => log.close());
  const version = versions().fedbatch!;
  log?.says('info', 'the server starts', { version });
  endings.push(() => log?.says('info', 'the server has stopped'));
  const station = new Station(settings.station);
  endings.push(() => station.close());
  log?.follow(station);
  const opcua = settings.opcua === 'off' ? undefined : await startOpcua(station, settings.opcua, version, out, verbose);
  if (opcua) endings.push(() => opcua.stop());
  const http = settings.http === 'off' ? undefined : await startHttp(station, settings.http, log);
  if (http) endings.push(() => http.stop());
  // Not before the ports are there: a password that is made is shown once, by the banner.
  const made = firstUser(station);
  station.start();
  const serving = { station, settings, ...(opcua && { opcua }), ...(http && { http }), ...(made && { made }) };
  log?.says('info', 'the server takes work', {
    ...(opcua && { opcua: opcua.endpoint }),
    ...(http && { http: http.address }),
    plants: [...station.plants.keys()],
  });
  return serving;
}

// The libraries of the servers take a while to load, which no other command and no server without them should wait for.
async function startOpcua(
  station: Station,
  given: OpcuaSettings,
  version: string,
  out: Terminal,
  verbose: boolean | undefined,
) {
  const { OpcuaFace, returnStartUpMemory, sendLibraryLog } = await import('@fedbatch/opcua');
  sendLibraryLog((line) => verbose && out.error(line));
  try {
    const face = await OpcuaFace.start(station, { ...given, version });
    returnStartUpMemory();
    return face;
  } catch (error) {
    throw cannotListen('--opcua', given, error);
  }
}

async function startHttp(station: Station, given: HttpSettings, log: ServerLog | undefined) {
  const { ApiFace } = await import('@fedbatch/api');
  try {
    return await ApiFace.start(station, { ...given, ...(log && { log: log.write }) });
  } catch (error) {
    throw given.tls && isOfCertificate(error) ? badCertificate(given.tls, error) : cannotListen('--http', given, error);
  }
}

const isOfCertificate = (error: unknown): error is Error => {
  const { syscall, code = '' } = error as NodeJS.ErrnoException;
  return syscall === 'open' || syscall === 'read' || /^ERR_(OSSL|TLS)/.test(code);
};

function badCertificate({ certificate, key }: NonNullable<HttpSettings['tls']>, { message }: Error): ProblemError {
  return problem(
    'CLI_SERVE_TLS',
    `The certificate ${certificate} with the key ${key} cannot be used: ${message}.`,
    'Both are PEM files that belong together and that this user may read.',
  );
}

function cannotListen(option: string, { host, port }: { host: string; port: number }, error: unknown): unknown {
  const why = /EADDRINUSE|EADDRNOTAVAIL|EACCES|ENOTFOUND/.exec(String((error as Error).message ?? error))?.[0];
  if (why === undefined) return error;
  return problem(
    'CLI_SERVE_PORT',
    `Port ${port} of ${host} cannot be listened on: ${why}.`,
    `Stop what uses it, or choose another with ${option}.`,
  );
}

function problem(code: string, says: string, remedy: string): ProblemError {
  const problems = new Problems();
  problems.error(code, undefined, says, remedy);
  return new ProblemError(problems.list);
}

function lateText(station: Station): string {
  const late = [...station.plants.values()].reduce((sum, { clock }) => sum + clock.late, 0);
  return late === 0 ? 'Stopped; no scan came late.' : `Stopped; ${late} scans came late.`;
}
