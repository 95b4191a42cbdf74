import { randomBytes } from 'node:crypto';
import { hashPassword, type Station } from '@fedbatch/station';

/** What a first start made; its secrets are shown once and kept as hashes. */
export interface FirstUser {
  readonly name: string;
  readonly password: string;
  /** For HTTP; short-lived, because what is shown at a start often ends up in a log. */
  readonly token: string;
}

export const firstTokenHours = 24;

/** A station without users gets one. */
export function firstUser({ users }: Station): FirstUser | undefined {
  if (users.list.length > 0) return undefined;
  const name = 'admin';
  const password = randomBytes(12).toString('base64url');
  users.put({ name, role: 'administrator', password: hashPassword(password) });
  const expires = new Date(Date.now() + 3.6e6 * firstTokenHours).toISOString();
  return { name, password, token: users.addToken(name, 'first start', expires).text };
}
