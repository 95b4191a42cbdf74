import { constantFeed } from '@fedbatch/control';
import { compileModel, compose, readComponent } from '@fedbatch/model';
import { Problems } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveRun } from './live/live-run.ts';
import { afterCommand, afterPassing, type RecipeState, recipeCommands, recipeStates } from './recipe-state.ts';
import type { PhasePlan, RunPlan } from './run-plan.ts';

const tank = `vessel: Tank
source: example
inputs:
  feed: { unit: L/h, default: 0 L/h, range: 0..2 L/h, says: feed }
  air: { unit: L/min, default: 5 L/min, range: 0..20 L/min, says: air }
phases: { broth: { volume state: V, initial volume: 1 L } }
streams: { feed: { into: broth, flow: feed } }
`;
const model = compose([{ role: 'vessel', file: readComponent(tank, 'tank.yaml', new Problems()) }], {});
const compiled = compileModel(model);
const scanH = 0.1;

const inoculation: PhasePlan = { name: 'inoculation', within: ['Seed', 'Inoculate'], forH: 1, set: [] };
const feeding: PhasePlan = {
  name: 'feeding',
  within: ['Fermentation', 'Feed'],
  forH: 2,
  atMostH: 20,
  set: [],
  feed: { strategy: () => constantFeed(0.5), input: 'vessel.feed' },
};

function plan(more: Partial<RunPlan> = {}): RunPlan {
  return {
    title: { title: 'recipe', organism: '', vessel: 'Tank', seed: 1, method: 'auto', scanH },
    compiled,
    outputs: model.outputs,
    method: 'auto',
    relativeTolerance: 1e-8,
    scanH,
    recordEvery: 1,
    phases: [inoculation, feeding],
    channels: [{ output: 'V' }],
    figures: [],
    expectations: [],
    ...more,
  };
}

const slow = (value: number) => ({ forH: 0.35, set: [{ input: 'vessel.air', value }] });
const passing = {
  holding: slow(0.02),
  restarting: slow(0.3),
  completing: slow(0.02),
  stopping: slow(0.02),
  aborting: slow(0.01),
};

const steps = (live: LiveRun, count: number): void => {
  for (let i = 0; i < count; i++) live.scan();
};
const feedOf = (live: LiveRun): number => live.run.seam().inputs[live.run.seam().slotOfInput('vessel.feed')]!;
const airOf = (live: LiveRun): number => live.run.seam().inputs[live.run.seam().slotOfInput('vessel.air')]!;
const transitions = (live: LiveRun) => live.events.flatMap((event) => (event.subject === 'recipe' ? [event] : []));
const states = (live: LiveRun): string[] => transitions(live).map((event) => String(event.new));
const say = (live: LiveRun, action: 'hold' | 'resume' | 'stop' | 'abort' | 'next', scans = 1): void => {
  live.mailbox.post({ kind: 'recipe', action });
  steps(live, scans);
};

describe('the states of a recipe after ISA-88', () => {
  const reached: Partial<Record<RecipeState, Partial<Record<(typeof recipeCommands)[number], RecipeState>>>> = {
    idle: { start: 'running', stop: 'stopping', abort: 'aborting' },
    running: { hold: 'holding', complete: 'completing', stop: 'stopping', abort: 'aborting' },
    holding: { resume: 'restarting', complete: 'completing', stop: 'stopping', abort: 'aborting' },
    held: { resume: 'restarting', complete: 'completing', stop: 'stopping', abort: 'aborting' },
    restarting: { hold: 'holding', complete: 'completing', stop: 'stopping', abort: 'aborting' },
    stopping: { abort: 'aborting' },
  };

  it.each(recipeStates.flatMap((state) => recipeCommands.map((command) => [state, command] as const)))(
    '%s: %s leads where the matrix says, or nowhere',
    (state, command) => {
      expect(afterCommand(state, command)).toBe(reached[state]?.[command]);
    },
  );

  it('pass by themselves on their way, and only there', () => {
    expect(Object.fromEntries(recipeStates.map((state) => [state, afterPassing(state)]))).toEqual({
      ...Object.fromEntries(recipeStates.map((state) => [state, undefined])),
      holding: 'held',
      restarting: 'running',
      completing: 'complete',
      stopping: 'stopped',
      aborting: 'aborted',
    });
  });
});

