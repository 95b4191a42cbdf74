import { clockOf, readServe, type ServeSettings, type ServeWishes, settleServe } from '@fedbatch/station';
import { Problems } from '@fedbatch/vocabulary';
import { wholeOption } from '../member-options.ts';

/** What the command line says of a server; what is left out is as the configuration has it. */
export interface ServeCommandOptions {
  readonly config?: string;
  readonly opcua?: string;
  readonly http?: string;
  readonly host?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly clock?: string;
  readonly profile?: string;
  readonly copies?: string;
  readonly data?: string;
  readonly library?: string;
  readonly stamps?: string;
  readonly flush?: string;
  readonly log?: string;
  readonly insecureLab?: boolean;
  readonly set: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** What is served, from the configuration and the command line, which counts more. Throws ProblemError. */
export function settingsOf(scenarios: readonly string[], options: ServeCommandOptions): ServeSettings {
  const wishes = wishesOf(scenarios, options);
  return options.config === undefined ? settleServe(wishes) : settleServe(readServe(options.config), wishes);
}

function wishesOf(scenarios: readonly string[], options: ServeCommandOptions): ServeWishes {
  const problems = new Problems();
  const { opcua, http, host, certificate, key, clock, profile, copies, data, library, stamps, flush, log, set } =
    options;
  const one = <W extends string>(option: string, text: string | undefined, words: readonly W[]): W | undefined => {
    if (text === undefined || words.includes(text as W)) return text as W | undefined;
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      `${option} is \`${text.slice(0, 40)}\`.`,
      `Choose ${words.join(' or ')}.`,
    );
    return undefined;
  };
  const listening = (option: string, text: string | undefined, least: number) => ({
    ...(text === 'off' && { state: 'off' as const }),
    ...(text !== undefined &&
      text !== 'off' && { state: 'on' as const, port: wholeOption(option, text, least, 65_535, problems) }),
    ...(host !== undefined && { host }),
    ...(options.insecureLab && { lab: 'open' as const }),
  });
  if ((certificate === undefined) !== (key === undefined))
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      `Of --certificate and --key there is ${certificate === undefined ? '--key' : '--certificate'} alone.`,
      'Give both, as PEM files.',
    );
  const profileWord = one('--profile', profile, ['lads', 'flat']);
  const stampsWord = one('--stamps', stamps, ['wall', 'simulated']);
  const flushWord = one('--flush', flush, ['each', 'second']);
  const wishes: ServeWishes = {
    ...(scenarios.length > 0 && { plants: scenarios.map((scenario) => ({ scenario })) }),
    ...(set.length > 0 && { settings: set }),
    ...(copies !== undefined && { copies: wholeOption('--copies', copies, 1, 1000, problems) }),
    ...(data !== undefined && { data }),
    ...(library !== undefined && { library }),
    ...(clock !== undefined && { clock: clockOf(clock, undefined, problems) }),
    ...(flushWord && { flush: flushWord }),
    ...(log !== undefined && { log }),
    opcua: {
      ...listening('--opcua', opcua, 1),
      ...(profileWord && { profile: profileWord }),
      ...(stampsWord && { stamps: stampsWord }),
    },
    http: {
      ...listening('--http', http, 0),
      ...(certificate !== undefined && key !== undefined && { tls: { certificate, key } }),
    },
  };
  problems.throwIfAny();
  return wishes;
}
