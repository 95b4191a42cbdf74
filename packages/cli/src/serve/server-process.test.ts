import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../../..');
const scenario = join(repository, 'sims/scenarios/ecoli-exponential');
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-server-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });

interface Banner {
  readonly endpoint?: string;
  readonly http: string;
  readonly docs: string;
  readonly users: readonly { readonly name: string }[];
  readonly plants: readonly { readonly name: string }[];
  readonly made?: { readonly password: string; readonly token: string };
}

/** Starts `fedbatch serve` as a user would, and waits for its banner. */
async function serve(...options: string[]) {
  const main = join(repository, 'packages/cli/src/main.ts');
  const child = spawn(process.execPath, [main, 'serve', ...options, '--json']);
  children.push(child);
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += bytes;
  });
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const banner = await new Promise<string>((done, failed) => {
    child.stdout.once('data', (bytes) => done(String(bytes)));
    void exited.then((code) => failed(new Error(`serve ended with ${code}: ${said}`)));
  });
  /** Stops it as a container does, and gives the exit code and the time in ms that it took. */
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const begun = performance.now();
    child.kill(signal);
    return { code: await exited, ms: performance.now() - begun };
  };
  return { banner: JSON.parse(banner) as Banner, said: () => said, stop };
}

const linesOf = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const study = { kind: 'ensemble', scenario: 'ecoli-exponential', members: 100_000 };

describe('a server without plants', () => {
  const data = join(folder, 'empty');
  const log = join(folder, 'log/server.jsonl');
  const options = ['--opcua', 'off', '--http', '0', '--data', data];

  it('ends in order on SIGTERM while it works on a job and a reader listens, and has the job again when it comes back', async () => {
    const first = await serve(...options, '--log', log);
    const { http, made } = first.banner;
    const headers = { authorization: `Bearer ${made!.token}`, 'content-type': 'application/json' };
    const asked = await fetch(`${http}/v1/studies`, { method: 'POST', headers, body: JSON.stringify(study) });
    expect(asked.status).toBe(202);
    const { id } = (await asked.json()) as { id: string };
    const stream = await fetch(`${http}/v1/studies/${id}/stream`, {
      headers: { ...headers, 'x-request-id': 'mine-1' },
    });
    expect(stream.headers.get('x-request-id')).toBe('mine-1');
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!heard.includes('"running"')) heard += (await reader.read()).value;
    const letGo = (async () => {
      while (!(await reader.read()).done);
      return 'let go';
    })();

    const { code, ms } = await first.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
    expect(await letGo).toBe('let go');
    expect(first.said()).toMatch(/Stopping: .*\n.*Stopped; no scan came late/);

    const lines = linesOf(log);
    const answered = lines.find(({ msg, run }) => msg === 'request completed' && run === id);
    expect(answered).toMatchObject({ reqId: asked.headers.get('x-request-id'), res: { statusCode: 202 } });
    expect(lines.find(({ reqId }) => reqId === 'mine-1')).toBeDefined();
    expect(lines.at(-1)).toMatchObject({ msg: 'the server has stopped' });
    expect(readFileSync(log, 'utf8')).not.toContain(made!.token);

    const second = await serve(...options);
    expect(second.banner.made).toBeUndefined();
    const again = await fetch(`${second.banner.http}/v1/studies/${id}`, { headers });
    expect(((await again.json()) as { says: string }).says).toMatch(/started anew|being worked on/);
    expect((await second.stop('SIGINT')).code).toBe(0);
    const types = linesOf(join(data, 'station.jsonl')).map(({ type }) => type);
    expect(types).toContain('job.interrupted');
    expect(types).not.toContain('journal.torn');
  }, 90_000);
});

describe('a server from a configuration', () => {
  it('shows its plants on both faces, tells what it made, and keeps their time for the next start', async () => {
    const config = join(folder, 'fedbatch.yaml');
    writeFileSync(
      config,
      `data: both\nplants: [{ scenario: ${scenario}, name: Twin, copies: 2 }]\nclock: x600\nhttp: { port: 0 }\nopcua: { port: ${await freePort()}, profile: flat }\n`,
    );
    const { banner, stop } = await serve('--config', config, '--log', 'stderr');
    expect(banner.plants.map(({ name }) => name)).toEqual(['Twin1', 'Twin2']);
    expect(banner.endpoint).toMatch(/^opc\.tcp:\/\/localhost:\d+$/);
    expect((await fetch(`${banner.http}/health/ready`)).status).toBe(200);
    expect((await fetch(banner.docs)).status).toBe(200);
    expect((await fetch(`${banner.http}/v1/plants`)).status).toBe(401);
    const login = await fetch(`${banner.http}/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'admin', password: banner.made!.password }),
    });
    expect(login.status).toBe(201);
    await new Promise((done) => setTimeout(done, 1500));
    expect((await stop()).code).toBe(0);
    expect(existsSync(join(folder, 'both/Twin2/journal.jsonl'))).toBe(true);
    const next = await serve('--config', config, '--opcua', 'off', '--clock', 'lockstep');
    expect((next.banner.plants[0] as { timeH?: number }).timeH).toBeGreaterThan(0);
    expect((await next.stop()).code).toBe(0);
  }, 90_000);

  it.skipIf(spawnSync('openssl', ['version']).status !== 0)(
    'shows the certificate that it is given',
    async () => {
      const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '2',
          ...subject,
          '-keyout',
          key,
          '-out',
          certificate,
        ],
        { stdio: 'pipe' },
      );
      const options = ['--opcua', 'off', '--http', '0', '--data', join(folder, 'tls')];
      const { banner, stop } = await serve(...options, '--certificate', certificate, '--key', key);
      expect(banner.http).toMatch(/^https:/);
      const status = await new Promise((done, failed) => {
        request(`${banner.http}/health/live`, { ca: readFileSync(certificate) }, (answer) => done(answer.statusCode))
          .on('error', failed)
          .end();
      });
      expect(status).toBe(200);
      expect((await stop()).code).toBe(0);
    },
    60_000,
  );
});

describe('a server that cannot start', () => {
  const alone = (data: string) => ['--opcua', 'off', '--http', '0', '--data', data];
  const refused = (...options: string[]) => {
    const main = join(repository, 'packages/cli/src/main.ts');
    const { status, stderr } = spawnSync(process.execPath, [main, 'serve', ...options], { timeout: 30_000 });
    return { status, said: String(stderr) };
  };

  it('because another one works in its folder says so, and takes it over when that one was killed', async () => {
    const data = join(folder, 'taken');
    const first = await serve(...alone(data));
    expect(refused(...alone(data))).toEqual({
      status: 2,
      said: expect.stringMatching(/Another server works in the folder .*taken[\s\S]*--data/),
    });
    await first.stop('SIGKILL');
    const next = await serve(...alone(data));
    expect((await next.stop()).code).toBe(0);
  }, 90_000);

  it('because its port is taken makes no user whose password nobody was shown', async () => {
    const data = join(folder, 'port');
    const holder = createServer();
    const port = await new Promise<number>((done) =>
      holder.listen(0, '127.0.0.1', () => done((holder.address() as { port: number }).port)),
    );
    const { status, said } = refused('--opcua', 'off', '--http', String(port), '--data', data);
    await new Promise((done) => holder.close(done));
    expect([status, said]).toEqual([2, expect.stringMatching(new RegExp(`Port ${port} .*EADDRINUSE`))]);
    const { banner, stop } = await serve(...alone(data));
    expect(banner.made?.password).toBeDefined();
    await stop();
  }, 90_000);
});