describe('a recipe that people move', () => {
  it('holds a fed-batch: nothing is fed until it runs again, the time of the phase waits, and all of it is on record', () => {
    const live = new LiveRun(plan({ passing }));
    steps(live, 15);
    expect(feedOf(live)).toBe(0.5);
    say(live, 'hold');
    expect(live.run.recipeState).toBe('holding');
    expect([feedOf(live), airOf(live)]).toEqual([0, 0.02]);
    steps(live, 10);
    expect(live.run.recipeState).toBe('held');
    const volume = live.run.read('V');
    say(live, 'resume', 2);
    expect(live.run.recipeState).toBe('restarting');
    expect([feedOf(live), airOf(live), live.run.read('V')]).toEqual([0, 0.3, volume]);
    steps(live, 3);
    expect(live.run.recipeState).toBe('running');
    expect(feedOf(live)).toBe(0.5);
    while (!live.ended) live.scan();
    // One litre in two hours of feeding, however long it was held.
    expect(live.run.read('V')).toBeCloseTo(2, 9);
    expect(states(live)).toEqual(['running', 'holding', 'held', 'restarting', 'running', 'completing', 'complete']);
    expect(live.run.outcome?.kind).toBe('complete');
  });

  it('aborts an inoculation: nothing is fed, what makes it safe is set over any hand, and the end is on record', () => {
    const live = new LiveRun(plan({ passing }));
    const seam = live.run.seam();
    seam.manual[seam.slotOfInput('vessel.air')] = 0.2;
    seam.manual[seam.slotOfInput('vessel.feed')] = 1.5;
    seam.passOn(seam.slotOfInput('vessel.feed'));
    steps(live, 3);
    expect(feedOf(live)).toBe(1.5);
    say(live, 'abort');
    expect(live.run.recipeState).toBe('aborting');
    expect([feedOf(live), airOf(live)]).toEqual([0, 0.01]);
    steps(live, 4);
    expect(live.ended).toBe(true);
    expect(states(live)).toEqual(['running', 'aborting', 'aborted']);
    expect(live.run.outcome?.says).toMatch(/^Aborted by hand at 0.65 h/);
    expect(live.run.result().phases).toMatchObject([{ name: 'inoculation', endedBy: 'stopped' }]);
  });

  it('takes no time for states that nobody describes', () => {
    const live = new LiveRun(plan());
    steps(live, 15);
    say(live, 'hold');
    expect(live.run.recipeState).toBe('held');
    say(live, 'resume');
    expect(live.run.recipeState).toBe('running');
    say(live, 'stop');
    expect([live.ended, feedOf(live), live.run.recipeState]).toEqual([true, 0, 'stopped']);
  });

  it('aborts while it stops, and holds again while it restarts', () => {
    const live = new LiveRun(plan({ passing }));
    steps(live, 15);
    say(live, 'hold', 5);
    say(live, 'resume');
    say(live, 'hold', 5);
    expect(live.run.recipeState).toBe('held');
    say(live, 'stop');
    expect(live.run.recipeState).toBe('stopping');
    say(live, 'abort', 6);
    expect(states(live).slice(-3)).toEqual(['stopping', 'aborting', 'aborted']);
    expect([feedOf(live), live.ended]).toEqual([0, true]);
  });

  it('keeps what a hand feeds while it is held: a person goes before control, until the end', () => {
    const live = new LiveRun(plan());
    steps(live, 15);
    say(live, 'hold');
    const seam = live.run.seam();
    seam.manual[seam.slotOfInput('vessel.feed')] = 0.7;
    seam.passOn(seam.slotOfInput('vessel.feed'));
    steps(live, 3);
    expect(feedOf(live)).toBe(0.7);
    say(live, 'abort');
    expect(feedOf(live)).toBe(0);
  });

  it('puts on record what does nothing', () => {
    const live = new LiveRun(plan());
    say(live, 'resume');
    expect(live.events.map(({ says }) => says)).toContain('resume does nothing: the recipe is running');
  });

  it('says where it stands in its procedure, level by level', () => {
    const live = new LiveRun(plan());
    while (!live.ended) live.scan();
    const said = live.events.filter(({ says }) => /procedure|operation/.test(says));
    expect(said.map(({ subject, says }) => `${subject}: ${says}`)).toEqual([
      'Seed: unit procedure started',
      'Inoculate: operation started',
      'Inoculate: operation ended',
      'Seed: unit procedure ended',
      'Fermentation: unit procedure started',
      'Feed: operation started',
      'Feed: operation ended',
      'Fermentation: unit procedure ended',
    ]);
  });

  it('goes only where the matrix allows, feeds only while it runs, and leaves nothing on, whatever is commanded', () => {
    const command = fc.record({
      action: fc.constantFrom('hold', 'resume', 'next', 'stop', 'abort', 'hold', 'resume'),
      scans: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), fc.boolean(), (commands, takesTime) => {
        const live = new LiveRun(plan(takesTime ? { passing } : {}));
        const look = (): void => {
          if (live.run.recipeState !== 'running') expect(feedOf(live)).toBe(0);
        };
        for (const { action, scans } of commands) {
          live.mailbox.post({ kind: 'recipe', action: action as 'hold' });
          for (let i = 0; i < scans; i++) {
            live.scan();
            look();
          }
        }
        for (let i = 0; !live.ended && i < 400; i++) {
          // Whoever holds it lets it go on in the end.
          if (live.run.recipeState === 'held') live.mailbox.post({ kind: 'recipe', action: 'resume' });
          live.scan();
          look();
        }
        expect(live.ended).toBe(true);
        expect(feedOf(live)).toBe(0);
        const record = transitions(live);
        record.forEach(({ old, new: now }, i) => {
          if (i > 0) expect(old).toBe(record[i - 1]!.new);
          const ways = recipeCommands.map((one) => afterCommand(old as RecipeState, one));
          expect([...ways, afterPassing(old as RecipeState)]).toContain(now);
        });
        expect(['complete', 'stopped', 'aborted']).toContain(live.run.recipeState);
      }),
      { numRuns: 60 },
    );
  });

  it('ends a phase where its signal shows it, and says how', () => {
    const settings = { side: 'rises', by: 0.2, withinH: 1, afterH: 0 } as const;
    const detect = { output: 'V', settings, says: 'volume rises by 0.2 L' };
    const until: PhasePlan = { ...feeding, detect, forH: 9 };
    const live = new LiveRun(plan({ phases: [until] }));
    while (!live.ended) live.scan();
    expect(live.run.result().phases[0]!.endedBy).toBe('volume rises by 0.2 L');
    // 0.5 L/h rise 0.3 L/h faster than what is let pass.
    expect(live.timeH).toBeCloseTo(0.7, 6);
  });

  it('comes back the same, bit for bit, from what was commanded and when', () => {
    const live = new LiveRun(plan({ passing }));
    steps(live, 15);
    say(live, 'hold', 5);
    say(live, 'resume', 2);
    const again = LiveRun.restored(plan({ passing }), live.snapshot());
    expect(again.run.recipeState).toBe(live.run.recipeState);
    steps(live, 10);
    steps(again, 10);
    expect(again.run.read('V')).toBe(live.run.read('V'));
  });
});
