import type { GainPoints, LoopSettings, RelaySettings, TuningRule } from '@fedbatch/control';

/** Who moves a loop: it itself; a person; a foreign controller, where one is let in; it itself, at the set point that its master gives. */
export const loopModes = ['automatic', 'manual', 'remote', 'cascade'] as const;

/** What a stage drives: an input of the plant; the set point of another loop, its slave (a cascade); or the share of its feed that a strategy may give. */
export type LoopTarget = { readonly input: string } | { readonly loop: string } | { readonly share: 'feed' };

/** How a loop is tuned when that is asked for, and by which rule it goes on then; absent: as before. */
export interface TuningPlan extends RelaySettings {
  readonly use?: TuningRule;
}

/** A loop of a plan, resolved to ids. Values in base units. */
export interface LoopPlan {
  readonly name: string;
  readonly settings: LoopSettings;
  /** Output or tag that is held, and the output with its quality where it is a sensor's. */
  readonly output: string;
  readonly quality?: string;
  /** Of a slave: what it holds before its master speaks. */
  readonly setpoint: number;
  /** What its gain is scheduled by, and the output with its quality where it is a sensor's. */
  readonly gain?: GainPoints & { readonly output: string; readonly quality?: string };
  /** What the stages drive: those that raise, then those that lower. */
  readonly targets: readonly LoopTarget[];
  readonly tuning: TuningPlan;
  /** Phases in which it acts; undefined: in all. */
  readonly during?: readonly string[];
}

/** Inputs that a loop drives itself. */
export const inputsOf = ({ targets }: LoopPlan): string[] =>
  targets.flatMap((target) => ('input' in target ? target.input : []));

/** The loop that gives the set point of another, or -1, as places among the loops. */
export const masterOf = (plans: readonly LoopPlan[], loop: number): number =>
  plans.findIndex(({ targets }) => targets.some((target) => 'loop' in target && target.loop === plans[loop]!.name));

/** Places of the loops, each master before its slaves. Throws RangeError where loops lead each other in a circle, or one is led by two. */
export function fromTheTop(plans: readonly LoopPlan[]): number[] {
  const led = plans.flatMap(({ targets }) => targets.flatMap((target) => ('loop' in target ? target.loop : [])));
  const twice = led.find((name, i) => led.indexOf(name) < i);
  if (twice !== undefined) throw new RangeError(`The loop \`${twice}\` has two masters.`);
  const depthOf = (loop: number, steps = 0): number => {
    const master = masterOf(plans, loop);
    if (steps > plans.length) throw new RangeError(`The loop \`${plans[loop]!.name}\` leads itself in a circle.`);
    return master < 0 ? steps : depthOf(master, steps + 1);
  };
  const depths = plans.map((_, i) => depthOf(i));
  return [...plans.keys()].sort((a, b) => depths[a]! - depths[b]! || a - b);
}
