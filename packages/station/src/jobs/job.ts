import type { KeyFigure, RunOutcome } from '@fedbatch/runtime';
import type { DesignKind } from '@fedbatch/studies';
import type { Verdict } from '../verdict.ts';

/** What takes long enough to be asked for and looked at later. */
export type JobRequest = RunRequest | EnsembleRequest | ComparisonRequest | OptimisationRequest;

export interface RunRequest {
  readonly kind: 'run';
  /** Path in the library, as `scenarios/ecoli-exponential`. */
  readonly subject: string;
  /** `path=value` lines. */
  readonly settings: readonly string[];
  /** The run that this one is to agree with, byte by byte. */
  readonly verifies?: string;
  /** The live plant that it is the record of. */
  readonly replay?: PlantReplay;
}

/** What a live plant was, and what was done to it: enough to do it again. */
export interface PlantReplay {
  readonly plant: string;
  readonly seed: number;
  /** Name of the kept file that holds the changes and the scans before which they were applied. */
  readonly changes: string;
}

export interface EnsembleRequest {
  readonly kind: 'ensemble';
  readonly subject: string;
  readonly settings: readonly string[];
  readonly vary: readonly string[];
  readonly members: number;
  readonly design: DesignKind;
  readonly seed?: number;
}

export interface OptimisationRequest {
  readonly kind: 'optimisation';
  readonly subject: string;
  readonly settings: readonly string[];
  /** `path=low..high unit` lines. */
  readonly vary: readonly string[];
  readonly sense: 'maximise' | 'minimise';
  readonly figure: string;
  readonly evaluations: number;
  readonly seed?: number;
}

export interface ComparisonRequest {
  readonly kind: 'comparison';
  /** Path in the library, as `studies/ecoli-feeding`. */
  readonly subject: string;
  readonly members?: number;
}

/** 'complete', 'failed' and 'stopped' are ends; a run that was cut off by a crash is queued again. */
export const jobStatuses = ['queued', 'running', 'paused', 'complete', 'failed', 'stopped'] as const;
export type JobStatus = (typeof jobStatuses)[number];

export const hasEnded = ({ status }: Pick<Job, 'status'>): boolean =>
  status === 'complete' || status === 'failed' || status === 'stopped';

export interface JobProgress {
  /** 0 to 1. */
  readonly share: number;
  readonly timeH?: number;
  /** The phase of a run, the strategy of a comparison. */
  readonly part?: string;
  readonly done?: number;
  readonly members?: number;
  readonly failed?: number;
}

export interface Job {
  readonly id: string;
  readonly request: JobRequest;
  readonly title: string;
  readonly label: string | null;
  readonly askedBy: string;
  readonly askedMs: number;
  /** SHA-256 of every file that it follows from, as it was when the job was asked for. */
  readonly files: Readonly<Record<string, string>>;
  readonly status: JobStatus;
  /** How often work on it began; more than once after a crash of the station. */
  readonly starts: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** One sentence: how it ended, or why it waits. */
  readonly says: string;
  readonly progress: JobProgress;
  /** Kept jobs are not deleted, by nobody and by no rule. */
  readonly kept: boolean;
  readonly result?: JobResult;
}

/** What came out, small enough to be listed; everything else lies in the folder of the job. */
export interface JobResult {
  /** Hash over all that it follows from: the same run has the same one, wherever it ran. */
  readonly runId: string;
  readonly verdict: Verdict;
  readonly outcome?: RunOutcome;
  readonly keyFigures?: readonly KeyFigure[];
  readonly expectations?: { readonly met: number; readonly missed: number };
  readonly members?: number;
  /** Of a search: the best settings, `path=value`. */
  readonly settings?: readonly string[];
  readonly verification?: Verification;
}

/** Whether a run gave the same bytes again, and which files differ. */
export interface Verification {
  readonly of: string;
  readonly agrees: boolean;
  readonly files: readonly { readonly path: string; readonly first: string; readonly again: string | null }[];
}
