import { dirname, relative } from 'node:path';

/** A path as seen from the scenario, so that a run is the same from wherever it is started. */
export function inputName(scenario: string, path: string): string {
  return relative(dirname(scenario), path).replaceAll('\\', '/');
}
