export { ApiFace, type ApiOptions } from './face.ts';
export type { ProblemDetails } from './problem-details.ts';
