import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hashPassword, Users } from '@fedbatch/station';
import { ProblemError, Problems, type Role, roles } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface UsersCommandOptions {
  readonly data: string;
  readonly role: string;
  readonly certificate?: string;
}

const shortestPassword = 8;

/** Adds or replaces a user of a station; the password comes over standard input, so that it stands in no history. */
export async function addUser(
  name: string,
  { data, role, certificate }: UsersCommandOptions,
  out: Terminal,
  readPassword: () => Promise<string> = passwordFromInput,
): Promise<ExitCode> {
  const problems = new Problems();
  if (!roles.includes(role as Role))
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      `There is no role \`${role.slice(0, 40)}\`.`,
      `Roles are ${roles.join(', ')}.`,
    );
  if (!/^[A-Za-z0-9._@-]{1,64}$/.test(name))
    problems.error(
      'CLI_USER_NAME',
      undefined,
      `\`${name.slice(0, 70)}\` is no name of a user.`,
      'Use letters, digits, . _ @ and -.',
    );
  problems.throwIfAny();
  const password = certificate === undefined ? await readPassword() : '';
  if (certificate === undefined && password.length < shortestPassword) {
    problems.error(
      'CLI_USER_PASSWORD',
      undefined,
      `The password has ${password.length} characters, and ${shortestPassword} is the least.`,
      'Pipe one in, as in `echo ... | fedbatch users add NAME`.',
    );
    throw new ProblemError(problems.list);
  }
  mkdirSync(data, { recursive: true });
  const users = Users.open(join(data, 'users.json'));
  users.put({
    name,
    role: role as Role,
    ...(certificate === undefined
      ? { password: hashPassword(password) }
      : { certificates: [certificate.replaceAll(':', '').toLowerCase()] }),
  });
  out.print(`${name} may log in as ${role}.`);
  return exitCodes.met;
}

export function listUsers({ data }: { readonly data: string }, out: Terminal): ExitCode {
  const { list } = Users.open(join(data, 'users.json'));
  const lines = list.flatMap(({ name, role, tokens = [] }) => [
    `${name}  ${role}`,
    ...tokens.map(
      ({ id, label, expires }) => `  token ${id}  ${label}  ${expires ? `until ${expires}` : 'until revoked'}`,
    ),
  ]);
  out.print(lines.join('\n') || 'There are no users yet.');
  return exitCodes.met;
}

export interface TokenCommandOptions {
  readonly data: string;
  readonly label: string;
  readonly hours: string;
}

const longestHours = 87_600;

/** Makes a token of a user for HTTP. Its text alone goes to standard output, so that a script can take it. */
export function makeToken(name: string, { data, label, hours }: TokenCommandOptions, out: Terminal): ExitCode {
  const problems = new Problems();
  const lasts = Number(hours);
  if (!(lasts > 0 && lasts <= longestHours))
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      `--hours is \`${hours.slice(0, 40)}\`, and it must be above 0 and at most ${longestHours}.`,
      'Write for example --hours 720.',
    );
  if (label.length > 80)
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      `--label has ${label.length} characters, and 80 is the most.`,
      'Say in a few words what it is for.',
    );
  const users = usersWith(name, data, problems);
  const { token, text } = users.addToken(name, label, new Date(Date.now() + 3.6e6 * lasts).toISOString());
  out.print(text);
  out.error(`Token ${token.id} of ${name} lasts until ${token.expires}; it is not shown again.`);
  return exitCodes.met;
}

/** Ends a token of a user. */
export function revokeToken(name: string, id: string, { data }: { readonly data: string }, out: Terminal): ExitCode {
  const problems = new Problems();
  const users = usersWith(name, data, problems);
  if (!users.removeToken(name, id)) {
    problems.error(
      'CLI_TOKEN_UNKNOWN',
      undefined,
      `${name} has no token \`${id.slice(0, 60)}\`.`,
      `List them with \`fedbatch users list --data ${data}\`.`,
    );
    throw new ProblemError(problems.list);
  }
  out.print(`Token ${id} of ${name} is revoked.`);
  return exitCodes.met;
}

/** The users of a station of which one has that name. Throws ProblemError with everything that was wrong so far. */
function usersWith(name: string, data: string, problems: Problems): Users {
  const users = Users.open(join(data, 'users.json'));
  if (users.roleOf(name) === undefined)
    problems.error(
      'CLI_USER_UNKNOWN',
      undefined,
      `${join(data, 'users.json')} has no user \`${name.slice(0, 64)}\`.`,
      `Add one with \`fedbatch users add NAME --role ROLE --data ${data}\`, or name the folder of the station with --data.`,
    );
  problems.throwIfAny();
  return users;
}

async function passwordFromInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text.split('\n')[0] ?? '';
}
