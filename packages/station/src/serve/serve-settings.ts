import { type Place, Problems } from '@fedbatch/vocabulary';
import type { Flush } from '../live/plant-record.ts';
import type { ServedScenario } from '../live/served-plants.ts';
import type { StationOptions, WorkLimits } from '../live/station.ts';
import type { ClockSetting } from './clock-text.ts';

interface Listening {
  readonly port: number;
  readonly host: string;
  /** open: reading without a name or a token, on this machine only. */
  readonly lab: 'locked' | 'open';
}

export interface OpcuaSettings extends Listening {
  readonly profile: 'lads' | 'flat';
  readonly stamps: 'wall' | 'simulated';
}

export interface HttpSettings extends Listening {
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly readers?: number;
  readonly requestsPerMinute?: number;
}

/** Part of a server as somebody wants it; `place` is where that was written. */
type Wish<T> = Partial<T> & { readonly state?: 'on' | 'off'; readonly place?: Place };

/** What somebody says of a server, in a file or on a command line; what is left out is as usual. */
export interface ServeWishes {
  readonly data?: string;
  readonly library?: string;
  readonly plants?: readonly ServedScenario[];
  /** Of all plants; they count more than a plant's own. */
  readonly settings?: readonly string[];
  /** Of each plant, in the place of its own. */
  readonly copies?: number;
  readonly clock?: ClockSetting;
  readonly flush?: Flush;
  readonly opcua?: Wish<OpcuaSettings>;
  readonly http?: Wish<HttpSettings>;
  readonly work?: Partial<WorkLimits>;
  /** off, stderr, or a file. */
  readonly log?: string;
}

/** A server in full. */
export interface ServeSettings {
  readonly station: StationOptions;
  readonly opcua: 'off' | OpcuaSettings;
  readonly http: 'off' | HttpSettings;
  readonly log: string;
}

const loopback = ['127.0.0.1', '::1', 'localhost'];
const usual = {
  opcua: { port: 4840, host: '127.0.0.1', lab: 'locked', profile: 'lads', stamps: 'wall' },
  http: { port: 8080, host: '127.0.0.1', lab: 'locked' },
} as const;

/** Settles what is served from wishes of which the later count more. Throws ProblemError with everything that does not go together. */
export function settleServe(...wishes: readonly ServeWishes[]): ServeSettings {
  const problems = new Problems();
  const all: ServeWishes = Object.assign({}, ...wishes);
  const opcua = settlePart(usual.opcua, 'opcua', wishes, problems) as 'off' | OpcuaSettings;
  const http = settlePart(usual.http, 'http', wishes, problems) as 'off' | HttpSettings;
  const scenarios = (all.plants ?? []).map((one) => ({ ...one, ...(all.copies && { copies: all.copies }) }));
  if (http === 'off' && opcua === 'off')
    problems.error('STATION_SERVE_NOTHING', undefined, 'OPC UA and HTTP are both off.', 'Leave one of them on.');
  else if (http === 'off' && scenarios.length === 0)
    problems.error(
      'STATION_SERVE_NOTHING',
      undefined,
      'No plant is named, and without HTTP none can be added.',
      'Name a scenario, or leave HTTP on.',
    );
  problems.throwIfAny();
  const { data = 'results/station', library, settings, clock, flush, work, log = 'off' } = all;
  return {
    station: {
      folder: data,
      scenarios,
      ...(library !== undefined && { library }),
      ...(settings && { settings }),
      ...(clock ?? { clock: 'paced', speed: 1 }),
      ...(flush && { flush }),
      ...(work && { work }),
    },
    opcua,
    http,
    log,
  };
}

function settlePart(
  base: Listening,
  part: 'opcua' | 'http',
  wishes: readonly ServeWishes[],
  problems: Problems,
): 'off' | Listening {
  const { state, place, ...settings } = Object.assign({}, base, ...wishes.map((wish) => wish[part])) as Wish<Listening>;
  if (state === 'off') return 'off';
  const { host, lab } = settings as Listening;
  if (lab === 'open' && !loopback.includes(host))
    problems.error(
      'STATION_SERVE_LAB',
      place,
      `The open lab would open the plants over ${part === 'http' ? 'HTTP' : 'OPC UA'} to whoever reaches ${host}.`,
      'Leave out the host, or leave the lab locked.',
    );
  return { ...settings, host: host === 'localhost' ? '127.0.0.1' : host } as Listening;
}
