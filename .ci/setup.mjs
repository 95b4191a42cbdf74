// Sets the workspace up when it is not, then runs one command of it under the Node.js that the workspace brings along.
//
//   node .ci/setup.mjs [start|fedbatch|test|typecheck|lint|format|bench|bench:ensemble|bench:feeding|bench:guard|node] [arguments of that command]
//
// It needs Node.js >= 20 with its npm and nothing else. The versions of Node.js and pnpm stand in package.json only.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => join(root, ...parts);
const scratch = inRoot('node_modules', '.setup');
const stampFile = join(scratch, 'stamp');
const lockFile = join(scratch, 'lock');
const toolFolder = join(scratch, 'pnpm');

/** What can be run: the program, its leading arguments, and whether it runs in the repository or where the user stands. */
const commands = {
  start: { run: [inRoot('packages', 'cli', 'src', 'main.ts'), 'demo'], at: 'user' },
  fedbatch: { run: [inRoot('packages', 'cli', 'src', 'main.ts')], at: 'user' },
  bench: { run: [inRoot('benchmarks', 'src', 'main.ts')], at: 'root' },
  'bench:ensemble': { run: [inRoot('benchmarks', 'src', 'ensemble', 'main.ts')], at: 'root' },
  'bench:feeding': { run: [inRoot('benchmarks', 'src', 'feeding', 'main.ts')], at: 'root' },
  'bench:guard': { run: [inRoot('benchmarks', 'src', 'guard', 'main.ts')], at: 'root' },
  node: { run: [], at: 'user' },
  // The time limit leaves room for long simulations on two busy cores.
  test: {
    run: [inRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', '--testTimeout=60000', '--hookTimeout=60000'],
    at: 'root',
  },
  typecheck: { run: [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.base.json'], at: 'root' },
  lint: { run: [inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'check', '.'], at: 'root' },
  format: { run: [inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'check', '--write', '.'], at: 'root' },
};

/** The exit code of a failed set-up (EX_UNAVAILABLE of sysexits.h), apart from those of the commands. */
const notSetUp = 69;

/** A problem that the user can act on: one sentence what is wrong, one what to do. */
class SetupProblem extends Error {}

// Everything that the set-up says goes to stderr, so that the output of a command can be piped.
const say = (text) => process.stderr.write(`fedbatch: ${text}\n`);

function readManifest() {
  const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const bundledNode = manifest.optionalDependencies?.[`node-${process.platform}-${process.arch}`];
  return { pnpmVersion: manifest.devDependencies.pnpm, bundledNode };
}

function checkMachine({ bundledNode }) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    throw new SetupProblem(
      `This is Node.js ${process.version}, and the set-up needs 20 or newer. Install a newer Node.js with its npm, and run the same command again.`,
    );
  }
  if (bundledNode === undefined && major < 24) {
    throw new SetupProblem(
      `No Node.js 24 is bundled for ${process.platform}-${process.arch}, and this is ${process.version}. Install Node.js 24 or newer, or use Linux (x64 or arm64), a container or WSL.`,
    );
  }
}

/** The Node.js that runs the workspace: the bundled one, or where none is bundled the present one. */
const nodePath = ({ bundledNode }) => (bundledNode ? inRoot('node_modules', '.bin', 'node') : process.execPath);

const workspaceFolders = () => [
  '.',
  'sims',
  'benchmarks',
  ...readdirSync(inRoot('packages'))
    .sort()
    .map((name) => join('packages', name)),
];

/** A hash of all that decides what has to be installed; a changed script or description does not. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(inRoot(name)));
  for (const folder of workspaceFolders()) {
    const file = inRoot(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name, dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    hash.update(JSON.stringify([folder, name, dependencies, devDependencies, optionalDependencies, peerDependencies]));
    // A package whose links were cleaned away is not set up, whatever the stamp says.
    if (Object.keys({ ...dependencies, ...devDependencies }).length > 0) {
      hash.update(existsSync(inRoot(folder, 'node_modules')) ? 'linked' : `missing ${process.pid}`);
    }
  }
  return hash.digest('hex');
}

const isReady = (machine) =>
  existsSync(stampFile) && existsSync(nodePath(machine)) && readFileSync(stampFile, 'utf8') === fingerprint();

/** npm and pnpm must not run on the very Node.js that they are about to replace, so our own folders leave the PATH. */
function installEnvironment() {
  const own = inRoot('node_modules') + sep;
  const env = { ...process.env, CI: 'true' };
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(own));
  if (!process.execPath.startsWith(own)) folders.push(dirname(process.execPath));
  env.PATH = folders.join(delimiter);
  // With NODE_ENV=production the test and build tools would be left out; with a prefix npm would look elsewhere.
  for (const name of ['NODE_ENV', 'npm_config_prefix', 'npm_config_local_prefix', 'npm_config_global'])
    delete env[name];
  return env;
}

