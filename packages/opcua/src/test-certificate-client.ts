import { MessageSecurityMode, OPCUACertificateManager, OPCUAClient, SecurityPolicy, UserTokenType } from 'node-opcua';

/** Where the certificate of a client lies, its key, and what it trusts. */
export interface ClientFiles {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly pki: string;
}

export async function openedManager(rootFolder: string): Promise<OPCUACertificateManager> {
  const manager = new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true });
  await manager.initialize();
  return manager;
}

/** A client with encryption that says it is the application `urn:NAME`, whatever its certificate says. */
export function encryptedClient(
  name: string,
  { certificateFile, privateKeyFile }: ClientFiles,
  clientCertificateManager: OPCUACertificateManager,
): OPCUAClient {
  const applicationUri = `urn:${name}`;
  const client = OPCUAClient.create({
    applicationUri,
    certificateFile,
    privateKeyFile,
    clientCertificateManager,
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 50, maxDelay: 100 },
  });
  // The library would take the name of the application from the certificate.
  Object.assign(client, { _getApplicationUri: () => applicationUri });
  return client;
}

/** What fails at a client, as a status where there is one. */
export const failureOf = (error: unknown): string =>
  /Bad\w+/.exec((error as Error).message)?.[0] ?? (error as Error).message;

/** Whether the server lets the user eve in with this certificate: `let in`, or what fails. */
export async function attempt(endpoint: string, name: string, files: ClientFiles): Promise<string> {
  const manager = await openedManager(files.pki);
  const client = encryptedClient(name, files, manager);
  try {
    await client.connect(endpoint);
    const identity = { type: UserTokenType.UserName, userName: 'eve', password: 'eve-knows' } as const;
    await (await client.createSession(identity)).close();
    return 'let in';
  } catch (error) {
    return failureOf(error);
  } finally {
    await client.disconnect().catch(() => undefined);
    await manager.dispose();
  }
}
