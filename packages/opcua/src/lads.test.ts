import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DataType, StatusCodes } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressSpaceText } from './address-space-text.ts';
import type { Connection } from './connection.ts';
import { sendLibraryLog } from './library-log.ts';
import { until } from './suite.ts';
import { type Served, scenarios, served } from './test-station.ts';

sendLibraryLog(() => undefined);
let all: Served;
let client: Connection;

beforeAll(async () => {
  all = await served('ecoli-instruments', { profile: 'lads' });
  client = await all.connect();
}, 60_000);
afterAll(async () => {
  await client.close();
  await all.close();
});

const read = async (node: string): Promise<unknown> => (await client.read([node]))[0]!.value.value;
const step = (seconds: number) => client.write('Bioreactor1.clock.step.request', String(seconds));
const vessel = 'Bioreactor1.Vessel';

describe('a LADS device', () => {
  it('has the address space that is on file', () => {
    const text = addressSpaceText(all.face.server.engine.addressSpace!, ['Bioreactor1', 'Bioreactor1.Device']);
    expect(text).toMatchSnapshot();
  });

  it('takes writes only where the gate does', async () => {
    const { addressSpace } = all.face.server.engine;
    const text = addressSpaceText(addressSpace!, ['Bioreactor1', 'Bioreactor1.Device']);
    const writable = text
      .split('\n')
      .filter((line) => / w h?$/.test(line) || / wh?$/.test(line))
      .map((line) => line.trim().split(/ +/)[0]!);
    expect(new Set(writable)).toEqual(
      new Set(['setpoint', 'mode', 'TargetValue', 'SimulationState', 'SimulationValue', 'count', 'request']),
    );
    expect(await client.write(`${vessel}.DO.probe-IsEnabled`, 'false')).toBe('BadNotWritable');
  });

  it('is found below DeviceSet, says what it is, and is in operation', async () => {
    const devices = await client.browse('ns=2;i=5001');
    expect(devices.map(({ name }) => name)).toContain('Bioreactor1');
    expect(await read('Bioreactor1.Device-Identification-SerialNumber')).toBe('Bioreactor1-42');
    expect(await read('Bioreactor1.Device-DeviceState-CurrentState')).toMatchObject({ text: 'Operate' });
    expect(await read(`${vessel}-FunctionalUnitState-CurrentState`)).toMatchObject({ text: 'Running' });
  });

  it('shows the same value in the function and in the flat tag, and takes a target through the same gate', async () => {
    await step(60);
    expect(await read(`${vessel}.DO.probe-SensorValue`)).toBe(await read('Bioreactor1.DO.probe.measured'));
    expect(await client.write(`${vessel}.feed.rate-TargetValue`, '0.2')).toBe('BadInvalidState');
    expect(await read(`${vessel}.feed.rate-ControlFunctionState-CurrentState`)).toMatchObject({ text: 'Running' });
    await client.write('Bioreactor1.feed.rate.mode', '1');
    await step(5);
    expect(await read(`${vessel}.feed.rate-ControlFunctionState-CurrentState`)).toMatchObject({ text: 'Stopped' });
    expect(await client.write(`${vessel}.feed.rate-TargetValue`, '7')).toBe('BadOutOfRange');
    expect(await client.write(`${vessel}.feed.rate-TargetValue`, '0.2')).toBe('Good');
    await step(3600);
    expect(await read(`${vessel}.feed.rate-TargetValue`)).toBe(0.2);
    expect(await read(`${vessel}.feed.rate-TotalizedValue`)).toBeCloseTo(0.2, 2);
    expect(await read(`${vessel}.feed.rate-TargetValue-EURange`)).toMatchObject({ low: 0, high: 1 });
    expect(await read(`${vessel}.feed.rate-TargetValue-EngineeringUnits`)).toMatchObject({ unitId: 4535090 });
  });

  it("puts a value in the place of a reading by PA-DIM's state and value, and the raw value stays", async () => {
    const node = `${vessel}.temperature.probe.Simulation`;
    expect(await client.write(`${node}Value`, '41')).toBe('Good');
    expect(await client.write(`${node}State`, 'true')).toBe('Good');
    await step(5);
    expect(await read(`${vessel}.temperature.probe-SensorValue`)).toBe(41);
    expect(await read(`${vessel}.temperature.probe-RawValue`)).toBeLessThan(38);
    expect(await client.write(`${node}Value`, '1000')).toBe('BadOutOfRange');
    expect(await client.write(`${node}State`, 'false')).toBe('Good');
    await step(5);
    expect(await read(`${vessel}.temperature.probe-SensorValue`)).toBeLessThan(38);
  });

  it('starts the recipe for a job, says where it is, and yields a result with user and job', async () => {
    const unit = `${vessel}-FunctionalUnitState`;
    const methodId = client.nodeOf(`${unit}-StartProgram`);
    const { inputArguments } = await client.session.getArgumentDefinition(methodId as never);
    const values = inputArguments.map(({ name, dataType, valueRank }) => {
      if (valueRank === 1) return { dataType: DataType.ExtensionObject, arrayType: 1, value: [] };
      const text = /JobId/i.test(name ?? '') ? 'job-7' : /TaskId/i.test(name ?? '') ? 'task-1' : 'ecoli-instruments';
      return { dataType: dataType.value as DataType, value: text };
    });
    const started = await client.session.call({
      objectId: client.nodeOf(unit),
      methodId,
      inputArguments: values as never,
    });
    expect(started.statusCode).toEqual(StatusCodes.Good);
    expect(await read('Bioreactor1.clock.sim.time')).toBe(0);
    await step(3600);
    expect(await read(`${vessel}-ProgramManager-ActiveProgram-CurrentStepName`)).toMatchObject({ text: 'batch' });
    expect(await read(`${vessel}-ProgramManager-ActiveProgram-CurrentRuntime`)).toBeCloseTo(3.6e6, 0);
    await step(24 * 3600);
    expect(await read(`${unit}-CurrentState`)).toMatchObject({ text: 'Stopped' });
    expect(await read(`${vessel}.Result1-User`)).toBe('eve');
    expect(await read(`${vessel}.Result1-SupervisoryJobId`)).toBe('job-7');
    expect(await read(`${vessel}.Result1-DeviceProgramRunId`)).toBe(started.outputArguments![0]!.value);
  });

  it('has the samples and the journal of a run as files that are read, and not written', async () => {
    const call = async (file: string, name: string, inputArguments: object[]) => {
      const objectId = client.nodeOf(`${vessel}.Result1.${file}-File`);
      const answer = await client.session.call({ objectId, methodId: `${objectId}-${name}`, inputArguments } as never);
      return { status: answer.statusCode.name, given: answer.outputArguments?.[0]?.value };
    };
    const byte = (value: number) => ({ dataType: DataType.Byte, value });
    const whole = async (file: string, chunk: number): Promise<string> => {
      const handle = { dataType: DataType.UInt32, value: (await call(file, 'Open', [byte(1)])).given };
      const parts: Buffer[] = [];
      for (;;) {
        const { given } = await call(file, 'Read', [handle, { dataType: DataType.Int32, value: chunk }]);
        if (!given?.length) break;
        parts.push(given);
      }
      expect((await call(file, 'Close', [handle])).status).toBe('Good');
      expect((await call(file, 'Read', [handle, { dataType: DataType.Int32, value: 1 }])).status).toBe(
        'BadInvalidArgument',
      );
      return Buffer.concat(parts).toString('utf8');
    };
    const { addressSpace } = all.face.server.engine;
    await until(() => addressSpace!.findNode(client.nodeOf(`${vessel}.Result1.Samples-File`)) !== null);
    const csv = await whole('Samples', 50_000);
    expect(csv).toBe(readFileSync(join(all.plant.folder, 'results', 'run-1.csv'), 'utf8'));
    const lines = csv.trim().split('\r\n');
    expect(lines[0]).toContain('DO.probe.measured [%],DO.probe.measured.quality [-]');
    expect(Number(lines.at(-1)!.split(',')[0])).toBeCloseTo(all.plant.live.timeH, 3);
    const size = await read(`${vessel}.Result1.Samples-File-Size`);
    expect(size).toEqual([0, Buffer.byteLength(csv)]);
    const journal = await whole('Journal', 1_000_000);
    expect(readFileSync(join(all.plant.folder, 'journal.jsonl'), 'utf8').startsWith(journal)).toBe(true);
    expect(journal.trim().split('\n').at(-1)).toContain('complete');
    expect((await call('Samples', 'Open', [byte(2)])).status).toBe('BadNotWritable');
    const handle = { dataType: DataType.UInt32, value: (await call('Samples', 'Open', [byte(1)])).given };
    const otto = await all.connect({ user: 'otto', password: 'otto-knows' });
    const stolen = await otto.session.call({
      objectId: client.nodeOf(`${vessel}.Result1.Samples-File`),
      methodId: client.nodeOf(`${vessel}.Result1.Samples-File-Read`),
      inputArguments: [handle, { dataType: DataType.Int32, value: 10 }],
    });
    expect(stolen.statusCode.name).toBe('BadInvalidArgument');
    await otto.close();
  });
});