/** Runs a step of the set-up, shows what `progress` picks from its lines, and keeps the lines for a report of failure. */
async function runStep(program, args, { env, cwd, progress }) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stopForwarding = forwardSignals(child);
  const lines = [];
  let shown = 0;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      const text = progress(line);
      if (text === undefined || Date.now() - shown < 1500) return;
      shown = Date.now();
      say(text);
    });
  }
  const outcome = await new Promise((resolve) => {
    child.on('error', (error) => resolve({ error }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const received = stopForwarding();
  if (received || outcome.signal) throw new Interruption(received ?? outcome.signal);
  return { ...outcome, lines };
}

class Interruption extends Error {
  constructor(signal) {
    super(signal);
    this.signal = signal;
  }
}

const networkTrouble =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|META_FETCH_FAIL|error sending request/;

function explainFailure(step, { error, code, lines }, { pnpmVersion }) {
  if (error?.code === 'ENOENT') {
    return new SetupProblem(
      'npm is not on the PATH. Install the npm that belongs to Node.js (on Debian: apt-get install npm), and run the same command again.',
    );
  }
  const report = lines
    .filter((line) => /\S/.test(line) && !/^(Progress|Downloading|\++$|npm notice)/.test(line))
    .slice(-15)
    .map((line) => `  ${line}`)
    .join('\n');
  if (error) return new SetupProblem(`${step} could not be started: ${error.message}. Run the same command again.`);
  if (networkTrouble.test(report)) {
    return new SetupProblem(
      `npm's registry cannot be reached, and what is needed is not all in the cache. Connect to the network or set a registry (npm config set registry), and run the same command again.\n${report}`,
    );
  }
  if (/ERR_PNPM_OUTDATED_LOCKFILE/.test(report)) {
    return new SetupProblem(
      `pnpm-lock.yaml does not agree with a package.json. Run 'npx pnpm@${pnpmVersion} install' and commit the lock file.\n${report}`,
    );
  }
  if (/ENOSPC|No space left/.test(report)) {
    return new SetupProblem(`The disk is full. Free about 1 GB, and run the same command again.\n${report}`);
  }
  return new SetupProblem(`${step} ended with code ${code}. Its last lines say why:\n${report}`);
}

/**
 * Brings pnpm by npm into a folder of its own, then lets it install the workspace as the lock file says.
 * npx is not used for this: killed half-way it leaves a broken cache in the home folder, and fails from then on.
 */
async function install(machine) {
  const started = Date.now();
  say(
    `setting up (once): ${machine.bundledNode ? `Node.js ${machine.bundledNode}, ` : ''}pnpm ${machine.pnpmVersion} and the packages of the lock file`,
  );
  const env = installEnvironment();
  rmSync(stampFile, { force: true });
  rmSync(toolFolder, { recursive: true, force: true });
  mkdirSync(toolFolder, { recursive: true });
  // A package.json of its own keeps npm from taking the workspace for its project.
  writeFileSync(join(toolFolder, 'package.json'), '{ "private": true }\n');
  const npmStep = await runStep(
    'npm',
    [
      'install',
      `pnpm@${machine.pnpmVersion}`,
      '--ignore-scripts',
      '--include=optional',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--no-update-notifier',
      '--prefer-offline',
      '--loglevel=error',
      '--fetch-retry-factor=2',
      '--fetch-retry-mintimeout=1000',
    ],
    { env, cwd: toolFolder, progress: () => undefined },
  );
  if (npmStep.error || npmStep.code !== 0) throw explainFailure('Fetching pnpm with npm', npmStep, machine);

  // pnpm does not read npm's own configuration, so it is told which registry and which certificates npm uses.
  for (const key of ['registry', 'cafile']) {
    const value = spawnSync('npm', ['config', 'get', key], { env, cwd: toolFolder, encoding: 'utf8' }).stdout?.trim();
    if (value && value !== 'null' && value !== 'undefined') env[`pnpm_config_${key}`] ??= value;
  }
  // The ages of packages are judged when the lock file is written; asking again costs hundreds of requests.
  const pnpmStep = await runStep(
    process.execPath,
    [
      join(toolFolder, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs'),
      'install',
      '--frozen-lockfile',
      '--prefer-offline',
      '--reporter=append-only',
      '--config.minimumReleaseAge=0',
      '--config.fetchRetryMintimeout=1000',
      '--config.fetchRetryFactor=2',
    ],
    {
      env,
      cwd: root,
      progress: (line) => {
        const found = /^Progress: resolved (\d+), reused (\d+), downloaded (\d+)/.exec(line);
        return found ? `${Number(found[2]) + Number(found[3])} of ${found[1]} packages` : undefined;
      },
    },
  );
  if (pnpmStep.error || pnpmStep.code !== 0) throw explainFailure('pnpm install', pnpmStep, machine);
  if (!existsSync(nodePath(machine))) {
    throw new SetupProblem(
      `Node.js ${machine.bundledNode} was not installed: the registry did not give it, or optional dependencies are switched off. Check 'npm config get omit', and run the same command again.`,
    );
  }
  rmSync(toolFolder, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  // The stamp appears whole and last, so that an interrupted set-up is never taken for a finished one.
  writeFileSync(`${stampFile}.new`, fingerprint());
  renameSync(`${stampFile}.new`, stampFile);
  say(`ready in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Whether a lock's owner is gone. Containers give numbers again, so our own number and an old lock count as gone too. */
function isAbandoned(owner) {
  if (
    owner === process.pid ||
    Date.now() - (statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 900_000
  )
    return true;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code !== 'EPERM';
  }
}

/** Waits for another set-up of the same folder; the lock of a process that is gone is taken over. */
async function withLock(action) {
  mkdirSync(scratch, { recursive: true });
  for (let waited = 0; ; waited += 1) {
    try {
      writeFileSync(lockFile, `${process.pid}`, { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = readOrEmpty(lockFile);
      // An empty lock is one that is being written just now, unless it stays empty.
      if (owner === '' ? waited > 10 : isAbandoned(Number(owner)) && readOrEmpty(lockFile) === owner)
        rmSync(lockFile, { force: true });
      else if (waited === 2) say(`waiting for the set-up that process ${owner} is doing in this folder`);
      await sleep(200);
    }
  }
  try {
    return await action();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Hands signals on to a child, and returns a function that stops this and names the signal received, if any.
 * A terminal sends Ctrl-C to the child as well, so there it is not sent twice; npm may repeat it, so it is sent once a second.
 */
function forwardSignals(child) {
  let received;
  let last = 0;
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => {
      received = signal;
      if (signal === 'SIGINT' && (process.stdin.isTTY || Date.now() - last < 1000)) return;
      last = Date.now();
      child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
    return received;
  };
}

/** Where the user typed the command: npm moves to the repository and leaves the place in INIT_CWD. */
const userFolder = () =>
  process.env.npm_package_json === inRoot('package.json') && process.env.INIT_CWD
    ? process.env.INIT_CWD
    : process.cwd();

/** Runs the command under the workspace's Node.js and returns its exit code. */
async function runCommand(machine, { run, at }, args) {
  // The explicit path matters: a shell or an older Node.js may come first on the PATH.
  const env = { ...process.env, PATH: [inRoot('node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter) };
  const cwd = at === 'root' ? root : userFolder();
  const child = spawn(nodePath(machine), [...run, ...args], { cwd, env, stdio: 'inherit' });
  const stopForwarding = forwardSignals(child);
  const outcome = await new Promise((resolve) => {
    child.on('error', (error) => resolve({ error }));
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  stopForwarding();
  if (outcome.error) {
    throw new SetupProblem(
      `The bundled Node.js does not start here: ${outcome.error.message}. It needs a Linux with glibc (Debian, Ubuntu, Fedora and the like, not Alpine).`,
    );
  }
  return outcome.code ?? 128 + constants.signals[outcome.signal];
}

async function main([name, ...args]) {
  const command = commands[name];
  if (name !== undefined && command === undefined) {
    throw new SetupProblem(`There is no command '${name}'. Choose one of: ${Object.keys(commands).join(', ')}.`);
  }
  const machine = readManifest();
  checkMachine(machine);
  if (!isReady(machine)) await withLock(async () => (isReady(machine) ? undefined : install(machine)));
  else if (name === undefined) say('everything is set up');
  return command === undefined ? 0 : runCommand(machine, command, args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Interruption) {
    say('set-up interrupted; the same command continues it');
    process.exitCode = 128 + constants.signals[error.signal];
  } else if (error instanceof SetupProblem) {
    say(error.message);
    process.exitCode = notSetUp;
  } else if (['EACCES', 'EROFS', 'EPERM', 'ENOSPC'].includes(error.code)) {
    say(
      `${error.path ?? root} cannot be written (${error.code}). Make the folder writable for this user, with 1 GB free, and run the same command again.`,
    );
    process.exitCode = notSetUp;
  } else {
    throw error;
  }
}
