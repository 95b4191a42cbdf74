import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sendLibraryLog } from './library-log.ts';
import { attempt } from './test-certificate-client.ts';
import { type Served, served } from './test-station.ts';

sendLibraryLog(() => undefined);
vi.setConfig({ testTimeout: 30_000 });
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-chains-'));
let all: Served;

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const openssl = (...parts: string[]): void => void execFileSync('openssl', parts, { stdio: 'pipe', cwd: folder });

/** An authority that signs and revokes, with the files that `openssl ca` keeps. */
function authority(name: string, bits = '2048'): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'index.txt'), '');
  writeFileSync(join(folder, name, 'serial'), '1000\n');
  writeFileSync(join(folder, name, 'crlnumber'), '01\n');
  writeFileSync(
    join(folder, name, 'ca.cnf'),
    `[ca]
default_ca=this
[this]
database=${name}/index.txt
serial=${name}/serial
crlnumber=${name}/crlnumber
new_certs_dir=${name}
certificate=${name}/ca.pem
private_key=${name}/ca.key
default_md=sha256
default_days=30
default_crl_days=30
policy=any
copy_extensions=copy
[any]
commonName=supplied
[req]
distinguished_name=dn
prompt=no
x509_extensions=v3
[dn]
CN=${name}
[v3]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
`,
  );
  openssl(
    ...['req', '-x509', '-newkey', `rsa:${bits}`, '-nodes', '-sha256', '-days', '30', '-config', `${name}/ca.cnf`],
    ...['-keyout', `${name}/ca.key`, '-out', `${name}/ca.pem`],
  );
}

/** A client's certificate that an authority has signed. */
function signed(by: string, name: string): void {
  writeFileSync(
    join(folder, `${name}.cnf`),
    `[req]
distinguished_name=dn
req_extensions=v3
prompt=no
[dn]
CN=${name}
[v3]
basicConstraints=CA:FALSE
keyUsage=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment
extendedKeyUsage=clientAuth,serverAuth
subjectAltName=URI:urn:${name},DNS:localhost
`,
  );
  openssl(
    ...['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-config', `${name}.cnf`],
    ...['-keyout', `${name}.key`, '-out', `${name}.csr`],
  );
  openssl('ca', '-batch', '-notext', '-config', `${by}/ca.cnf`, '-in', `${name}.csr`, '-out', `${name}.pem`);
}

const attempted = (name: string): Promise<string> =>
  attempt(all.face.endpoint, name, {
    certificateFile: join(folder, `${name}.pem`),
    privateKeyFile: join(folder, `${name}.key`),
    pki: join(folder, `pki-${name}`),
  });

/** Who signed whom. */
const clients = [
  ['good', 'member'],
  ['good', 'expelled'],
  ['silent', 'unlisted'],
  ['weak', 'frail'],
  ['foreign', 'stranger'],
] as const;

describe.skipIf(!hasOpenssl)('a certificate that an authority has signed', () => {
  beforeAll(async () => {
    all = await served('ecoli-exponential', { lab: 'locked' });
    for (const [name, bits] of [['good'], ['silent'], ['weak', '1024'], ['foreign']] as const) authority(name, bits);
    for (const [by, name] of clients) signed(by, name);
    openssl('ca', '-config', 'good/ca.cnf', '-revoke', 'expelled.pem');
    const pki = join(all.face.pki, 'server');
    for (const place of ['issuers/certs', 'issuers/crl', 'trusted/certs'])
      mkdirSync(join(pki, place), { recursive: true });
    for (const name of ['good', 'silent', 'weak']) {
      copyFileSync(join(folder, name, 'ca.pem'), join(pki, 'issuers', 'certs', `${name}.pem`));
      copyFileSync(join(folder, name, 'ca.pem'), join(pki, 'trusted', 'certs', `${name}.pem`));
      if (name === 'silent') continue;
      openssl('ca', '-gencrl', '-config', `${name}/ca.cnf`, '-out', `${name}.crl`);
      copyFileSync(join(folder, `${name}.crl`), join(pki, 'issuers', 'crl', `${name}.crl`));
    }
    // A client sends the chain that its certificate stands in.
    for (const [by, name] of clients)
      writeFileSync(
        join(folder, `${name}.pem`),
        readFileSync(join(folder, `${name}.pem`), 'utf8') + readFileSync(join(folder, by, 'ca.pem'), 'utf8'),
      );
    await new Promise((resolve) => setTimeout(resolve, 2500));
  }, 60_000);
  afterAll(async () => {
    await all.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is let in where the authority is trusted and its list of revoked ones is there', async () => {
    expect(await attempted('member')).toBe('let in');
  });

  it.each([
    ['that the authority has revoked', 'expelled'],
    ['of an authority whose list of revoked ones is missing', 'unlisted'],
    ['of an authority with a key of 1024 bits', 'frail'],
    ['of an authority that nobody trusts', 'stranger'],
  ])('%s is refused', async (_, name) => {
    expect(await attempted(name)).toMatch(/^Bad|denied|reject|disconnect|closed|Channel/i);
    expect(await attempted('member')).toBe('let in');
  });
});
