import type { OpenReaction } from '@fedbatch/model';
import type { FaultLabel } from '@fedbatch/plant';

/** What a run leaves behind, as plain data: records writes it to disk, the command line and the faces show it. All values are in the units that stand beside them. */
export interface RunResult {
  readonly scenario: ScenarioTitle;
  readonly outcome: RunOutcome;
  readonly samples: Samples;
  readonly events: readonly RunEvent[];
  /** Data to compare with. */
  readonly references: readonly ReferenceSeries[];
  readonly phases: readonly PhaseSpan[];
  readonly keyFigures: readonly KeyFigure[];
  readonly expectations: readonly ExpectationResult[];
  readonly audit: Audit;
  /** Ground truth of the faults, apart from everything measured; absent without instruments. */
  readonly faults?: readonly FaultLabel[];
  /** Relay experiments on loops, in their order; absent: there were none. */
  readonly tunings?: readonly LoopTuningResult[];
  /** Every spectrum of every spectrometer; absent where the plan does not keep them. */
  readonly spectra?: readonly Spectra[];
  readonly work: Readonly<Record<string, number>>;
}

/** A relay experiment on a loop: what it did, and what it found. Bands and swings are in `difference`, gains in it for a whole stage, times in h. */
export interface LoopTuningResult {
  readonly loop: string;
  /** What is held, in words, and its unit; the unit of differences of it. */
  readonly says: string;
  readonly unit: string;
  readonly difference: string;
  readonly outcome: 'tuned' | 'given up' | 'goes on';
  readonly sentence: string;
  readonly setpoint: number;
  /** The record: held value, and output in % of a stage. */
  readonly timeH: Float64Array;
  readonly measured: Float64Array;
  readonly outputPercent: Float64Array;
  readonly found?: {
    readonly periods: number;
    /** Half of it. */
    readonly swing: number;
    /** Proportional band at which the loop would oscillate by itself, and with what period. */
    readonly ultimateBand: number;
    readonly ultimatePeriodH: number;
    /** A lag behind a dead time; Infinity twice: an integrator. */
    readonly processGain: number;
    readonly lagH: number;
    readonly deadTimeH: number;
    /** What each rule makes of it. */
    readonly laws: readonly {
      readonly rule: string;
      readonly band: number;
      readonly resetH: number;
      readonly derivativeH: number;
    }[];
  };
}

/** What one spectrometer saw: counts at each Raman shift (1/cm), one spectrum for each time. */
export interface Spectra {
  readonly tag: string;
  readonly shifts: Float64Array;
  readonly timeH: Float64Array;
  readonly counts: readonly Float64Array[];
}

export interface ScenarioTitle {
  /** First line of the scenario file: what is tried. */
  readonly title: string;
  readonly organism: string;
  readonly vessel: string;
  readonly seed: number;
  readonly method: string;
  readonly scanH: number;
}

export interface RunOutcome {
  /** 'complete': the recipe ended. 'stopped': a person stopped it. 'failed': the numerics gave up; `says` tells why. */
  readonly kind: 'complete' | 'stopped' | 'failed';
  readonly timeH: number;
  readonly says: string;
}

/** One recorded series. */
export interface Channel {
  /** Stable id, letters, digits, dot, underscore: `X`, `organism.mu`, `vessel.feedRate`. */
  readonly id: string;
  /** Words for people: 'biomass', 'specific growth rate'. */
  readonly says: string;
  readonly unit: string;
  /** Of the equations; or of instruments: what a sensor shows, how far to trust it, what an actuator delivers; or of a strategy: what it tells. */
  readonly kind:
    | 'concentration'
    | 'amount'
    | 'quantity'
    | 'input'
    | 'ledger'
    | 'measured'
    | 'quality'
    | 'delivered'
    | 'told';
  /** The trend panel that shows it, in reading order of first appearance; undefined: recorded, not drawn. */
  readonly panel?: string;
}

/** A rectangle of samples: `columns[c][i]` is channel c at `timeH[i]`. */
export interface Samples {
  readonly channels: readonly Channel[];
  readonly timeH: Float64Array;
  readonly columns: readonly Float64Array[];
}

/** Data from elsewhere for one channel, in its unit. */
export interface ReferenceSeries {
  readonly channel: string;
  readonly timeH: Float64Array;
  readonly values: Float64Array;
}

export interface RunEvent {
  readonly timeH: number;
  /** Run start and end, phase changes, model events, alarms and interlocks, warnings. */
  readonly kind: 'run' | 'phase' | 'event' | 'alarm' | 'warning';
  readonly subject: string;
  readonly says: string;
  readonly old?: number | string;
  readonly new?: number | string;
  readonly unit?: string;
}

export interface PhaseSpan {
  readonly name: string;
  readonly fromH: number;
  readonly toH: number;
  /** Why it ended: 'glucose is exhausted', 'after 10 h'. */
  readonly endedBy: string;
}

export interface KeyFigure {
  readonly id: string;
  readonly says: string;
  readonly value: number;
  readonly unit: string;
}

export interface ExpectationResult {
  /** The line as the scenario has it. */
  readonly text: string;
  readonly met: boolean;
  readonly value: number;
  readonly unit: string;
  /** The limit in words and numbers: 'within 57 .. 63 g/L'. */
  readonly limit: string;
}

export interface Audit {
  readonly balances: readonly BalanceLine[];
  /** Where the carbon that left the substrate went, in mol; empty where no reaction has formulas. */
  readonly carbonFate: readonly { readonly name: string; readonly molC: number }[];
  /** Reactions that were published without closing; shown on every check and in every report. */
  readonly openReactions: readonly OpenReaction[];
}

/** start + in - out - held = residual, over the whole run. */
export interface BalanceLine {
  readonly balance: 'carbon' | 'nitrogen' | 'oxygen' | 'hydrogen' | 'charge' | 'electrons' | 'mass' | string;
  readonly unit: string;
  readonly start: number;
  readonly in: number;
  readonly out: number;
  readonly held: number;
  readonly residual: number;
  /** |residual| over the largest of |start| + |in|, |out| + |held|; 0 when nothing moved. */
  readonly relative: number;
}
