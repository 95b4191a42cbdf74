export { rejectedCertificates, trustRejected } from './certificates.ts';
export { Connection, type ConnectionOptions, policyNames } from './connection.ts';
export { type FaceOptions, OpcuaFace, plantsUri } from './face.ts';
export { sendLibraryLog } from './library-log.ts';
