import type { LivePlant, Station } from '@fedbatch/station';
import {
  type Command,
  type FaultRequest,
  guardModes,
  type Person,
  type Receipt,
  type RecipeAction,
  recipeActions,
} from '@fedbatch/vocabulary';
import {
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  type Namespace,
  StatusCodes,
  type UAObject,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { refusalStatuses } from './status.ts';
import { personOf, type SessionLike } from './who.ts';

type Answer = CallMethodResultOptions | Promise<CallMethodResultOptions>;
type Values = readonly never[];

interface Argument {
  readonly name: string;
  readonly says: string;
  readonly dataType: DataType;
  readonly rank?: 'array';
}

interface Method {
  readonly name: string;
  readonly says: string;
  readonly inputs?: readonly Argument[];
  readonly outputs?: readonly Argument[];
  readonly call: (person: Person, values: Values, context: ISessionContext) => Answer;
}

const text = (name: string, says: string): Argument => ({ name, says, dataType: DataType.String });
const number = (name: string, says: string): Argument => ({ name, says, dataType: DataType.Double });
const numbers = (name: string, says: string): Argument => ({ ...number(name, says), rank: 'array' });
const texts = (name: string, says: string): Argument => ({ ...text(name, says), rank: 'array' });

/** What the methods answer where a command gives nothing but a receipt. */
const answerOf = (receipt: Receipt, outputs: readonly Variant[] = []): CallMethodResultOptions =>
  receipt.accepted
    ? { statusCode: StatusCodes.Good, outputArguments: [...outputs] }
    : { statusCode: refusalStatuses[receipt.refusal] };

const doubles = (values: ArrayLike<number>): Variant =>
  new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: Float64Array.from(values) });

/**
 * What can be done to a plant beside writing its tags. Each method is a command for the gate. `Step` carries set points in and measured values out in
 * one round trip; which ones, a client chooses once by `Choose`.
 */
export class PlantMethods {
  readonly #station: Station;
  readonly #plant: LivePlant;
  /** Tags of a step, by session; the session goes, and so do they. */
  readonly #chosen = new WeakMap<object, { readonly setpoints: readonly string[]; readonly outputs: Int32Array }>();
  readonly #gone = new WeakMap<object, AbortController>();

  constructor(station: Station, plant: LivePlant) {
    this.#station = station;
    this.#plant = plant;
  }

