import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ProblemError } from '@fedbatch/vocabulary';
import { afterAll, describe, expect, it } from 'vitest';
import { readServe } from './serve-file.ts';
import { settleServe } from './serve-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-serve-file-'));
const scenario = resolve(import.meta.dirname, '../../../../sims/scenarios/ecoli-exponential');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'fedbatch.yaml');
function read(text: string): ReturnType<typeof readServe> {
  writeFileSync(file, text);
  return readServe(file);
}

/** Problems as `line:column  code  what is wrong  what to do`. */
function problemsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map(
      ({ place, code, says, remedy }) => `${place?.line ?? '-'}:${place?.column ?? '-'}  ${code}  ${says}  ${remedy}`,
    );
  }
  return [];
}

describe('the configuration of a server', () => {
  it('says everything that the command line can say, with paths from where it lies', () => {
    writeFileSync(join(folder, 'cert.pem'), '');
    const settings = settleServe(
      read(`
version: 1
data: station
library: .
plants:
  - ${scenario}
  - { scenario: ${scenario}, name: Twin, copies: 2, set: { scan: 5 s } }
clock: x2.5
flush: second
opcua: { port: 4841, host: localhost, profile: flat, stamps: simulated, lab: open }
http:
  port: 8081
  host: 0.0.0.0
  tls: { certificate: cert.pem, key: cert.pem }
  readers: 7
  requestsPerMinute: 600
jobs: { atOnce: 2, threads: 3, queue: 4, budget: 2 min, heapMb: 512, results: 9 }
log: log/server.jsonl
`),
    );
    expect(settings).toEqual({
      station: {
        folder: join(folder, 'station'),
        library: folder,
        scenarios: [{ scenario }, { scenario, name: 'Twin', copies: 2, settings: ['scan=5 s'] }],
        clock: 'paced',
        speed: 2.5,
        flush: 'second',
        work: { jobs: 2, threads: 3, queue: 4, budgetS: expect.closeTo(120, 9), heapMb: 512, results: 9 },
      },
      opcua: { port: 4841, host: '127.0.0.1', profile: 'flat', stamps: 'simulated', lab: 'open' },
      http: {
        port: 8081,
        host: '0.0.0.0',
        tls: { certificate: join(folder, 'cert.pem'), key: join(folder, 'cert.pem') },
        readers: 7,
        requestsPerMinute: 600,
        lab: 'locked',
      },
      log: join(folder, 'log/server.jsonl'),
    });
  });

  it('may be empty: both faces on this machine alone, no plant, and no log', () => {
    expect(settleServe(read('# as usual\n'))).toEqual({
      station: { folder: 'results/station', scenarios: [], clock: 'paced', speed: 1 },
      opcua: { port: 4840, host: '127.0.0.1', profile: 'lads', stamps: 'wall', lab: 'locked' },
      http: { port: 8080, host: '127.0.0.1', lab: 'locked' },
      log: 'off',
    });
  });

  it.each([
    ['htp: off', '1:1  MODEL_KEY_UNKNOWN  The key `htp` is not known here. Did you mean `http`?'],
    ['http: { prot: 1 }', '1:9  MODEL_KEY_UNKNOWN  The key `prot` is not known in `http`. Did you mean `port`?'],
    ['http: offf', '1:7  MODEL_CHOICE_UNKNOWN  `http` is `offf`: it is none of `on`, `off`. Did you mean `off`?'],
    [
      'opcua: { port: 70000 }',
      '1:16  MODEL_NUMBER_RANGE  `opcua.port` is `70000`: a whole number from 1 to 65535 is needed.',
    ],
    ['opcua:\n  profile: ladz', '2:12  MODEL_CHOICE_UNKNOWN'],
    ['clock: fast', '1:8  STATION_CLOCK_FORM  The clock is `fast`.  Choose realtime, a factor as x60, or lockstep.'],
    ['clock: x0', '1:8  STATION_CLOCK_FORM'],
    ['plants:\n  - nowhere', `2:5  STATION_FILE_MISSING  There is no folder or file ${join(folder, 'nowhere')}.`],
    ['plants:\n  - { name: A }', '2:5  MODEL_KEY_MISSING  `plants[1]` has no `scenario`.'],
    ['http: { tls: { certificate: a.pem, key: b.pem } }', '1:29  STATION_FILE_MISSING  There is no file'],
    ['http: { tls: { certificate: a.pem } }', '1:14  MODEL_KEY_MISSING'],
    ['jobs: { budget: 0 s }', '1:17  STATION_TIME_RANGE  The computing time of a run is 0 s; it must be above 0.'],
    ['jobs: { budget: 3 g }', '1:17  MODEL_QUANTITY_FORM'],
    ['library: fedbatch.yaml', '1:10  STATION_FILE_MISSING  There is no folder'],
  ])('is refused with place, value and remedy: %s', (text, says) => {
    const [first] = problemsOf(() => read(text));
    expect(first).toContain(says);
  });

  it('is refused where it is not there', () => {
    expect(problemsOf(() => readServe(join(folder, 'none.yaml')))[0]).toMatch(/There is no configuration .*none\.yaml/);
  });
});

describe('what is served in the end', () => {
  it('is what was said last, to the single setting', () => {
    const settings = settleServe(
      read(`plants: { scenario: ${scenario}, copies: 2 }\nhttp: { port: 9000, readers: 3 }\nopcua: off`),
      { http: { port: 9001 }, opcua: { state: 'on', port: 4842 }, copies: 5, settings: ['scan=2 s'] },
    );
    expect(settings.http).toMatchObject({ port: 9001, readers: 3 });
    expect(settings.opcua).toMatchObject({ port: 4842, profile: 'lads' });
    expect(settings.station).toMatchObject({ scenarios: [{ scenario, copies: 5 }], settings: ['scan=2 s'] });
  });

  it('turns nothing on that is off by speaking of it', () => {
    expect(settleServe(read('opcua: off'), { opcua: { profile: 'flat' } }).opcua).toBe('off');
  });

  it('is never an open lab beyond this machine, whoever said which half of it', () => {
    const says = problemsOf(() => settleServe(read('says: a\nhttp: { lab: open }'), { http: { host: '10.0.0.1' } }));
    expect(says).toEqual([
      '2:7  STATION_SERVE_LAB  The open lab would open the plants over HTTP to whoever reaches 10.0.0.1.  Leave out the host, or leave the lab locked.',
    ]);
    expect(problemsOf(() => settleServe(read('opcua: { host: 0.0.0.0, lab: open }')))[0]).toContain('over OPC UA');
    expect(problemsOf(() => settleServe({ http: { lab: 'open', host: '::1' } }))).toEqual([]);
  });

  it('is something', () => {
    expect(problemsOf(() => settleServe(read('http: off\nopcua: off')))[0]).toContain('STATION_SERVE_NOTHING');
    expect(problemsOf(() => settleServe(read('http: off')))[0]).toContain('without HTTP none can be added');
    expect(settleServe(read('opcua: off\nhttp: on'))).toMatchObject({ opcua: 'off', http: { port: 8080 } });
  });
});
