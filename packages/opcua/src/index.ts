export { addressSpaceText } from './address-space-text.ts';
export { rejectedCertificates, trustRejected } from './certificates.ts';
export { Connection, type ConnectionOptions, policyNames } from './connection.ts';
export { type FaceOptions, OpcuaFace } from './face.ts';
export { sendLibraryLog } from './library-log.ts';
export { plantsUri } from './plants-uri.ts';
export { returnStartUpMemory } from './start-up-memory.ts';