describe('an actuator that wears', () => {
  it('has a maintenance task that is due when wear takes a tenth, and is as new when it is finished', async () => {
    const sims = join(scenarios, '..');
    const folder = mkdtempSync(join(tmpdir(), 'fedbatch-wear-'));
    const scenario = readFileSync(join(scenarios, 'ecoli-instruments/scenario.yaml'), 'utf8')
      .replaceAll('../../', `${relative(folder, sims)}/`)
      .replace(/instruments: .*/, 'instruments: instruments.yaml');
    const instruments = readFileSync(join(sims, 'instruments/bench-15L.yaml'), 'utf8');
    writeFileSync(join(folder, 'scenario.yaml'), scenario);
    writeFileSync(join(folder, 'instruments.yaml'), instruments.replace('error: 2 %,', 'error: 2 %, wear: 20 %/L,'));
    const owner = { scenarios: [folder], folder: join(folder, 'data') };
    const one = await served('', { profile: 'lads' }, owner);
    const user = await one.connect();
    const task = 'Bioreactor1.Maintenance.feed.pump';
    const value = async (node: string) => (await user.read([node]))[0]!.value.value;
    const success = 0;
    const words = { dataType: DataType.LocalizedText, value: { text: 'new tube' } };
    const call = async (name: string, result?: number) =>
      (
        await user.session.call({
          objectId: user.nodeOf(task),
          methodId: user.nodeOf(`${task}-${name}`),
          inputArguments: result === undefined ? [] : [{ dataType: DataType.Int32, value: result }, words],
        })
      ).statusCode.name;
    const hour = () => user.write('Bioreactor1.clock.step.request', '3600');
    await user.write('Bioreactor1.feed.rate.mode', '1');
    await user.write('Bioreactor1.feed.rate.setpoint', '0.5');
    await hour();
    expect(await value('Bioreactor1.feed.rate.wear')).toBeCloseTo(8.8, 0);
    expect(await value(`${task}-ActiveState-Id`)).toBe(false);
    const due = (await value(`${task}-NextOperatingTime`)) / 3.6e6;
    expect(due).toBeGreaterThan(1.05);
    expect(due).toBeLessThan(1.3);
    await hour();
    expect(await value(`${task}-ActiveState-Id`)).toBe(true);
    expect(await call('StopTask', success)).toBe('BadInvalidState');
    expect(await call('StartTask')).toBe('Good');
    expect(await value(`${task}-MaintenanceState-CurrentState`)).toMatchObject({ text: 'Executing' });
    const worn = await value('Bioreactor1.feed.rate.delivered');
    expect(await call('StopTask', success)).toBe('Good');
    await user.write('Bioreactor1.clock.step.request', '10');
    expect(await value('Bioreactor1.feed.rate.wear')).toBeLessThan(0.1);
    expect(await value('Bioreactor1.feed.rate.delivered')).toBeGreaterThan(1.1 * worn);
    expect(await value(`${task}-ActiveState-Id`)).toBe(false);
    expect(await value(`${task}-LastOperatingTime`)).toBeCloseTo(2 * 3.6e6, -2);
    expect(readFileSync(join(one.plant.folder, 'journal.jsonl'), 'utf8')).toContain(
      '"subject":"maintenance.feed.pump"',
    );
    const otto = await one.connect({ user: 'otto', password: 'otto-knows' });
    const objectId = otto.nodeOf(task);
    const methodId = otto.nodeOf(`${task}-ResetTask`);
    const refused = await otto.session.call({ objectId, methodId, inputArguments: [] });
    expect(refused.statusCode.name).toBe('BadUserAccessDenied');
    await otto.close();
    const nodes = ['MaintenanceState-CurrentState', 'LastOperatingTime', 'NextOperatingTime', 'ActiveState-Id'];
    const shown = async (connection: Connection) =>
      (await connection.read(nodes.map((name) => `${task}-${name}`))).map(
        (read) => read.value.value?.text ?? read.value.value,
      );
    const before = await shown(user);
    expect(before[0]).toBe('Finished');
    await user.close();
    await one.close();
    const again = await served('', { profile: 'lads' }, owner);
    const other = await again.connect();
    expect(await shown(other)).toEqual(before);
    await other.call('Bioreactor1.Clock.Reset', []);
    expect((await shown(other)).slice(0, 2)).toEqual(['Planned', 0]);
    await other.close();
    await again.close();
    rmSync(folder, { recursive: true });
  }, 60_000);
});

