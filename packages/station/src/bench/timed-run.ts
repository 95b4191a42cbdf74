import { Run } from '@fedbatch/runtime';
import { loadScenario } from '@fedbatch/station';

// Times cases in a process of its own and prints them as JSON: TimedCase by name. It may be copied into the tree of another commit, so it uses
// nothing but what a run has always had: a scenario, a plan, scans. The first argument is the list of cases with their paths from the folder it runs in.

const measured = 5;
const warmupMs = 400;
/** A round is repeated until it takes so long: less cannot be read off the clock. */
const shortestMs = 20;

/** Processor time of this thread, ms: what others do on the machine hardly changes it. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

interface Case {
  readonly name: string;
  readonly scenario: string;
  readonly settings: readonly string[];
  readonly scans: number;
}

function timed({ scenario, settings, scans }: Case): object {
  const { plan } = loadScenario(scenario, settings);
  let done = 0;
  let took = 0;
  let counts = { scans: 0, rhsCalls: 0, steps: 0 };
  const once = (): void => {
    const run = new Run(plan);
    const from = processorMs();
    let ran = 0;
    while (ran < scans && !run.ended) {
      run.scan();
      ran++;
    }
    took += processorMs() - from;
    done += ran;
    const { rhsCalls, acceptedSteps, rejectedSteps } = run.result().work;
    counts = { scans: ran, rhsCalls, steps: acceptedSteps + rejectedSteps };
  };
  const round = (): number => {
    done = 0;
    took = 0;
    while (took < shortestMs) once();
    return (1000 * took) / done;
  };
  for (const until = processorMs() + warmupMs; processorMs() < until; ) once();
  const rounds = Array.from({ length: measured }, round).sort((a, b) => a - b);
  return { microseconds: rounds[measured >> 1]!, ...counts };
}

const cases = JSON.parse(process.argv[2]!) as readonly Case[];
const results = cases.map((one) => {
  try {
    return [one.name, timed(one)];
  } catch (error) {
    return [one.name, { failed: error instanceof Error ? error.message : String(error) }];
  }
});
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
