import { Run, type RunResult } from '@fedbatch/runtime';
import type { LoadedScenario } from './scenario/load-scenario.ts';

/** What a person wants to see while a run goes on. */
export interface RunProgress {
  readonly timeH: number;
  readonly phase: string;
  /** 0 to 1, as far as durations are known. */
  readonly share: number;
  /** First recorded figures: words, value, unit. */
  readonly figures: readonly { readonly says: string; readonly value: number; readonly unit: string }[];
}

export interface RunOptions {
  readonly onProgress?: (progress: RunProgress) => void;
  /** Aborting ends the run at the next scan with a usable result; a text given as the reason says why: `by hand`. */
  readonly signal?: AbortSignal;
  /** Awaited between slices of work: the run rests until it lets go. */
  readonly rest?: () => Promise<void>;
}

/** Longest time in ms that scans may hold the thread before signals and timers get their turn. */
const sliceMs = 40;

/** Runs a loaded scenario as fast as it goes, giving the event loop its turn. Never throws for numerics: a failure is an outcome. */
export async function runScenario(
  { plan }: LoadedScenario,
  { onProgress, signal, rest }: RunOptions = {},
): Promise<RunResult> {
  const run = new Run(plan);
  const shown = plan.channels.slice(0, 3).map(({ output }) => plan.outputs.find(({ id }) => id === output)!);
  while (!run.ended) {
    const until = performance.now() + sliceMs;
    while (run.scan() === 'goes on') if (performance.now() > until) break;
    onProgress?.({
      timeH: run.timeH,
      phase: run.phase,
      share: run.progress,
      figures: shown.map((output) => ({ says: output.says, value: run.read(output.id), unit: output.unit.text })),
    });
    await new Promise((resolve) => setImmediate(resolve));
    await rest?.();
    if (signal?.aborted) run.stop(typeof signal.reason === 'string' ? signal.reason : undefined);
  }
  return run.result();
}
