import { clockForms } from '@fedbatch/station';
import { ProblemError } from '@fedbatch/vocabulary';
import { Command, CommanderError } from 'commander';
import { bench } from './commands/bench.ts';
import { check } from './commands/check.ts';
import { compare } from './commands/compare.ts';
import { demo } from './commands/demo.ts';
import { ensemble } from './commands/ensemble.ts';
import { explain } from './commands/explain.ts';
import { makeNew } from './commands/new.ts';
import { browse, call, nodeset, read, trust, watch, write } from './commands/opcua.ts';
import { optimise } from './commands/optimise.ts';
import { run } from './commands/run.ts';
import { schema } from './commands/schema.ts';
import { serve } from './commands/serve.ts';
import { addUser, listUsers, makeToken, revokeToken } from './commands/users.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { machineProblems } from './machine-error.ts';
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
    const problems = error instanceof ProblemError ? error.problems : machineProblems(error);
    if (!problems) throw error;
    out.problems(problems);
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
    .command('optimise')
    .description('search for the settings with which a key figure is best while every expectation is met')
    .argument('<scenario>', 'folder with a scenario.yaml, or the file itself')
    .option(
      '--vary <path=range>',
      'a setting and where it is sought, as recipe.fed-batch.feed.mu="0.1..0.3 1/h"; repeatable',
      collect,
      [],
    )
    .option('--maximise <figure>', 'a key figure of the scenario that is to be high, as "biomass at end"')
    .option('--minimise <figure>', 'a key figure that is to be low')
    .option('--evaluations <count>', 'most runs', '200')
    .option('--seed <number>', "seed of the search (default: the scenario's)")
    .option('--workers <count>', 'threads (default: one a core); results do not depend on it')
    .option('--set <path=value>', 'override a value of the scenario; repeatable', collect, [])
    .option('--out <folder>', 'folder (default: results/<scenario>-optimum)')
    .option('--json', 'print the result as JSON on standard output, progress as JSON lines on standard error')
    .option('--quiet', 'print nothing but errors')
    .action(async (scenario: string, options) => done(await optimise(scenario, options, out)));
  program
    .command('bench')
    .description('time scenarios against another commit of their repository: ratios with intervals, for CI')
    .argument('<scenarios...>', 'folders with a scenario.yaml, or files')
    .option(
      '--against <ref>',
      'branch, tag or commit (default: where this branch left the main one, else the last commit, or the one before where nothing has changed since)',
    )
    .option('--pairs <count>', 'pairs of fresh processes', '20')
    .option('--scans <count>', 'most scans of a run', '20000')
    .option('--limit <ratio>', 'slower is what surely takes more than this times as long', '1.05')
    .option('--set <path=value>', 'override a value in both; repeatable', collect, [])
    .option('--out <folder>', 'write bench.json for github-action-benchmark, bench.bmf.json for Bencher, and bench.md')
    .option('--json', 'print the result as JSON on standard output, progress as JSON lines on standard error')
    .option('--quiet', 'print nothing but errors')
    .action(async (scenarios: string[], options) => done(await bench(scenarios, options, out)));
  program
    .command('schema')
    .description('print the JSON Schema that editors complete and check files with')
    .argument('<kind>', 'component, instruments, scenario, serve or study')
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
  serving(program, out, done);
  return program;
}

