export { type ConnectOptions, connect, type Fedbatch } from './connect.ts';
export { type ReadOptions, readEvents, type ServerEvent, StreamRefused } from './event-reader.ts';
export type { components, operations, paths } from './generated/openapi.ts';
