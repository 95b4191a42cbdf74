import type { Command, Person, Receipt } from '@fedbatch/vocabulary';
import { isRefused, judge, type Passed, type Refused } from './gate.ts';
import type { ClockMode } from './plant-clock.ts';
import type { PlantEvents } from './plant-events.ts';
import type { PlantRuns } from './plant-runs.ts';
import { StepBarrier, type StepDone } from './step-barrier.ts';

/** A step as somebody asks for it. */
export interface StepAsked {
  readonly person: Person;
  /** A name that is the same on every run. */
  readonly participant: string;
  readonly dtS: number;
  readonly writes: (Command & { kind: 'step' })['writes'];
  /** Aborted when the client is gone, so that nobody waits for it. */
  readonly onGone?: AbortSignal | undefined;
}

/** Carries a plant on by the steps that clients ask for, who may wait for each other. */
export class Lockstep {
  readonly #mode: ClockMode;
  readonly #runs: PlantRuns;
  readonly #events: PlantEvents;
  readonly #scan: (show: boolean) => 'goes on' | 'ended';
  readonly #barrier = new StepBarrier();
  #lastStepS = 0;

  constructor(mode: ClockMode, runs: PlantRuns, events: PlantEvents, scan: (show: boolean) => 'goes on' | 'ended') {
    this.#mode = mode;
    this.#runs = runs;
    this.#events = events;
    this.#scan = scan;
  }

  /** How many clients a step waits for. */
  get clients(): number {
    return this.#barrier.clients;
  }

  /** Length of the last step, s. */
  get lastStepS(): number {
    return this.#lastStepS;
  }

  /** Writes set points and makes the scans of a step, at once or when the others have asked too. */
  step({ person, participant, dtS, writes, onGone }: StepAsked): Promise<StepDone> {
    const command: Command = { kind: 'step', dtS, writes };
    const verdict = this.#mode === 'lockstep' ? judge(this.#runs.live, person, command) : notLockstep;
    if (isRefused(verdict)) return Promise.resolve(this.#done(this.#events.refuse(person, command, verdict)));
    const says = this.#barrier.refusal(participant, dtS);
    if (says !== undefined)
      return Promise.resolve(this.#done(this.#events.refuse(person, command, { refusal: 'state', says })));
    return new Promise((resolve) => {
      this.#barrier.join({ person, participant, dtS, verdict, resolve }, onGone);
      this.#stepTogether();
    });
  }

  setBarrier(person: Person, clients: number): Receipt {
    const isNumber = Number.isInteger(clients) && clients >= 1 && clients <= 16;
    const verdict: Passed | Refused = isNumber
      ? judge(this.#runs.live, person, { kind: 'clock', action: 'pause' })
      : { refusal: 'limits', says: `A barrier for ${clients} clients is none: it takes 1 to 16.` };
    if (isRefused(verdict)) return this.#events.refuse(person, { kind: 'clock', action: 'pause' }, verdict);
    const receipt = this.#events.accept(
      person,
      { ...verdict, subject: 'clock.barrier', old: this.#barrier.clients },
      { scan: this.#runs.live.scans, clients },
    );
    if (receipt.accepted) this.#barrier.clients = clients;
    this.#stepTogether();
    return receipt;
  }

  #stepTogether(): void {
    const together = this.#barrier.take();
    if (together.length === 0) return;
    const scans = Math.round(together[0]!.dtS / (this.#runs.live.plan.scanH * 3600));
    const receipts: Receipt[] = together.map(({ person, verdict }, i) => {
      const isLast = i === together.length - 1;
      const { changes } = verdict;
      return this.#events.accept(person, verdict, {
        scan: this.#runs.live.scans,
        scans: isLast ? scans : 0,
        ...(changes.length > 0 && { changes }),
      });
    });
    this.#lastStepS = together[0]!.dtS;
    if (receipts.every(({ accepted }) => accepted)) {
      for (const { verdict } of together) for (const change of verdict.changes) this.#runs.live.mailbox.post(change);
      for (let i = 0; i < scans; i++) if (this.#scan(i === scans - 1) === 'ended') break;
    }
    together.forEach(({ resolve }, i) => resolve(this.#done(receipts[i]!)));
  }

  #done(receipt: Receipt): StepDone {
    const { timeH, scans } = this.#runs.live;
    return { receipt, timeH, scans };
  }
}

const notLockstep: Refused = {
  refusal: 'mode',
  says: 'This plant runs by the wall clock and takes no steps. Serve it with --clock lockstep.',
};
