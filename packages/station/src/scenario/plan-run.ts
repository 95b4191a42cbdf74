import type { Located, Model } from '@fedbatch/model';
import { kernelsRun } from '@fedbatch/numerics/kernel';
import type { Code } from '@fedbatch/plant';
import type { ChannelPlan, FigurePlan, PhasePlan, PlanOutput, RunPlan } from '@fedbatch/runtime';
import type { Place, Problems, Quantity } from '@fedbatch/vocabulary';
import { FigureReader, outputFigure } from './figure-text.ts';
import { planEquipment } from './instruments/plan-equipment.ts';
import { phasesOf } from './load-scenario.ts';
import { NameTable } from './name-table.ts';
import { planAlarms } from './plan-alarms.ts';
import { toldId } from './plan-feeds.ts';
import { planLoops, planSetpoints, planTuned } from './plan-loops.ts';
import { checkRecipe, planPassing, planPhase } from './plan-phases.ts';
import { planReferences } from './plan-references.ts';
import type { PlanSource } from './plan-source.ts';
import type { ScenarioValue } from './scenario-file.ts';

const secondInH = 1 / 3600;
const defaultTolerance = 1e-6;

/** Turns a scenario and its composed model into a plan; problems are reported, not thrown. */
export function planRun(source: PlanSource): RunPlan | undefined {
  const { scenario, compiled, problems } = source;
  const { model } = compiled;
  const before = problems.errors.length;
  const equipment = planEquipment(source);
  // A sensor with a problem has no tag, and an instrument file with one no tags at all.
  const isTag = problems.errors.length > before ? (name: string): boolean => name.includes('.') : undefined;
  const plant: PlanOutput[] = [...model.outputs, ...(equipment?.outputs ?? [])];
  const seen = new NameTable(plant, problems, isTag);
  const scan = positive(scenario.scan, secondInH, 'scan', problems);
  const every = positive(scenario.record?.every, Math.max(60 * secondInH, scan), 'record.every', problems);
  const stated = phasesOf(scenario);
  const loopSource = { ...source, names: seen, phases: stated };
  const loops = planLoops(loopSource);
  const phases = stated.map(({ name, value }, i) => {
    const planned = planPhase({ ...source, names: seen }, name, value, i);
    const tune = planTuned(value, name, loops, loopSource);
    return (
      planned && {
        ...planned,
        setpoints: planSetpoints(value, name, loops, loopSource),
        ...(tune !== undefined && { tune }),
      }
    );
  });
  const passing = planPassing({ ...source, names: seen });
  const outputs = [...plant, ...toldBy(phases)];
  // A feed with a problem tells nothing of itself.
  const isTold = phases.includes(undefined) ? (name: string): boolean => name.startsWith(toldId('')) : undefined;
  const names = new NameTable(outputs, problems, (name) => (isTag?.(name) || isTold?.(name)) ?? false);
  const reader = new FigureReader(
    names,
    stated.map(({ name }) => name),
    model.balances.map(({ says }) => says),
    problems,
  );
  const figures = scenario['key figures']?.map((text) => reader.figure(text)) ?? defaultFigures(model, names);
  const expectations = scenario.expect?.map((text) => reader.expectation(text)) ?? [];
  const channels = planChannels(scenario, model, outputs, names);
  const references = planReferences(scenario, source.files, names, problems);
  checkRecipe(scenario, problems);
  if ([...phases, ...figures, ...expectations].includes(undefined)) return undefined;
  const component = (kind: string): string => model.components.find((item) => item.role === kind)?.title ?? '';
  const method = scenario.solver?.method?.value ?? 'auto';
  const code = codeOf(scenario, problems);
  return {
    title: {
      title: scenario.scenario,
      organism: component('organism'),
      vessel: component('vessel'),
      seed: scenario.seed ?? 1,
      method: code === 'webassembly' ? `${method}, stiff steps in WebAssembly` : method,
      scanH: scan,
    },
    compiled,
    outputs,
    ...(equipment && { equipment: equipment.spec }),
    method,
    ...(code && { code }),
    ...(scenario.solver?.kinks && { kinks: scenario.solver.kinks.value }),
    relativeTolerance: toleranceOf(scenario, problems),
    scanH: scan,
    recordEvery: wholeScans(every, scan, scenario.record?.every?.place ?? scenario.place, problems),
    ...(scenario.record?.spectra && { spectra: scenario.record.spectra.value }),
    phases: phases as PhasePlan[],
    ...(passing && { passing }),
    ...(scenario.remote && {
      remoteWithinH: positive(scenario.remote['answers within'], 1, 'remote.answers within', problems),
    }),
    loops,
    alarms: planAlarms({ ...source, names, loops }),
    channels,
    references,
    figures: figures as FigurePlan[],
    expectations: expectations as RunPlan['expectations'][number][],
  };
}

