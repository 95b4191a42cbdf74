import { ProblemError } from '@fedbatch/vocabulary';
import { Command, CommanderError } from 'commander';
import { check } from './commands/check.ts';
import { compare } from './commands/compare.ts';
import { demo } from './commands/demo.ts';
import { ensemble } from './commands/ensemble.ts';
import { explain } from './commands/explain.ts';
import { makeNew } from './commands/new.ts';
import { run } from './commands/run.ts';
import { schema } from './commands/schema.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type Terminal, terminal } from './terminal.ts';

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** Runs one command line and gives the exit code. Errors of the user's are printed, never thrown. */
export async function main(args: readonly string[], out: Terminal = terminal()): Promise<ExitCode> {
  let code: ExitCode = exitCodes.met;
  const program = makeProgram(out, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args as string[], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.met : exitCodes.badInput;
    if (!(error instanceof ProblemError)) throw error;
    out.problems(error.problems);
    return exitCodes.badInput;
  }
}

function makeProgram(out: Terminal, done: (code: ExitCode) => void): Command {
  const program = new Command('fedbatch')
    .description('A virtual bioreactor: runs fermentation scenarios from files, on physics that is checked.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => out.print(text.trimEnd()), writeErr: (text) => out.error(text.trimEnd()) })
    .showHelpAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 expectations met, 1 an expectation missed, 2 bad input, 3 numerical failure, 130 stopped by hand.',
    );
  program
    .command('run')
    .description('run a scenario and write its result folder')
    .argument('<scenario>', 'folder with a scenario.yaml, or the file itself')
    .option(
      '--set <path=value>',
      'override a value, as charge.X="0.2 g/L" or organism.qSmax="0.7 g/g/h"; repeatable',
      collect,
      [],
    )
    .option('--out <folder>', 'result folder (default: results/<scenario>)')
    .option('--json', 'print the result as JSON on standard output, progress as JSON lines on standard error')
    .option('--quiet', 'print nothing but errors')
    .action(async (scenario: string, options) => done(await run(scenario, options, out)));
  program
    .command('check')
    .description('check a model or scenario file: units, balances, what was solved for, stiffness')
    .argument('<file>', 'organism, vessel, component or scenario file, or a scenario folder')
    .option('--set <path=value>', 'override a value of a scenario; repeatable', collect, [])
    .option('--json', 'print the findings as JSON')
    .action((file: string, options) => done(check(file, options, out)));
  program
    .command('explain')
    .description('show the composed equations, every symbol with its unit and source')
    .argument('<file>', 'organism, vessel, component or scenario file, or a scenario folder')
    .option('--set <path=value>', 'override a value of a scenario; repeatable', collect, [])
    .option('--html <file>', 'write a self-contained HTML page instead of text')
    .option('--code', 'print the JavaScript that the model compiles to, with the names of the model as comments')
    .action(async (file: string, options) => done(await explain(file, options, out)));
  program
    .command('ensemble')
    .description(
      'run a scenario many times with quantities that vary: envelopes, sensitivities, how often expectations are met',
    )
    .argument('<scenario>', 'folder with a scenario.yaml, or the file itself')
    .option(
      '--vary <id=how>',
      'a quantity that varies, as organism.qSmax="10 %" or charge.X="0.1..0.3 g/L"; repeatable (default: every parameter whose file states a spread)',
      collect,
      [],
    )
    .option('--members <count>', 'how many runs', '200')
    .option('--design <kind>', 'how they are spread: sobol, latin or random', 'sobol')
    .option('--seed <number>', "seed of the design (default: the scenario's)")
    .option('--workers <count>', 'threads (default: one a core); results do not depend on it')
    .option('--set <path=value>', 'override a value of the scenario; repeatable', collect, [])
    .option('--out <folder>', 'folder (default: results/<scenario>-ensemble)')
    .option('--resume', 'keep the members that are there, and run those that are missing')
    .option('--json', 'print the result as JSON on standard output, progress as JSON lines on standard error')
    .option('--quiet', 'print nothing but errors')
    .action(async (scenario: string, options) => done(await ensemble(scenario, options, out)));
  program
    .command('compare')
    .description('let strategies meet the same plants: paired differences, envelopes, how often expectations are met')
    .argument('<study>', 'folder with a study.yaml, or the file itself')
    .option('--members <count>', 'plants that each strategy meets (default: as the study says)')
    .option('--workers <count>', 'threads (default: one a core); results do not depend on it')
    .option('--out <folder>', 'folder (default: results/<study>)')
    .option('--resume', 'keep the runs that are there, and run those that are missing')
    .option('--json', 'print the result as JSON on standard output, progress as JSON lines on standard error')
    .option('--quiet', 'print nothing but errors')
    .action(async (study: string, options) => done(await compare(study, options, out)));
  program
    .command('schema')
    .description('print the JSON Schema that editors complete and check files with')
    .argument('<kind>', 'component, instruments, scenario or study')
    .action((kind: string) => done(schema(kind, out)));
  program
    .command('new')
    .description('write a commented starting point for a file of your own')
    .argument('<kind>', 'organism, vessel or scenario')
    .argument('<path>', 'the file to write, or the folder of a scenario; nothing is overwritten')
    .option('--json', 'print the files that were written as JSON')
    .action((kind: string, path: string, options) => done(makeNew(kind, path, options, out)));
  program
    .command('demo')
    .description('run the shipped E. coli fed-batch')
    .option('--out <folder>', 'result folder (default: results/ecoli-exponential)')
    .action(async (options) => done(await demo(options, out)));
  return program;
}
