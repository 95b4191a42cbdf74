import type { AlarmSettings, EndSettings, FeedStrategy } from '@fedbatch/control';
import type { CompiledModel, OutputInfo } from '@fedbatch/model';
import type { Method } from '@fedbatch/numerics';
import type { Code, EquipmentSpec, Kinks } from '@fedbatch/plant';
import type { Unit } from '@fedbatch/vocabulary';
import type { AlarmPlan } from './alarms.ts';
import type { LoopPlan } from './loop-plan.ts';
import type { PassingPlan } from './procedure.ts';
import type { PassingState } from './recipe-state.ts';
import type { ReferenceSeries, ScenarioTitle } from './run-result.ts';

/** Everything that a run is a function of, checked and resolved: no text is left to be read. */
export interface RunPlan {
  readonly title: ScenarioTitle;
  readonly compiled: CompiledModel;
  /** Everything that can be recorded: the outputs of the model, then what instruments show (see `instrumentTags`), then what strategies tell. */
  readonly outputs: readonly PlanOutput[];
  /** Instruments and faults; absent: ideal ones. */
  readonly equipment?: EquipmentSpec;
  readonly method: Method;
  /** What stiff steps run in; absent: JavaScript. */
  readonly code?: Code;
  /** Whether steps end at kinks; absent: they do. */
  readonly kinks?: Kinks;
  readonly relativeTolerance: number;
  readonly scanH: number;
  /** A sample is kept every so many scans. */
  readonly recordEvery: number;
  /** Whether the spectra of spectrometers are kept; absent: dropped. */
  readonly spectra?: 'keep' | 'drop';
  readonly phases: readonly PhasePlan[];
  /** What holding, restarting, completing, stopping and aborting do, beside letting the feed rest; absent: they take no time. */
  readonly passing?: Readonly<Partial<Record<PassingState, PassingPlan>>>;
  /** A foreign controller may have loops and feeds, as long as it is never silent for longer, h; absent: none may. */
  readonly remoteWithinH?: number;
  /** Base loops; absent: none. */
  readonly loops?: readonly LoopPlan[];
  /** Alarms and interlocks; absent: none. */
  readonly alarms?: readonly AlarmPlan[];
  readonly channels: readonly ChannelPlan[];
  readonly figures: readonly FigurePlan[];
  /** Data to compare with. */
  readonly references?: readonly ReferenceSeries[];
  readonly expectations: readonly ExpectationPlan[];
}

/** An output of the model, a tag of an instrument, or what a strategy tells of itself. */
export type PlanOutput = Pick<OutputInfo, 'id' | 'says' | 'unit' | 'formula' | 'source'> & {
  readonly kind: OutputInfo['kind'] | 'measured' | 'quality' | 'delivered' | 'told';
  /** Of an instrument's tag: the output or input that it stands for. */
  readonly of?: string;
};

export interface PhasePlan {
  readonly name: string;
  readonly feed?: FeedPlan;
  /** The watched condition that ends the phase: id of an event of the model, and its words. */
  readonly until?: { readonly event: string; readonly says: string };
  /** Where it stands in the procedure: unit procedure, then operation (ISA-88.01, 5.2); absent: nothing is said of them. */
  readonly within?: readonly string[];
  /** A change of a signal that ends the phase, found at a scan boundary. */
  readonly detect?: {
    readonly output: string;
    readonly quality?: string;
    readonly settings: EndSettings;
    readonly says: string;
  };
  /** A loop by index that is tuned from its start on; the phase ends with the experiment, whatever came of it. */
  readonly tune?: number;
  /** Ends the phase after so long. */
  readonly forH?: number;
  /** Holds the phase as long as a limit is passed: its feed rests and its `forH` waits, while loops go on. */
  readonly hold?: {
    readonly output: string;
    readonly quality?: string;
    readonly settings: AlarmSettings;
    readonly says: string;
  };
  /** Ends the phase after so long at the latest, held or not, with a warning. */
  readonly atMostH?: number;
  /** Inputs to set when the phase starts, base units. */
  readonly set: readonly { readonly input: string; readonly value: number }[];
  /** Set points that change when the phase starts: loop by index, base units. */
  readonly setpoints?: readonly { readonly loop: number; readonly value: number }[];
}

export interface FeedPlan {
  /** Makes the strategy of one run: it remembers, and runs must not know of each other. */
  readonly strategy: () => FeedStrategy;
  /** Id of the input that the pump drives. */
  readonly input: string;
  /** Outputs that the strategy measures when it starts. */
  readonly biomass?: string;
  readonly volume?: string;
  /** Outputs or tags that the strategy sees at every scan, in its order; `quality`: the output with the quality of a sensor. */
  readonly reads?: readonly { readonly output: string; readonly quality?: string }[];
  /** Outputs of the plan that stand for what the strategy tells of itself, in its order. */
  readonly tells?: readonly string[];
}

/** An output of the model to record. */
export interface ChannelPlan {
  readonly output: string;
  readonly panel?: string;
}

/** One number that a run is judged by. */
export type FigureSource =
  | {
      readonly kind: 'output';
      readonly output: string;
      readonly statistic: 'end' | 'start' | 'maximum' | 'minimum' | 'mean' | 'total';
    }
  | { readonly kind: 'phase'; readonly phase: string; readonly statistic: 'end' | 'duration' }
  | { readonly kind: 'balance'; readonly balance: string };

export interface FigurePlan {
  readonly id: string;
  readonly says: string;
  readonly unit: Unit;
  readonly source: FigureSource;
}

export interface ExpectationPlan {
  /** The line as the scenario has it. */
  readonly text: string;
  readonly figure: FigurePlan;
  /** Base units; a figure between them, limits included, meets the expectation. */
  readonly low: number;
  readonly high: number;
}