  layOut(namespace: Namespace, root: UAObject): void {
    const groups: [string, readonly Method[]][] = [
      ['Clock', this.#clock()],
      ['Recipe', this.#recipe()],
      ['Faults', this.#faults()],
      ['Watchdog', this.#watchdog()],
      ...(this.#plant.table.slotOf('feed.guard') < 0 ? [] : [['Advice', this.#advice()] as [string, Method[]]]),
    ];
    for (const [name, methods] of groups) {
      const nodeId = `s=${this.#plant.name}.${name}`;
      const group = namespace.addObject({ componentOf: root, browseName: name, nodeId });
      for (const method of methods) this.#add(namespace, group, `${nodeId}.${method.name}`, method);
    }
  }

  #add(
    namespace: Namespace,
    parent: UAObject,
    nodeId: string,
    { name, says, inputs = [], outputs = [], call }: Method,
  ): void {
    const argument = ({ name: label, says: words, dataType, rank }: Argument) => ({
      name: label,
      description: words,
      dataType,
      valueRank: rank === 'array' ? 1 : -1,
    });
    const method = namespace.addMethod(parent, {
      browseName: name,
      nodeId,
      description: says,
      inputArguments: inputs.map(argument),
      outputArguments: outputs.map(argument),
    });
    method.bindMethod((given, context, done) => {
      const values = given.map(({ value }) => value as never);
      Promise.resolve()
        .then(() => call(personOf(this.#station, context), values, context))
        .then(
          (answer) => done(null, answer),
          // A method that fails must not take the server with it.
          () => done(null, { statusCode: StatusCodes.BadInternalError }),
        );
    });
  }

  #command(command: Exclude<Command, { kind: 'step' }>): Method['call'] {
    return (person) => answerOf(this.#plant.command(person, command));
  }

  #clock(): Method[] {
    const named =
      (action: 'snapshot' | 'restore'): Method['call'] =>
      (person, [name]) =>
        answerOf(this.#plant.command(person, { kind: 'clock', action, name: String(name) }));
    return [
      { name: 'Run', says: 'lets the clock run', call: this.#command({ kind: 'clock', action: 'run' }) },
      { name: 'Pause', says: 'holds the clock', call: this.#command({ kind: 'clock', action: 'pause' }) },
      {
        name: 'SetSpeed',
        says: 'plant time for wall time; 1 is real time',
        inputs: [number('speed', 'above 0')],
        call: (person, [speed]) =>
          answerOf(this.#plant.command(person, { kind: 'clock', action: 'speed', speed: Number(speed) })),
      },
      { name: 'Reset', says: 'starts the plant anew', call: this.#command({ kind: 'clock', action: 'reset' }) },
      {
        name: 'Snapshot',
        says: 'keeps the plant as it is',
        inputs: [text('name', 'letters, digits, - and _')],
        call: named('snapshot'),
      },
      {
        name: 'Restore',
        says: 'takes the plant back to a snapshot',
        inputs: [text('name', 'of a snapshot')],
        call: named('restore'),
      },
      {
        name: 'SetBarrier',
        says: 'lockstep: how many clients must step before a step is made',
        inputs: [number('clients', '1 to 16')],
        call: (person, [clients]) => answerOf(this.#plant.setBarrier(person, Number(clients))),
      },
      {
        name: 'Choose',
        says: 'chooses what Step of this session writes and gives back, in order',
        inputs: [texts('setpoints', 'tags that are written'), texts('outputs', 'tags that are given back')],
        call: (_, [setpoints, outputs], context) => this.#choose(setpoints, outputs, context),
      },
      {
        name: 'Step',
        says: 'lockstep: writes set points, carries the plant on, gives values back',
        inputs: [
          number('dt', 'time in s: a whole number of scans'),
          numbers('setpoints', 'as chosen; NaN leaves one as it is'),
        ],
        outputs: [numbers('outputs', 'as chosen'), number('time', 'simulated time in h')],
        call: (person, [dt, setpoints], context) =>
          this.#step(person, Number(dt), setpoints as unknown as Float64Array, context),
      },
    ];
  }

  #choose(
    setpoints: readonly string[] | null,
    outputs: readonly string[] | null,
    context: ISessionContext,
  ): CallMethodResultOptions {
    const { table } = this.#plant;
    const written = [...(setpoints ?? [])];
    const given = [...(outputs ?? [])];
    const isUnknown = [...written, ...given].some((tag) => table.slotOf(tag) < 0);
    if (isUnknown || given.some((tag) => table.tags[table.slotOf(tag)]!.type === 'text'))
      return { statusCode: StatusCodes.BadNotFound };
    if (context.session)
      this.#chosen.set(context.session, {
        setpoints: written,
        outputs: Int32Array.from(given, (tag) => table.slotOf(tag)),
      });
    return { statusCode: StatusCodes.Good, outputArguments: [] };
  }

  async #step(
    person: Person,
    dtS: number,
    given: ArrayLike<number> | null,
    context: ISessionContext,
  ): Promise<CallMethodResultOptions> {
    const { session } = context;
    const chosen = session && this.#chosen.get(session);
    const setpoints = chosen?.setpoints ?? [];
    const values = given ?? [];
    if (values.length !== setpoints.length && values.length !== 0)
      return { statusCode: StatusCodes.BadInvalidArgument };
    const writes = setpoints.flatMap((tag, i) =>
      values.length === 0 || Number.isNaN(values[i]) ? [] : [{ tag, value: values[i]! }],
    );
    const done = await this.#plant.step(
      person,
      this.#participant(session),
      dtS,
      writes,
      session && this.#goneSignal(session),
    );
    const { table } = this.#plant;
    const outputs = Float64Array.from(chosen?.outputs ?? [], (slot) => table.values[slot]!);
    return answerOf(done.receipt, [doubles(outputs), new Variant({ dataType: DataType.Double, value: done.timeH })]);
  }

  /** Who waits at the barrier: a name that is the same on every run. */
  #participant(session: SessionLike | undefined | null): string {
    return session?.sessionName ?? 'a session without a name';
  }

  #goneSignal(session: object & SessionLike): AbortSignal {
    const known = this.#gone.get(session);
    if (known) return known.signal;
    const controller = new AbortController();
    this.#gone.set(session, controller);
    session.once?.('session_closed', () => controller.abort());
    return controller.signal;
  }

  #recipe(): Method[] {
    const says: Readonly<Record<RecipeAction, string>> = {
      hold: 'holds the recipe',
      resume: 'lets it go on',
      next: 'ends the phase',
      stop: 'ends the recipe in order, as its `stopping` says',
      abort: 'ends the recipe at once, as its `aborting` says',
    };
    return recipeActions.map((action) => ({
      name: action[0]!.toUpperCase() + action.slice(1),
      says: says[action],
      call: this.#command({ kind: 'recipe', action }),
    }));
  }

  #faults(): Method[] {
    const positive = (value: unknown): number | undefined => (Number(value) > 0 ? Number(value) : undefined);
    return [
      {
        name: 'InjectFault',
        says: 'adds a fault of the library; gives its id',
        inputs: [
          text('kind', 'bias, drift, freeze, spikes, noise, drop-out, slip, occlusion, stuck, trip, ...'),
          text('on', 'tag of a sensor or actuator, id of a parameter, or plant'),
          text('size', 'with its unit, as 0.5 g/L; empty: 1'),
          number('after', 'h from now'),
          number('for', 'h; 0: to the end'),
          number('rise', 'h in which it grows'),
          number('period', 'h; 0: it stays'),
          text('with', 'swap: the other sensor'),
          text('change', 'process: factor, offset or value'),
        ],
        outputs: [text('fault', 'its id')],
        call: (person, [kind, on, size, after, span, rise, period, other, change]) => {
          const fault: FaultRequest = {
            kind: String(kind),
            on: String(on),
            afterH: Number(after),
            ...(size ? { size } : {}),
            ...(other ? { with: other } : {}),
            ...(change ? { change } : {}),
            ...(positive(span) && { forH: Number(span) }),
            ...(positive(rise) && { riseH: Number(rise) }),
            ...(positive(period) && { periodH: Number(period) }),
          };
          const receipt = this.#plant.command(person, { kind: 'inject', fault });
          const id = this.#plant.live.injected.at(-1)?.id ?? '';
          return answerOf(receipt, [new Variant({ dataType: DataType.String, value: id })]);
        },
      },
      {
        name: 'ClearFault',
        says: 'ends a fault',
        inputs: [text('fault', 'its id')],
        call: (person, [fault]) => answerOf(this.#plant.command(person, { kind: 'clear', fault: String(fault) })),
      },
      {
        name: 'Simulate',
        says: 'puts a value in the place of what a sensor reads; NaN takes it away',
        inputs: [text('sensor', 'its tag'), number('value', 'in the unit of the sensor')],
        call: (person, [sensor, value]) =>
          answerOf(
            this.#plant.command(person, {
              kind: 'simulate',
              sensor: String(sensor),
              value: Number.isNaN(value) ? null : Number(value),
            }),
          ),
      },
    ];
  }

  /** What a person says to the feed that is proposed; a reason goes on record with it. */
  #advice(): Method[] {
    const reason = text('reason', 'why; goes on record');
    const plant = this.#plant;
    return [
      {
        name: 'Accept',
        says: 'lets proposals be carried out for a while',
        inputs: [reason],
        call: (person, [why]) => answerOf(plant.command(person, { kind: 'advice', answer: 'accept' }, String(why))),
      },
      {
        name: 'Reject',
        says: 'lets the fallback feed',
        inputs: [reason],
        call: (person, [why]) => answerOf(plant.command(person, { kind: 'advice', answer: 'reject' }, String(why))),
      },
      {
        name: 'Override',
        says: 'feeds at a rate of a person',
        inputs: [number('rate', 'L/h, inside the envelope'), reason],
        call: (person, [rate, why]) =>
          answerOf(plant.command(person, { kind: 'advice', answer: 'override', rateLPerH: Number(rate) }, String(why))),
      },
      {
        name: 'SetGuardMode',
        says: 'who decides on proposals',
        inputs: [text('mode', guardModes.join(', ')), reason],
        call: (person, [asked, why]) => {
          const mode = guardModes.find((known) => known === asked);
          if (!mode) return { statusCode: StatusCodes.BadInvalidArgument };
          return answerOf(plant.command(person, { kind: 'guard', mode }, String(why)));
        },
      },
    ];
  }

  #watchdog(): Method[] {
    return [
      {
        name: 'Watch',
        says: 'holds the plant when watchdog.client.count stands still for too long',
        inputs: [number('limit', 's; 0 ends the watch')],
        call: (person, [limit]) => answerOf(this.#plant.watch(person, Number(limit))),
      },
    ];
  }
}