describe('a LADS device that is served again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fedbatch-lads-again-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has the results of earlier sessions, with what was asked for and their files', async () => {
    const first = await served('ecoli-exponential', { profile: 'lads' }, { folder });
    const user = await first.connect();
    const { addressSpace } = first.face.server.engine;
    const lads = addressSpace!.getNamespaceIndex('http://opcfoundation.org/UA/LADS/');
    const list = (type: string, fields: object) => ({
      dataType: DataType.ExtensionObject,
      arrayType: 1,
      value: [addressSpace!.constructExtensionObject(addressSpace!.findDataType(type, lads)!, fields as never)],
    });
    const unit = `${vessel}-FunctionalUnitState`;
    const methodId = user.nodeOf(`${unit}-StartProgram`);
    const { inputArguments } = await user.session.getArgumentDefinition(methodId as never);
    const values = inputArguments.map(({ name }) => {
      if (name === 'Samples') return list('SampleInfoType', { containerId: 'rack 1', sampleId: 's-7', position: 'A1' });
      if (name === 'Properties') return list('KeyValueType', { key: 'colour', value: 'blue' });
      return { dataType: DataType.String, value: name === 'SupervisoryJobId' ? 'job-7' : '' };
    });
    const objectId = user.nodeOf(unit);
    const started = await user.session.call({ objectId, methodId, inputArguments: values as never });
    expect(started.statusCode.name).toBe('Good');
    await user.write('Bioreactor1.clock.step.request', '3600');
    await user.call('Bioreactor1.Recipe.Stop', []);
    await user.write('Bioreactor1.clock.step.request', '60');
    const ids = ['User', 'SupervisoryJobId', 'Description', 'DeviceProgramRunId', 'Started', 'Stopped'];
    const nodes = [...ids, 'Samples', 'Properties'].map((name) => `${vessel}.Result1-${name}`);
    const shown = async (connection: Connection) =>
      JSON.stringify((await connection.read(nodes)).map(({ value }) => value.value));
    const before = await shown(user);
    for (const word of [
      '"eve"',
      '"job-7"',
      '"stopped',
      '"s-7"',
      '"rack 1"',
      '"blue"',
      started.outputArguments![0]!.value,
    ])
      expect(before).toContain(word);
    const size = `${vessel}.Result1.Journal-File-Size`;
    const journal = (await user.read([size]))[0]!.value.value;
    await user.close();
    await first.close();

    const again = await served('ecoli-exponential', { profile: 'lads' }, { folder });
    const other = await again.connect();
    expect(await shown(other)).toBe(before);
    expect((await other.read([size]))[0]!.value.value).toEqual(journal);
    const file = again.face.server.engine.addressSpace!;
    await until(() => file.findNode(other.nodeOf(`${vessel}.Result1.Samples-File`)) !== null);
    await other.close();
    await again.close();
  }, 60_000);
});

