import { join } from 'node:path';
import type { ServeSettings, Station } from '@fedbatch/station';
import { type FirstUser, firstTokenHours } from './first-user.ts';

/** What is served now, for whoever started it. */
export interface Serving {
  readonly station: Station;
  readonly settings: ServeSettings;
  readonly opcua?: { readonly endpoint: string; readonly pki: string; readonly namespaceIndex: number };
  readonly http?: { readonly address: string };
  readonly made?: FirstUser;
}

const shownPlants = 8;

/** The banner as data, for programs that start a server. */
export function bannerData({ station, opcua, http, made }: Serving): object {
  const plants = [...station.plants.values()].map(({ name, plan, tags, live }) => ({
    name,
    scenario: plan.title.title,
    tags: tags.length,
    timeH: live.timeH,
  }));
  return {
    ...(opcua && { endpoint: opcua.endpoint, namespaceIndex: opcua.namespaceIndex, pki: opcua.pki }),
    ...(http && { http: http.address, docs: `${http.address}/docs` }),
    users: station.users.list.map(({ name, role }) => ({ name, role })),
    plants,
    ...(made && { made }),
  };
}

export function bannerText(serving: Serving): string {
  const { station, settings } = serving;
  const { folder } = station;
  const isOpen = [settings.opcua, settings.http].some((part) => part !== 'off' && part.lab === 'open');
  return [
    ...(isOpen ? ['*** INSECURE LAB: no encryption needed, everybody on this machine may read. ***', ''] : []),
    ...opcuaLines(serving),
    ...httpLines(serving),
    `users     ${station.users.list.map(({ name, role }) => `${name} (${role})`).join(', ')}  in ${join(folder, 'users.json')}`,
    ...madeLines(serving),
    `clock     ${clockText(settings)}`,
    ...plantLines(serving),
    'Ctrl-C stops.',
  ].join('\n');
}

function opcuaLines({ station, settings, opcua }: Serving): string[] {
  if (!opcua || settings.opcua === 'off') return [];
  const plant = [...station.plants.keys()][0] ?? 'Bioreactor1';
  return [
    `OPC UA    ${opcua.endpoint}  (profile ${settings.opcua.profile})`,
    `          node ids: ns=${opcua.namespaceIndex};s=${plant}.feed.rate.setpoint and so on`,
    `          ${settings.opcua.lab === 'open' ? 'None, or ' : ''}SignAndEncrypt with Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss`,
    `          a client's certificate is trusted once: fedbatch opcua trust --data ${station.folder}`,
    `          keys of the server: ${opcua.pki}`,
  ];
}

function httpLines({ station, settings, http }: Serving): string[] {
  if (!http || settings.http === 'off') return [];
  const { tls, host, lab } = settings.http;
  const isBare = !tls && host !== '127.0.0.1' && host !== '::1';
  return [
    `HTTP      ${http.address}/v1  ${tls ? '(TLS)' : '(not encrypted)'}`,
    `          reference: ${http.address}/docs`,
    ...(isBare
      ? ['          tokens can be read on the network: give --certificate and --key, or put a proxy before it']
      : []),
    lab === 'open'
      ? '          reading needs no token; all else does'
      : `          needs a token: fedbatch users token NAME --data ${station.folder}`,
  ];
}

function madeLines({ made, http }: Serving): string[] {
  if (!made) return [];
  return [
    `          ${made.name} was made now with the password ${made.password}  - it is not shown again`,
    ...(http ? [`          a token for HTTP that lasts ${firstTokenHours} h: ${made.token}`] : []),
  ];
}

function plantLines({ station }: Serving): string[] {
  const plants = [...station.plants.values()];
  if (plants.length === 0) return ['plants    none yet; POST /v1/plants adds one'];
  const shown = plants.slice(0, shownPlants).map(({ name, plan, tags, live }) => {
    const from = live.scans > 0 ? `, goes on at ${live.timeH.toFixed(2)} h` : '';
    return `  ${name}  ${plan.title.title} (${tags.length} tags${from})`;
  });
  const rest = plants.length - shown.length;
  return ['plants', ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

function clockText({ station: { clock, speed } }: ServeSettings): string {
  if (clock === 'lockstep') return 'lockstep';
  return speed === 1 ? 'realtime' : `x${speed}`;
}
