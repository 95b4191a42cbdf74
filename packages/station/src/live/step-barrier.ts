import type { Person, Receipt } from '@fedbatch/vocabulary';
import type { Passed } from './gate.ts';

export interface StepDone {
  readonly receipt: Receipt;
  readonly timeH: number;
  readonly scans: number;
}

/** A step that somebody asked for and that may wait for others. */
export interface WaitingStep {
  readonly person: Person;
  /** A name that is the same on every run: by it the writes of all are ordered. */
  readonly participant: string;
  readonly dtS: number;
  readonly verdict: Passed;
  readonly resolve: (done: StepDone) => void;
}

/** Holds steps back until as many clients have asked as there are to be, whoever comes first. */
export class StepBarrier {
  /** How many clients a step waits for. */
  clients = 1;
  #waiting: { readonly step: WaitingStep; readonly stay: () => void }[] = [];

  /** Why a step cannot join those that wait, or undefined. */
  refusal(participant: string, dtS: number): string | undefined {
    const other = this.#waiting.find(({ step }) => step.participant === participant || step.dtS !== dtS)?.step;
    if (!other) return undefined;
    return other.participant === participant
      ? `\`${participant}\` waits at the barrier already. Wait for the answer before the next step.`
      : `The others at the barrier step by ${other.dtS} s, not ${dtS} s. Agree on one step.`;
  }

  /** A client joins, and leaves again when it is gone. */
  join(step: WaitingStep, onGone?: AbortSignal): void {
    const leave = (): void => {
      this.#waiting = this.#waiting.filter((one) => one.step !== step);
    };
    onGone?.addEventListener('abort', leave);
    this.#waiting.push({ step, stay: () => onGone?.removeEventListener('abort', leave) });
  }

  /** Those that may go on together, by their names; none while others are awaited. */
  take(): readonly WaitingStep[] {
    if (this.#waiting.length === 0 || this.#waiting.length < this.clients) return [];
    const together = this.#waiting;
    this.#waiting = [];
    for (const { stay } of together) stay();
    return together.map(({ step }) => step).sort((a, b) => (a.participant < b.participant ? -1 : 1));
  }
}
