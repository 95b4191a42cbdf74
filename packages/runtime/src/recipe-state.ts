/**
 * States of a recipe and its commands after ISA-88 (ANSI/ISA-88.00.01-2010, 5.7 and its example state transition matrix), with the state that leads to
 * complete named too. The order of the words is that of the tag `recipe.run.state`; 'failed' is a run whose numbers gave up, and no state of the standard.
 */
export const recipeStates = [
  'running',
  'held',
  'complete',
  'stopped',
  'failed',
  'idle',
  'holding',
  'restarting',
  'completing',
  'stopping',
  'aborting',
  'aborted',
] as const;
export type RecipeState = (typeof recipeStates)[number];

/** States that pass by themselves when what they do is done, and what comes then. */
const following = {
  holding: 'held',
  restarting: 'running',
  completing: 'complete',
  stopping: 'stopped',
  aborting: 'aborted',
} as const satisfies Partial<Record<RecipeState, RecipeState>>;
export type PassingState = keyof typeof following;
export const passingStates = Object.keys(following) as readonly PassingState[];

/** What moves a recipe: commands, and 'complete', which is the end of its last phase. */
export const recipeCommands = ['start', 'hold', 'resume', 'complete', 'stop', 'abort'] as const;
export type RecipeCommand = (typeof recipeCommands)[number];

const goesOn: readonly RecipeState[] = ['running', 'holding', 'held', 'restarting'];
const from: Readonly<Record<RecipeCommand, readonly RecipeState[]>> = {
  start: ['idle'],
  hold: ['running', 'restarting'],
  resume: ['holding', 'held'],
  complete: goesOn,
  stop: ['idle', ...goesOn],
  abort: ['idle', ...goesOn, 'stopping'],
};
const to: Readonly<Record<RecipeCommand, RecipeState>> = {
  start: 'running',
  hold: 'holding',
  resume: 'restarting',
  complete: 'completing',
  stop: 'stopping',
  abort: 'aborting',
};

/** The state that a command leads to; undefined: it does nothing in this state. */
export function afterCommand(state: RecipeState, command: RecipeCommand): RecipeState | undefined {
  return from[command].includes(state) ? to[command] : undefined;
}

/** The state that follows when a passing state is done; undefined: the state lasts. */
export function afterPassing(state: RecipeState): RecipeState | undefined {
  return following[state as PassingState];
}
