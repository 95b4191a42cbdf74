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
  out.print(`${name} may log in as ${role}. A station that runs takes it at its next start.`);
  return exitCodes.met;
}

export function listUsers({ data }: { readonly data: string }, out: Terminal): ExitCode {
  const { list } = Users.open(join(data, 'users.json'));
  out.print(list.map(({ name, role }) => `${name}  ${role}`).join('\n') || 'There are no users yet.');
  return exitCodes.met;
}

async function passwordFromInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text.split('\n')[0] ?? '';
}
