import type { Problem, Receipt } from '@fedbatch/vocabulary';
import { formatPlace } from '@fedbatch/vocabulary';

/** An answer that says what is wrong (RFC 9457), with the code, place and remedy that the command line would print. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly remedy: string;
  /** Number of the record in the journal that says that this was refused. */
  readonly record?: number;
  /** Every problem that was found, where there are more than one or where they have a place. */
  readonly problems?: readonly ProblemLine[];
}

export interface ProblemLine {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** file:line:column, or a JSON Pointer into what was sent. */
  readonly place?: string;
  readonly says: string;
  readonly detail?: string;
  readonly remedy: string;
}

/** Codes whose status is not that of a file or a value that cannot stand (422). */
const statuses: Readonly<Record<string, number>> = {
  API_BODY_FORM: 400,
  API_TOKEN_MISSING: 401,
  API_TOKEN_WRONG: 401,
  API_LOGIN_WRONG: 401,
  API_ROUTE_UNKNOWN: 404,
  API_BODY_SIZE: 413,
  API_BODY_MEDIA: 415,
  API_VERSION_MISSING: 428,
  API_RATE_LIMIT: 429,
  API_STREAM_LIMIT: 429,
  API_SERVER_ERROR: 500,
  STATION_ROLE_LEAST: 403,
  STATION_COMMAND_ROLE: 403,
  STATION_COMMAND_UNKNOWN: 404,
  STATION_COMMAND_MODE: 409,
  STATION_COMMAND_STATE: 409,
  STATION_COMMAND_JOURNAL: 503,
  STATION_JOB_UNKNOWN: 404,
  STATION_JOB_STATE: 409,
  STATION_RESULT_MISSING: 404,
  RECORDS_SAMPLES_COLUMN: 404,
  RECORDS_SAMPLES_MISSING: 404,
  STATION_JOB_KEPT: 409,
  STATION_JOB_KEY: 409,
  STATION_JOB_QUEUE: 503,
  STATION_DESK_FULL: 503,
  STATION_LIBRARY_UNKNOWN: 404,
  STATION_DRAFT_CHANGED: 412,
  STATION_DRAFT_SHIPPED: 409,
  STATION_DRAFT_SIZE: 413,
  STATION_PLANT_UNKNOWN: 404,
  STATION_PLANT_TAKEN: 409,
  STATION_PLANT_OTHER: 409,
  STATION_PLANT_MOST: 409,
  STATION_PLANT_SERVED: 409,
  STATION_TOKEN_UNKNOWN: 404,
  STATION_USER_UNKNOWN: 404,
};

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not formed as it should be',
  401: 'Nobody is logged in',
  403: 'The role does not reach',
  404: 'There is no such thing',
  409: 'It does not go with the present state',
  412: 'It was changed meanwhile',
  413: 'It is too large',
  415: 'The format is not taken',
  422: 'What was sent cannot stand',
  428: 'The version that is to be changed is missing',
  429: 'Too many requests',
  500: 'The server made a mistake',
  503: 'The station cannot take it now',
};

/** Every status that a problem can have. */
export const problemStatuses: readonly number[] = Object.keys(titles).map(Number);

export const statusOf = (code: string): number => statuses[code] ?? 422;

/** The codes that have a status of their own, for whoever documents them. */
export const codesOf = (status: number): string[] => Object.keys(statuses).filter((code) => statuses[code] === status);

export function detailsOf(problems: readonly Problem[], status = statusOf(problems[0]!.code)): ProblemDetails {
  const [first] = problems as [Problem];
  const hasMore = problems.length > 1 || problems.some(({ place }) => place !== undefined);
  return {
    type: `urn:fedbatch:problem:${first.code}`,
    title: titles[status]!,
    status,
    detail: first.place ? `${formatPlace(first.place)}  ${first.says}` : first.says,
    code: first.code,
    remedy: first.remedy,
    ...(hasMore && { problems: problems.map(lineOf) }),
  };
}

/** One problem that has no place in a file. */
export function oneProblem(
  code: string,
  says: string,
  remedy: string,
  problems?: readonly ProblemLine[],
): ProblemDetails {
  const status = statusOf(code);
  return {
    type: `urn:fedbatch:problem:${code}`,
    title: titles[status]!,
    status,
    detail: says,
    code,
    remedy,
    ...(problems && problems.length > 0 && { problems }),
  };
}

/** What the gate said of a command that it did not let through. */
export function refusalDetails(receipt: Receipt & { accepted: false }): ProblemDetails {
  const [says, remedy] = twoSentences(receipt.says);
  return { ...oneProblem(`STATION_COMMAND_${receipt.refusal.toUpperCase()}`, says, remedy), record: receipt.record };
}

export function lineOf({ code, severity, place, says, detail, remedy }: Problem): ProblemLine {
  return {
    code,
    severity,
    ...(place && { place: formatPlace(place) }),
    says,
    ...(detail !== undefined && { detail }),
    remedy,
  };
}

/** A receipt says what is wrong and then what to do; the last sentence is the remedy. */
function twoSentences(text: string): [string, string] {
  const at = text.lastIndexOf('. ', text.length - 2);
  return at < 0 ? [text, text] : [text.slice(0, at + 1), text.slice(at + 2)];
}
