import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Place, ProblemError, Problems, type Role, roles } from '@fedbatch/vocabulary';

/** A person or a program that may log in. Passwords are kept as scrypt hashes only. */
export interface User {
  readonly name: string;
  readonly role: Role;
  /** `scrypt$N$r$p$salt$hash`, base64url; absent: logs in by certificate only. */
  readonly password?: string;
  /** SHA-1 thumbprints of X.509 user certificates, hex, as every tool shows them. */
  readonly certificates?: readonly string[];
}

/** Cost of one check: about 50 ms and 16 MB, so that guessing is slow and logging in is not (RFC 7914, section 2). */
const cost = { N: 2 ** 14, r: 8, p: 1 };
const keyBytes = 32;
/** A wrong name costs as much time as a wrong password. */
const nobody = hashPassword(randomBytes(16).toString('base64url'));

export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  const key = scryptSync(password, salt, keyBytes, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

function matches(password: string, hash: string): boolean {
  const [, N, r, p, salt, key] = hash.split('$');
  const found = scryptSync(password, Buffer.from(salt!, 'base64url'), keyBytes, {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(found, Buffer.from(key!, 'base64url'));
}

/** The users of a station, from one file that every face reads. */
export class Users {
  readonly path: string | undefined;
  readonly #users: Map<string, User>;

  constructor(users: readonly User[], path?: string) {
    this.path = path;
    this.#users = new Map(users.map((user) => [user.name, user]));
  }

  /** Opens the file. Throws ProblemError where it cannot stand. */
  static open(path: string): Users {
    const problems = new Problems();
    const place: Place = { file: path, line: 1, column: 1 };
    let read: unknown;
    try {
      read = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
    } catch (error) {
      problems.error('STATION_USERS_FORM', place, `The users file is not JSON: ${(error as Error).message}.`, form);
    }
    const list = Array.isArray(read) ? read : [];
    if (!Array.isArray(read)) problems.error('STATION_USERS_FORM', place, 'The users file is not a list.', form);
    list.forEach((entry, i) => {
      if (!isUser(entry))
        problems.error('STATION_USERS_FORM', place, `Entry ${i + 1} of the users file is no user.`, form);
    });
    if (problems.errors.length > 0) throw new ProblemError(problems.list);
    return new Users(list as User[], path);
  }

  get list(): readonly User[] {
    return [...this.#users.values()];
  }

  roleOf(name: string): Role | undefined {
    return this.#users.get(name)?.role;
  }

  /** Whether name and password belong together. */
  check(name: string, password: string): boolean {
    const user = this.#users.get(name);
    return matches(password, user?.password ?? nobody) && user?.password !== undefined;
  }

  /** The user of a certificate, or undefined. */
  ofCertificate(thumbprint: string): User | undefined {
    return this.list.find(({ certificates }) =>
      certificates?.some((one) => one.toLowerCase() === thumbprint.toLowerCase()),
    );
  }

  /** Adds or replaces a user, and writes the file so that it is whole at every moment. */
  put(user: User): void {
    this.#users.set(user.name, user);
    if (this.path === undefined) return;
    writeFileSync(`${this.path}.part`, `${JSON.stringify(this.list, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.path}.part`, this.path);
  }
}

const form = `Write a list of { "name", "role": ${roles.join(' | ')}, "password" }; \`fedbatch users add\` makes an entry.`;

function isUser(value: unknown): value is User {
  const { name, role, password, certificates } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    /^[A-Za-z0-9._@-]{1,64}$/.test(name) &&
    roles.includes(role as Role) &&
    (password === undefined ||
      (typeof password === 'string' && /^scrypt\$\d+\$\d+\$\d+\$[\w-]+\$[\w-]+$/.test(password))) &&
    (certificates === undefined ||
      (Array.isArray(certificates) && certificates.every((one) => typeof one === 'string')))
  );
}