describe('a functional unit', () => {
  it('holds, goes on, stops and aborts by the states of LADS, for those who may, on record and told of', async () => {
    const one = await served('ecoli-exponential', { profile: 'lads' });
    const [user, otto] = [await one.connect(), await one.connect({ user: 'otto', password: 'otto-knows' })];
    const unit = `${vessel}-FunctionalUnitState`;
    const call = async (name: string, connection = user) => {
      const objectId = connection.nodeOf(name.includes('-') ? `${unit}-RunningStateMachine` : unit);
      const methodId = connection.nodeOf(`${unit}-${name}`);
      return (await connection.session.call({ objectId, methodId, inputArguments: [] })).statusCode.name;
    };
    const shown = async (): Promise<(string | undefined)[]> => {
      const nodes = [`${unit}-CurrentState`, `${unit}-RunningStateMachine-CurrentState`];
      const values = await user.read(nodes);
      return values.map(({ value, statusCode }) => value.value?.text ?? statusCode.name);
    };
    const stepped = async (seconds: number) => user.write('Bioreactor1.clock.step.request', String(seconds));
    await stepped(60);
    expect(await shown()).toEqual(['Running', 'Execute']);
    expect(await call('RunningStateMachine-Hold', otto)).toBe('BadUserAccessDenied');
    expect(await call('RunningStateMachine-Hold')).toBe('Good');
    await stepped(60);
    expect(await shown()).toEqual(['Running', 'Held']);
    expect(await call('RunningStateMachine-Unhold')).toBe('Good');
    await stepped(60);
    expect(await shown()).toEqual(['Running', 'Execute']);
    expect(await call('Stop', otto)).toBe('BadUserAccessDenied');
    expect(await call('Stop')).toBe('Good');
    await stepped(60);
    expect(await shown()).toEqual(['Stopped', 'BadStateNotActive']);
    expect(await call('Abort')).toBe('BadInvalidState');
    expect((await user.call('Bioreactor1.Clock.Reset', [])).statusCode.name).toBe('Good');
    expect((await user.call('Bioreactor1.Recipe.Stop', [])).statusCode.name).toBe('Good');
    await stepped(60);
    expect(await shown()).toEqual(['Stopped', 'BadStateNotActive']);
    await user.call('Bioreactor1.Clock.Reset', []);
    await stepped(60);
    expect(await call('Abort')).toBe('Good');
    await stepped(60);
    expect(await shown()).toEqual(['Aborted', 'BadStateNotActive']);
    const said = one.plant.records(0, 1000).map(({ type, actor, subject }) => `${type} ${actor.human} ${subject}`);
    expect(said.filter((line) => line === 'command eve recipe')).toHaveLength(5);
    expect(said.filter((line) => line === 'refused otto recipe')).toHaveLength(2);
    await user.close();
    await otto.close();
    await one.close();
  }, 30_000);
});

