import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager, type StatusCode, StatusCodes } from 'node-opcua';

const leastBits = 2048;
/** Object identifiers of signatures with MD5 and SHA-1, in DER (RFC 8017, appendix A.2.4; RFC 5758). */
const weakSignatures = ['06092a864886f70d010104', '06092a864886f70d010105', '06072a8648ce3d0401', '06052b0e03021d'];

type Certificate = Buffer;
type Verdict = (error: Error | null, status?: StatusCode) => void;

/** Why a certificate is too weak to trust, or undefined. The policies of OPC 10000-7 ask for 2048 bits and SHA-256. */
export function weaknessOf(certificate: Buffer): string | undefined {
  const { publicKey } = new X509Certificate(certificate);
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType === 'rsa' && bits < leastBits)
    return `its key has ${bits} bits, and ${leastBits} is the least`;
  const hex = certificate.toString('hex');
  return weakSignatures.some((oid) => hex.includes(oid)) ? 'it is signed with SHA-1 or MD5' : undefined;
}

/** A trust list that holds even trusted certificates to the strength which their policy asks for; node-opcua does not. */
export class StrictCertificates extends OPCUACertificateManager {
  onWeak: (why: string) => void = () => undefined;

  override checkCertificate(certificate: Certificate | Certificate[]): Promise<StatusCode>;
  override checkCertificate(certificate: Certificate | Certificate[], callback: Verdict): void;
  override checkCertificate(given: Certificate | Certificate[], callback?: Verdict): Promise<StatusCode> | undefined {
    const why = this.#weakness(Array.isArray(given) ? given : [given]);
    if (why === undefined)
      return callback
        ? void super.checkCertificate(given as Certificate, callback)
        : super.checkCertificate(given as Certificate);
    this.onWeak(why);
    const status = StatusCodes.BadCertificatePolicyCheckFailed;
    if (callback) return void callback(null, status);
    return Promise.resolve(status);
  }

  #weakness(chain: readonly Certificate[]): string | undefined {
    try {
      const found = weaknessOf(Buffer.from(chain[0]!));
      return found ?? this.#weaknessAbove(new X509Certificate(Buffer.from(chain[0]!)));
    } catch {
      return 'it cannot be read';
    }
  }

  /** An authority with a weak key may have signed anything, and so may those above it. */
  #weaknessAbove(certificate: X509Certificate, depth = 0): string | undefined {
    const folders = [join('issuers', 'certs'), join('trusted', 'certs')].map((folder) => join(this.rootDir, folder));
    const above = folders
      .flatMap(certificatesIn)
      .find((one) => one.fingerprint256 !== certificate.fingerprint256 && certificate.checkIssued(one));
    if (!above || depth > longestChain) return undefined;
    const why = weaknessOf(above.raw);
    return why === undefined ? this.#weaknessAbove(above, depth + 1) : `of the authority that signed it: ${why}`;
  }
}

const longestChain = 8;

function certificatesIn(folder: string): X509Certificate[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    try {
      return [new X509Certificate(readFileSync(join(folder, file)))];
    } catch {
      return [];
    }
  });
}

/** The certificates of a server or a client in a folder of their own, with a key and a certificate that are made at the first start. */
export async function openCertificates(folder: string, name: string, applicationUri: string): Promise<OwnCertificates> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const manager = new StrictCertificates({
    rootFolder: folder,
    automaticallyAcceptUnknownCertificate: false,
    keySize: 2048,
  });
  await manager.initialize();
  const certificateFile = join(folder, 'own', 'certs', 'certificate.pem');
  if (!existsSync(certificateFile))
    await manager.createSelfSignedCertificate({
      applicationUri,
      dns: ['localhost', hostname()],
      ip: ['127.0.0.1'],
      outputFile: certificateFile,
      subject: `/CN=${name}`,
      startDate: new Date(),
      validity: yearsValid * 365,
    });
  return { manager, certificateFile, privateKeyFile: manager.privateKey };
}

const yearsValid = 10;

export interface OwnCertificates {
  readonly manager: StrictCertificates;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
}

/** Certificates that knocked and were not let in: file name and what they say of themselves. */
export function rejectedCertificates(
  folder: string,
): { readonly file: string; readonly subject: string; readonly thumbprint: string }[] {
  const rejected = join(folder, 'rejected');
  if (!existsSync(rejected)) return [];
  return readdirSync(rejected).flatMap((file) => {
    try {
      const { subject, fingerprint } = new X509Certificate(readFileSync(join(rejected, file)));
      return [
        { file, subject: subject.replaceAll('\n', ', '), thumbprint: fingerprint.replaceAll(':', '').toLowerCase() },
      ];
    } catch {
      return [];
    }
  });
}

/** Trusts a certificate that was rejected, by its thumbprint or the start of it: it is moved, since a twin left behind keeps it out. */
export function trustRejected(folder: string, thumbprint: string): string | undefined {
  const wanted = thumbprint.replaceAll(':', '').toLowerCase();
  const found = rejectedCertificates(folder).filter((one) => wanted.length >= 8 && one.thumbprint.startsWith(wanted));
  if (found.length !== 1) return undefined;
  const { file, subject } = found[0]!;
  mkdirSync(join(folder, 'trusted', 'certs'), { recursive: true });
  renameSync(join(folder, 'rejected', file), join(folder, 'trusted', 'certs', file));
  return subject;
}
