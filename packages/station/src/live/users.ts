import { createHash, randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Place, ProblemError, Problems, type Role, roles } from '@fedbatch/vocabulary';

/** A person or a program that may log in. Passwords are kept as scrypt hashes only. */
export interface User {
  readonly name: string;
  readonly role: Role;
  /** `scrypt$N$r$p$salt$hash`, base64url; absent: logs in by certificate only. */
  readonly password?: string;
  /** SHA-1 thumbprints of X.509 user certificates, hex, as every tool shows them. */
  readonly certificates?: readonly string[];
  /** For programs that come over HTTP. */
  readonly tokens?: readonly Token[];
}

/** A token is random and long, so that a plain hash of it is safe to keep. */
export interface Token {
  readonly id: string;
  /** What it is for. */
  readonly label: string;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** RFC 3339; null: until it is taken away. */
  readonly expires: string | null;
}

const derive = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  cost: { N: number; r: number; p: number },
) => Promise<Buffer>;

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

/** The key that a hash holds, and what makes it out of a password. */
function partsOf(hash: string) {
  const [, N, r, p, salt, key] = hash.split('$');
  return {
    salt: Buffer.from(salt!, 'base64url'),
    key: Buffer.from(key!, 'base64url'),
    cost: { N: Number(N), r: Number(r), p: Number(p) },
  };
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The users of a station, from one file that every face reads. */
export class Users {
  readonly path: string | undefined;
  #users: Map<string, User>;
  #byToken = new Map<string, User>();
  /** Which writing of the file this is. */
  #stamp: string | undefined;

  constructor(users: readonly User[], path?: string) {
    this.path = path;
    this.#users = new Map(users.map((user) => [user.name, user]));
    this.#indexTokens();
  }

  /** Opens the file. Throws ProblemError where it cannot stand. */
  static open(path: string): Users {
    const users = new Users([], path);
    users.refresh();
    return users;
  }

  /** Reads the file again where somebody else wrote it, as `fedbatch users` does; says whether. Throws ProblemError, once for each writing, and keeps who is known. */
  refresh(): boolean {
    if (this.path === undefined) return false;
    const stamp = stampOf(this.path);
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    this.#users = new Map(readUsers(this.path).map((user) => [user.name, user]));
    this.#indexTokens();
    return true;
  }

  get list(): readonly User[] {
    return [...this.#users.values()];
  }

  roleOf(name: string): Role | undefined {
    return this.#users.get(name)?.role;
  }

  /** Whether name and password belong together. */
  check(name: string, password: string): boolean {
    const hash = this.#users.get(name)?.password;
    const { salt, key, cost: its } = partsOf(hash ?? nobody);
    return timingSafeEqual(scryptSync(password, salt, keyBytes, its), key) && hash !== undefined;
  }

  /** The same, without holding up the thread meanwhile. */
  async checkAside(name: string, password: string): Promise<boolean> {
    const hash = this.#users.get(name)?.password;
    const { salt, key, cost: its } = partsOf(hash ?? nobody);
    return timingSafeEqual(await derive(password, salt, keyBytes, its), key) && hash !== undefined;
  }

  /** Makes a token for a user and gives its text, which is kept nowhere. */
  addToken(name: string, label: string, expires: string | null): { readonly token: Token; readonly text: string } {
    this.refresh();
    const user = this.#users.get(name);
    if (!user) throw new RangeError(`There is no user ${name}. Add it first.`);
    const [id, secret] = [randomBytes(6).toString('hex'), randomBytes(32).toString('base64url')];
    const token = { id, label, hash: sha256(secret).toString('hex'), expires };
    const alive = (user.tokens ?? []).filter((one) => !hasExpired(one));
    this.put({ ...user, tokens: [...alive, token] });
    return { token, text: `fb_${id}_${secret}` };
  }

  removeToken(name: string, id: string): boolean {
    this.refresh();
    const user = this.#users.get(name);
    const { tokens = [] } = user ?? {};
    if (!user || !tokens.some((token) => token.id === id)) return false;
    this.put({ ...user, tokens: tokens.filter((token) => token.id !== id) });
    return true;
  }

  /** The user of a token, and its id; undefined for one that is wrong or has expired. */
  ofToken(text: string): { readonly user: User; readonly id: string } | undefined {
    const [, id, secret] = /^fb_([0-9a-f]{12})_([\w-]{43})$/.exec(text) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const user = this.#byToken.get(id);
    const token = user?.tokens?.find((one) => one.id === id);
    if (!user || !token || hasExpired(token)) return undefined;
    return timingSafeEqual(sha256(secret), Buffer.from(token.hash, 'hex')) ? { user, id } : undefined;
  }

  /** The user of a certificate, or undefined. */
  ofCertificate(thumbprint: string): User | undefined {
    return this.list.find(({ certificates }) =>
      certificates?.some((one) => one.toLowerCase() === thumbprint.toLowerCase()),
    );
  }

  /** Adds or replaces a user, and writes the file so that it is whole at every moment. */
  put(user: User): void {
    this.refresh();
    this.#users.set(user.name, user);
    this.#indexTokens();
    if (this.path === undefined) return;
    writeFileSync(`${this.path}.part`, `${JSON.stringify(this.list, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.path}.part`, this.path);
    this.#stamp = stampOf(this.path);
  }

  #indexTokens(): void {
    this.#byToken = new Map(this.list.flatMap((user) => (user.tokens ?? []).map(({ id }) => [id, user] as const)));
  }
}

/** Differs between two writings: each is a new file that takes the place of the old one. */
function stampOf(path: string): string | undefined {
  const kind = statSync(path, { throwIfNoEntry: false, bigint: true });
  return kind && `${kind.ino} ${kind.mtimeNs} ${kind.size}`;
}

/** Reads a file of users. Throws ProblemError where it cannot stand. */
function readUsers(path: string): readonly User[] {
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
  return list as User[];
}

const hasExpired = ({ expires }: Token): boolean => expires !== null && Date.parse(expires) <= Date.now();

const form = `Write a list of { "name", "role": ${roles.join(' | ')}, "password" }; \`fedbatch users add\` makes an entry.`;

function isUser(value: unknown): value is User {
  const { name, role, password, certificates, tokens } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    /^[A-Za-z0-9._@-]{1,64}$/.test(name) &&
    roles.includes(role as Role) &&
    (password === undefined ||
      (typeof password === 'string' && /^scrypt\$\d+\$\d+\$\d+\$[\w-]+\$[\w-]+$/.test(password))) &&
    (certificates === undefined ||
      (Array.isArray(certificates) && certificates.every((one) => typeof one === 'string'))) &&
    (tokens === undefined || (Array.isArray(tokens) && tokens.every(isToken)))
  );
}

function isToken(value: unknown): value is Token {
  const { id, label, hash, expires } = (value ?? {}) as Record<string, unknown>;
  return (
    /^[0-9a-f]{12}$/.test(String(id)) &&
    typeof label === 'string' &&
    /^[0-9a-f]{64}$/.test(String(hash)) &&
    (expires === null || (typeof expires === 'string' && Number.isFinite(Date.parse(expires))))
  );
}
