import type { JournalHead } from './journal-verifier.ts';

export interface FileDigest {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a result folder holds and what it was made from. */
export interface Manifest {
  readonly format: 'fedbatch-result';
  readonly formatVersion: 1;
  /** Hash over the inputs, overrides and versions: the same run has the same id. */
  readonly runId: string;
  readonly scenario: string;
  readonly organism: string;
  readonly vessel: string;
  readonly seed: number;
  readonly overrides: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly inputs: readonly FileDigest[];
  readonly outputs: readonly FileDigest[];
  readonly journal: JournalHead;
  readonly outcome: { readonly kind: string; readonly timeH: number; readonly says: string };
  readonly work: Readonly<Record<string, number>>;
  /** Wall clock, RFC 3339. */
  readonly started: string;
  readonly ended: string;
}
