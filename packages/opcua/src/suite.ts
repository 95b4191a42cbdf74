import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AttributeIds,
  ClientSubscription,
  constructEventFilter,
  DataType,
  resolveNodeId,
  TimestampsToReturn,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import type { Connection } from './connection.ts';
import { jobControlUri } from './job-control-uri.ts';

type Input = readonly [type: string, value: unknown];
type Step = { readonly do: string; readonly [field: string]: unknown };

/** The cases that every client runs: this one here, opcua-asyncio in suite/asyncua_suite.py. */
export const suite: {
  readonly scenario: string;
  readonly cases: readonly { readonly name: string; readonly steps: readonly Step[] }[];
} = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'suite', 'cases.json'), 'utf8'));

const number = (value: unknown): unknown => (value === 'NaN' ? Number.NaN : value);

/** A job order of the cases as the structure of OPC 10031-4. */
async function jobOrder(connection: Connection, { id, recipe, priority, sets }: JobOrderCase): Promise<Variant> {
  const index = (await connection.session.readNamespaceArray()).indexOf(jobControlUri);
  const value = await connection.session.constructExtensionObject(resolveNodeId(`ns=${index};i=3008`), {
    jobOrderID: id,
    workMasterID: [{ ID: recipe }],
    priority,
    jobOrderParameters: sets.map(([tag, ...input]) => ({ ID: tag, value: variantOf(input) })),
  });
  return new Variant({ dataType: DataType.ExtensionObject, value });
}

interface JobOrderCase {
  readonly id: string;
  readonly recipe: string;
  readonly priority: number;
  readonly sets: readonly (readonly [tag: string, type: string, value: unknown])[];
}

function variantOf([type, value]: Input): Variant {
  if (type === 'LocalizedText[]') {
    const texts = (value as string[]).map((text) => ({ text }));
    return new Variant({ dataType: DataType.LocalizedText, arrayType: VariantArrayType.Array, value: texts });
  }
  const dataType = DataType[type.replace('[]', '') as keyof typeof DataType] as DataType;
  if (type.endsWith('[]')) return new Variant({ dataType, arrayType: VariantArrayType.Array, value });
  return new Variant({ dataType, value: number(value) });
}

