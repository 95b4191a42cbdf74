import type { Guard } from '@fedbatch/control';
import type { Equipment } from '@fedbatch/plant';
import type { Alarms } from '../alarms.ts';
import type { Loops } from '../loops.ts';
import type { RemoteWatch } from '../remote-watch.ts';
import type { RunEvent } from '../run-result.ts';

/** What live operation sees and moves of a run, between two scans. Values in base units; arrays are live. */
export interface RunSeam {
  /** By the outputs of the plan. */
  readonly outputs: Float64Array;
  /** Inputs and parameters by slot: as they are, as control wants them, as a person and an interlock hold them (NaN: not held). */
  readonly inputs: Float64Array;
  readonly wanted: Float64Array;
  readonly manual: Float64Array;
  readonly forced: Float64Array;
  /** States of the equations. */
  readonly state: Float64Array;
  readonly loops: Loops;
  readonly alarms: Alarms;
  readonly equipment: Equipment | undefined;
  readonly events: readonly RunEvent[];
  /** The counter of a foreign controller, and what it demands of feeds; undefined: none is let in. */
  readonly remote: { readonly watch: RemoteWatch; readonly feeds: readonly Float64Array[] } | undefined;
  /** What stands between the present feeding strategy and the pump; undefined: nothing. */
  guard(): Guard | undefined;
  slotOfInput(id: string): number;
  /** Sends an input what is to be now. */
  passOn(slot: number): void;
  phaseStartH(): number;
  nextPhase(): void;
}