/** What the feeding strategies tell of themselves; phases with the same strategy share their outputs. */
function toldBy(phases: readonly (PhasePlan | undefined)[]): PlanOutput[] {
  const told = phases.flatMap((phase) => phase?.feed?.strategy().tells ?? []);
  return [
    ...new Map(told.map(({ id, says, unit }) => [id, { id: toldId(id), says, unit, kind: 'told' as const }])).values(),
  ];
}

function positive(given: Located<Quantity> | undefined, fallback: number, name: string, problems: Problems): number {
  if (!given) return fallback;
  if (given.value.base > 0) return given.value.base;
  problems.error(
    'STATION_TIME_RANGE',
    given.place,
    `\`${name}\` is ${given.value.value} ${given.value.unit.text}; it must be above 0.`,
    'Write a time such as 1 s.',
  );
  return fallback;
}

function toleranceOf(scenario: ScenarioValue, problems: Problems): number {
  const given = scenario.solver?.tolerance;
  if (!given) return defaultTolerance;
  const { base } = given.value;
  if (!(base >= 1e-13 && base <= 1e-2))
    problems.error(
      'STATION_TOLERANCE_RANGE',
      given.place,
      `The tolerance ${base} lies outside 1e-13 to 1e-2.`,
      'Choose 1e-6 for figures, 1e-9 for reference runs.',
    );
  return base;
}

/** JavaScript where the machine does not have what was asked for. */
function codeOf(scenario: ScenarioValue, problems: Problems): Code | undefined {
  const given = scenario.solver?.code;
  if (given?.value !== 'webassembly' || kernelsRun()) return given?.value;
  problems.warn(
    'STATION_CODE_MISSING',
    given.place,
    'This machine has no WebAssembly with relaxed SIMD: stiff steps run in JavaScript, with the last digits of that.',
    'Use a Node.js of version 21 or newer, or write `code: javascript`.',
  );
  return 'javascript';
}

/** Samples fall on scans, so that a recorded value is one that control saw. */
function wholeScans(everyH: number, scanH: number, place: Place, problems: Problems): number {
  const scans = Math.round(everyH / scanH);
  if (scans < 1 || Math.abs(scans * scanH - everyH) > 1e-9 * everyH) {
    problems.error(
      'STATION_TIME_RANGE',
      place,
      `Samples every ${Number((everyH * 3600).toPrecision(6))} s do not fall on scans of ${Number((scanH * 3600).toPrecision(6))} s.`,
      'Make `record.every` a whole multiple of `scan`.',
    );
  }
  return Math.max(1, scans);
}

/** Panels first, in their order, so that the report draws them as the files list them. */
function planChannels(
  scenario: ScenarioValue,
  model: Model,
  outputs: readonly PlanOutput[],
  names: NameTable,
): ChannelPlan[] {
  const panels = scenario.trends
    ? [...scenario.trends].map(([title, list]) => ({
        title,
        outputs: list.map((name) => names.find(name.value, name)?.id),
      }))
    : model.trends.map(({ title, outputs }) => ({ title, outputs: [...outputs] }));
  const panelOf = new Map<string, string>();
  for (const { title, outputs: drawn } of panels)
    for (const id of drawn) if (id !== undefined && !panelOf.has(id)) panelOf.set(id, title);
  // What a probe shows is drawn beside what is true.
  for (const { id, kind, of } of outputs) {
    const panel = kind === 'measured' && of !== undefined ? panelOf.get(of) : undefined;
    if (panel !== undefined && !scenario.trends) panelOf.set(id, panel);
  }
  const only = scenario.record?.only?.map((name) => names.find(name.value, name)?.id);
  const recorded = (output: PlanOutput): boolean => only === undefined || only.includes(output.id);
  const drawn = [...panelOf].map(([output, panel]) => ({ output, panel }));
  const rest = outputs.filter(({ id }) => !panelOf.has(id)).map(({ id }) => ({ output: id }));
  const all: ChannelPlan[] = [...drawn, ...rest];
  return all.filter(({ output }) => recorded(outputs.find(({ id }) => id === output)!));
}

/** What nearly every engineer asks first: what is there at the end, how much was fed, and whether oxygen ran short. */
function defaultFigures(model: Model, names: NameTable): FigurePlan[] {
  const ends = model.outputs.filter(
    (output) =>
      output.kind === 'concentration' && !output.id.includes('.') && !['O2', 'CO2', 'H2O'].includes(output.id),
  );
  const figures = [...ends.map((output) => outputFigure(output, 'end'))];
  const wanted = [
    [model.broth.volume, 'end'],
    ['feedRate', 'total'],
    ['mu', 'maximum'],
    ['DO', 'minimum'],
    ['OUR', 'maximum'],
  ] as const;
  for (const [name, statistic] of wanted) {
    const output = names.look(name);
    if (output) figures.push(outputFigure(output, statistic));
  }
  return figures;
}