function expectSame(found: unknown, wanted: unknown, what: string): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${what} is ${JSON.stringify(found)}, and ${JSON.stringify(wanted)} was wanted.`);
}

/** Runs the steps of a case over a connection. Throws Error with what was found and what was wanted. */
export async function runCase(connection: Connection, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await actions[step.do]!(connection, step as never);
}

const plain = (value: unknown): unknown => (ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value);

async function call(connection: Connection, method: string, inputs: readonly Input[]) {
  return connection.session.call({
    objectId: connection.nodeOf(method.slice(0, Math.max(method.lastIndexOf('.'), method.lastIndexOf('-')))),
    methodId: connection.nodeOf(method),
    inputArguments: await Promise.all(
      inputs.map((input) =>
        input[0] === 'JobOrder' ? jobOrder(connection, input[1] as JobOrderCase) : variantOf(input),
      ),
    ),
  });
}

const actions: Readonly<Record<string, (connection: Connection, step: never) => Promise<void>>> = {
  async browse(connection, { node, has }: { node: string; has: string[] }) {
    const names = (await connection.browse(node)).map(({ name }) => name);
    expectSame(
      has.filter((name) => !names.includes(name)),
      [],
      `What is missing below ${node}`,
    );
  },
  async read(connection, { nodes, values, statuses }: { nodes: string[]; values?: unknown[]; statuses?: string[] }) {
    const found = await connection.read(nodes);
    if (values)
      expectSame(
        found.map(({ value }) => value.value),
        values,
        nodes.join(', '),
      );
    if (statuses)
      expectSame(
        found.map(({ statusCode }) => statusCode.name),
        statuses,
        `The status of ${nodes.join(', ')}`,
      );
  },
  async near(connection, { node, value, within }: { node: string; value: number; within: number }) {
    const found = (await connection.read([node]))[0]!.value.value as number;
    if (!(Math.abs(found - value) <= within))
      throw new Error(`${node} is ${found}, and ${value} within ${within} was wanted.`);
  },
  async unit(
    connection,
    { node, unit, code, low, high }: { node: string; unit: string; code: number; low: number; high: number },
  ) {
    const properties = await connection.browse(node);
    const read = async (name: string) => {
      const id = properties.find((property) => property.name === name)!.id;
      return (await connection.read([id]))[0]!.value.value;
    };
    const [units, range] = [await read('EngineeringUnits'), await read('EURange')];
    expectSame(
      [units.displayName.text, units.unitId, range.low, range.high],
      [unit, code, low, high],
      `Unit and range of ${node}`,
    );
  },
  async write(
    connection,
    { node, type, value, status }: { node: string; type: string; value: unknown; status: string },
  ) {
    const found = await connection.session.write({
      nodeId: connection.nodeOf(node),
      attributeId: AttributeIds.Value,
      value: { value: variantOf([type, value]) },
    });
    expectSame(found.name, status, `The answer to ${String(value)} for ${node}`);
  },
  async call(
    connection,
    { method, inputs, status, outputs }: { method: string; inputs: Input[]; status: string; outputs?: unknown[] },
  ) {
    const found = await call(connection, method, inputs);
    expectSame(found.statusCode.name, status, `The answer of ${method}`);
    if (outputs)
      expectSame(
        (found.outputArguments ?? []).map(({ dataType, value }) =>
          dataType === DataType.UInt64 ? value[0] * 2 ** 32 + value[1] : plain(value),
        ),
        outputs,
        `What ${method} gave`,
      );
  },
  async subscribe(
    connection,
    {
      node,
      while: action,
      values,
    }: { node: string; while: { call: string; inputs: Input[]; times: number }; values: number },
  ) {
    const seen: unknown[] = [];
    const end = await connection.watch([node], 50, (_, { value }) => seen.push(value.value));
    await until(() => seen.length > 0);
    for (let i = 0; i < action.times; i++) await call(connection, action.call, action.inputs);
    await until(() => seen.length >= values);
    await end();
    expectSame(
      seen,
      seen.map((_, i) => (seen[0] as number) + i),
      `What was pushed of ${node}`,
    );
    expectSame(seen.length, values, `How many values of ${node} were pushed`);
  },
  async history(connection, { node, pages, atLeast }: { node: string; pages: number; atLeast: number }) {
    const [start, end] = [new Date(0), new Date(Date.UTC(2100, 0, 1))];
    const all = await connection.history(node, start, end, 1000);
    if (all.length < atLeast)
      throw new Error(`${node} has ${all.length} values in its history, and ${atLeast} were wanted.`);
    expectSame(await connection.history(node, start, end, pages), all, 'What comes page by page');
    expectSame(await connection.history(node, end, start, pages), all.toReversed(), 'What comes from the end');
  },
  async events(
    connection,
    { node, while: action, message }: { node: string; while: { call: string; inputs: Input[] }; message: string },
  ) {
    const seen: string[] = [];
    const end = await listen(connection, node, ['Message'], ([words]) => seen.push(String(words!.value?.text)));
    await call(connection, action.call, action.inputs);
    await until(() => seen.some((text) => text.includes(message)));
    await end();
  },
  async alarm(connection, { node, condition, raise, comment, follow }: AlarmStep) {
    const fields = ['EventId', 'ConditionName', 'ActiveState.Id', 'AckedState.Id'];
    const seen: Variant[][] = [];
    const end = await listen(connection, node, fields, (values) => seen.push(values));
    const name = condition.slice(condition.lastIndexOf('.') + 1);
    const last = (): Variant[] | undefined => seen.findLast((values) => values[1]!.value === name);
    for (const [method, inputs] of raise) await call(connection, method, inputs);
    await until(() => last()?.[2]?.value === true);
    expectSame(last()![3]!.value, false, `Whether ${name} is acknowledged at first`);
    const { statusCode } = await connection.session.call({
      objectId: connection.nodeOf(condition),
      // Acknowledge of AcknowledgeableConditionType, OPC 10000-9, 5.7.3.
      methodId: 'i=9111',
      inputArguments: [last()![0]!, new Variant({ dataType: DataType.LocalizedText, value: { text: comment } })],
    });
    expectSame(statusCode.name, 'Good', `The answer to the acknowledgement of ${name}`);
    for (const [method, inputs] of follow) await call(connection, method, inputs);
    await until(() => last()?.[3]?.value === true);
    await end();
  },
  async jobs(connection, { node, states }: { node: string; states: Record<string, string> }) {
    const list = (await connection.read([node]))[0]!.value.value as {
      readonly jobOrder: { readonly jobOrderID: string };
      readonly state: readonly JobState[];
    }[];
    const found = list.map(({ jobOrder: { jobOrderID }, state }) => [jobOrderID, state[0]!.stateText.text]);
    expectSame(Object.fromEntries(found), states, 'The list of job orders');
  },
  async jobResponse(
    connection,
    { method, job, state, equipment, says }: Record<'method' | 'job' | 'state' | 'equipment' | 'says', string>,
  ) {
    const { outputArguments } = await call(connection, method, [['String', job]]);
    const response = outputArguments![0]!.value as {
      readonly jobState: readonly JobState[];
      readonly equipmentActuals: readonly { readonly ID: string }[];
      readonly description: { readonly text: string };
    };
    expectSame(response.jobState[0]!.stateText.text, state, `What became of ${job}`);
    expectSame(response.equipmentActuals[0]!.ID, equipment, `Where ${job} ran`);
    expectSame(response.description.text.startsWith(says), true, `Whether ${job} says that it ${says}`);
  },
  async eventHistory(connection, { node, pages, has }: { node: string; pages: number; has: string }) {
    const [start, end] = [new Date(0), new Date(Date.UTC(2100, 0, 1))];
    const all = await connection.eventHistory(node, start, end, 1000);
    if (!all.some((words) => words.includes(has))) throw new Error(`The history of ${node} does not tell of: ${has}.`);
    expectSame(await connection.eventHistory(node, start, end, pages), all, 'What comes page by page');
    expectSame(await connection.eventHistory(node, end, start, pages), all.toReversed(), 'What comes from the end');
  },
};

interface JobState {
  readonly stateText: { readonly text: string };
}

interface AlarmStep {
  readonly node: string;
  readonly condition: string;
  readonly raise: readonly (readonly [method: string, inputs: Input[]])[];
  readonly comment: string;
  readonly follow: readonly (readonly [method: string, inputs: Input[]])[];
}

/** Tells of the fields of every event of a node from now on; returns what ends it. */
export async function listen(
  connection: Connection,
  node: string,
  fields: readonly string[],
  onEvent: (values: Variant[]) => void,
): Promise<() => Promise<void>> {
  const subscription = ClientSubscription.create(connection.session, {
    requestedPublishingInterval: 50,
    publishingEnabled: true,
  });
  const item = await subscription.monitor(
    { nodeId: node === 'Server' ? 'i=2253' : connection.nodeOf(node), attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, discardOldest: true, filter: constructEventFilter([...fields]) },
    TimestampsToReturn.Both,
  );
  (item as unknown as { on(event: 'changed', listener: (fields: Variant[]) => void): void }).on('changed', onEvent);
  return () => subscription.terminate();
}

/** Waits for something to be so. Throws after five seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error('It did not come to be within 5 s.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