describe('a sensor that is named as the input that it measures', () => {
  it('has a function of its own beside that of the input', async () => {
    const one = await served('ecoli-probe-drift', { profile: 'lads' });
    const user = await one.connect();
    const nodes = [`${vessel}.stirrer.speed-CurrentValue`, `${vessel}.stirrer.speed.sensor-SensorValue`];
    await user.write('Bioreactor1.clock.step.request', '60');
    const [delivered, measured] = (await user.read(nodes)).map(({ value }) => value.value);
    expect(measured).not.toBe(delivered);
    expect(measured / delivered).toBeCloseTo(1, 1);
    await user.close();
    await one.close();
  }, 30_000);
});

describe('a loop that drives several inputs', () => {
  it('has a mode for the cascade and one for a person, each with its values', async () => {
    const one = await served('ecoli-oxygen-cascade', { profile: 'lads' });
    const user = await one.connect();
    const oxygen = `${vessel}.oxygen`;
    const value = async (node: string) => (await user.read([node]))[0]!.value.value;
    expect(await value(`${oxygen}.automatic-TargetValue`)).toBe(30);
    expect(await value(`${oxygen}-CurrentMode`)).toBe(0);
    expect((await value(`${oxygen}-CurrentMode-EnumStrings`)).map(({ text }: { text: string }) => text)).toEqual([
      'automatic',
      'manual',
    ]);
    expect(await user.write(`${oxygen}.manual.stirrer.speed-TargetValue`, '500')).toBe('BadInvalidState');
    expect(await user.write(`${oxygen}-CurrentMode`, '1')).toBe('Good');
    await user.write('Bioreactor1.clock.step.request', '2');
    expect(await value(`${oxygen}-CurrentMode`)).toBe(1);
    expect(await user.write(`${oxygen}.manual.stirrer.speed-TargetValue`, '500')).toBe('Good');
    await user.write('Bioreactor1.clock.step.request', '4');
    expect(await value(`${oxygen}.manual.stirrer.speed-CurrentValue`)).toBe(500);
    expect(await value(`${oxygen}-ControlFunctionState-CurrentState`)).toMatchObject({ text: 'Stopped' });
    await user.close();
    await one.close();
  }, 30_000);
});

describe('the flat profile', () => {
  it('has the address space that is on file', async () => {
    const flat = await served('ecoli-exponential');
    try {
      expect(addressSpaceText(flat.face.server.engine.addressSpace!, ['Bioreactor1'])).toMatchSnapshot();
    } finally {
      await flat.close();
    }
  });
});
