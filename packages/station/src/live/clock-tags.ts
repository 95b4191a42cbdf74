import type { MoreTag } from '@fedbatch/runtime';
import type { Tag } from '@fedbatch/vocabulary';
import type { LivePlant } from './live-plant.ts';
import type { PlantRuns } from './plant-runs.ts';
import { watchdogStates } from './watchdog.ts';

const number = (id: string, says: string, unit = '-', high = 1e9): Tag => ({
  id,
  says,
  type: 'number',
  unit,
  low: 0,
  high,
  from: 'clock',
});
const choice = (id: string, says: string, choices: readonly string[]): Tag => ({
  id,
  says,
  type: 'choice',
  unit: '-',
  low: 0,
  high: choices.length - 1,
  choices,
  from: 'clock',
});

/** What a plant tells of its clock and of who watches it. The table asks when it is made, before `runs` has its first run. */
export function clockTags(plant: LivePlant, runs: PlantRuns): MoreTag[] {
  return [
    {
      tag: choice('clock.run.mode', 'what makes a scan', ['wall clock', 'lockstep']),
      value: () => (plant.clock.mode === 'paced' ? 0 : 1),
    },
    {
      tag: choice('clock.run.state', 'whether the clock runs', ['paused', 'running']),
      value: () => (plant.clock.isRunning ? 1 : 0),
    },
    { tag: number('clock.run.speed', 'plant time for wall time'), value: () => plant.clock.speed },
    { tag: number('clock.scan.count', 'scans since the start'), value: () => runs.live?.scans ?? 0 },
    { tag: number('clock.scan.period', 'time of a scan', 's'), value: () => plant.plan.scanH * 3600 },
    { tag: number('clock.scan.late', 'scans that came late'), value: () => plant.clock.late },
    {
      tag: number('clock.step.request', 'lockstep: a step of so long, by writing it', 's', 86_400),
      value: () => plant.lastStepS,
    },
    { tag: number('watchdog.client.count', 'last count of the client'), value: () => plant.watchdog.count },
    {
      tag: number('watchdog.client.limit', 'longest silence of the client; 0: not watched', 's'),
      value: () => plant.watchdog.limitMs / 1000,
    },
    {
      tag: choice('watchdog.client.state', 'whether the client is alive', watchdogStates),
      value: () => watchdogStates.indexOf(plant.watchdog.state),
    },
  ];
}