const dataSays = 'folder of the station: users, keys, journals, histories (default: results/station)';
const dataOption = ['--data <folder>', dataSays.replace(/ \(.*/, ''), 'results/station'] as const;

/** Live plants, who may use them, and a client to look at them. */
function serving(program: Command, out: Terminal, done: (code: ExitCode) => void): void {
  program
    .command('serve')
    .description('serve live plants, runs and studies over OPC UA and HTTP until it is stopped')
    .argument('[scenarios...]', 'folders with a scenario.yaml; each is a plant, in the place of those of the file')
    .option('--config <file>', 'a fedbatch.yaml that says all this; options count more than it')
    .option('--opcua <port|off>', 'port of OPC UA (default: 4840)')
    .option('--http <port|off>', 'port of HTTP (default: 8080)')
    .option('--host <address>', 'address that both listen on; 0.0.0.0 for all (default: 127.0.0.1)')
    .option('--certificate <file>', 'certificate for HTTP, PEM (default: not encrypted)')
    .option('--key <file>', 'its key')
    .option('--clock <mode>', `${clockForms} (default: realtime)`)
    .option('--profile <name>', 'OPC UA as lads: devices after OPC 30500-1; flat: tags alone (default: lads)')
    .option('--copies <count>', 'plants of each scenario; they differ in their seeds (default: 1)')
    .option('--stamps <clock>', 'source time stamps of OPC UA: wall or simulated (default: wall)')
    .option(
      '--flush <when>',
      'when records are on the disk: each, before its effect; or second, for fast lockstep (default: each)',
    )
    .option('--insecure-lab', 'also without encryption, and reading without a name or a token; on this machine only')
    .option('--data <folder>', dataSays)
    .option('--library <folder>', 'organisms, vessels, scenarios and studies that HTTP offers (default: those shipped)')
    .option('--log <where>', 'JSON log lines: off, stderr, or a file (default: off)')
    .option('--set <path=value>', 'override a value; repeatable', collect, [])
    .option('--json', 'print the banner as JSON')
    .option('--verbose', 'also print what the OPC UA library says')
    .action(async (scenarios: string[], options) => done(await serve(scenarios, options, out)));
  const users = program.command('users').description('who may log in to a station');
  users
    .command('add')
    .description('add or replace a user; the password comes over standard input')
    .argument('<name>')
    .requiredOption('--role <role>', 'observer, operator, engineer or administrator')
    .option('--certificate <thumbprint>', 'log in by this X.509 certificate (SHA-1 thumbprint) instead of a password')
    .option(...dataOption)
    .action(async (name: string, options) => done(await addUser(name, options, out)));
  users
    .command('list')
    .description('list users, their roles and their tokens')
    .option(...dataOption)
    .action((options) => done(listUsers(options, out)));
  users
    .command('token')
    .description('make a token for HTTP; its text is printed once and kept nowhere')
    .argument('<name>')
    .option('--label <text>', 'what it is for', 'command line')
    .option('--hours <number>', 'how long it lasts', '720')
    .option(...dataOption)
    .action((name: string, options) => done(makeToken(name, options, out)));
  users
    .command('revoke')
    .description('end a token')
    .argument('<name>')
    .argument('<token-id>', 'as `fedbatch users list` shows it')
    .option(...dataOption)
    .action((name: string, id: string, options) => done(revokeToken(name, id, options, out)));
  const opcua = program.command('opcua').description('a small OPC UA client: look at a server, write, call, trust');
  const client = (name: string, says: string): Command =>
    opcua
      .command(name)
      .description(says)
      .option('--endpoint <url>', 'of the server', 'opc.tcp://localhost:4840')
      .option(
        '--security <policy>',
        'none, Basic256Sha256, Aes128_Sha256_RsaOaep or Aes256_Sha256_RsaPss',
        'Basic256Sha256',
      )
      .option('--user <name>', 'without: anonymous. The password stands in FEDBATCH_PASSWORD')
      .option('--pki <folder>', 'keys of this client', 'results/opcua-client');
  client('browse', 'list what is below a node')
    .argument('[node]', 'as Bioreactor1.feed, or ns=2;s=...; default the objects folder', '')
    .action(async (node: string, options) => done(await browse(node, options, out)));
  client('read', 'read values')
    .argument('<nodes...>', 'as Bioreactor1.feed.rate.delivered')
    .action(async (nodes: string[], options) => done(await read(nodes, options, out)));
  client('write', 'write a value')
    .argument('<node>')
    .argument('<value>')
    .action(async (node: string, value: string, options) => done(await write(node, value, options, out)));
  client('call', 'call a method')
    .argument('<method>', 'as Bioreactor1.Clock.Step')
    .argument('[inputs...]', 'lists as 1,2,3')
    .action(async (method: string, inputs: string[], options) => done(await call(method, inputs, options, out)));
  client('watch', 'print every change until it is stopped')
    .argument('<nodes...>')
    .option('--every <ms>', 'publishing interval', '500')
    .action(async (nodes: string[], options) => done(await watch(nodes, options, out)));
  opcua
    .command('nodeset')
    .description('write the address space of a scenario as a NodeSet2 file, for tools that want to know it beforehand')
    .argument('<scenario>', 'folder with a scenario.yaml')
    .option('--out <file>', 'file to write', 'fedbatch.NodeSet2.xml')
    .option('--profile <name>', 'lads or flat', 'lads')
    .action(async (scenario: string, options) => done(await nodeset(scenario, options, out)));
  opcua
    .command('trust')
    .description('list the clients that were turned away, or trust one')
    .argument('[thumbprint]')
    .option(...dataOption)
    .action(async (thumbprint: string | undefined, options) => done(await trust(thumbprint, options, out)));
}
