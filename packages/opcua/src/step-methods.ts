import type { LivePlant } from '@fedbatch/station';
import type { Person } from '@fedbatch/vocabulary';
import {
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  StatusCodes,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { answerOf } from './method-call.ts';
import { type Method, number, numbers, texts } from './plant-method.ts';
import type { SessionLike } from './who.ts';

const doubles = (values: ArrayLike<number>): Variant =>
  new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: Float64Array.from(values) });

/**
 * Lockstep over OPC UA. `Step` carries set points in and measured values out in one round trip; which ones, a client chooses once by `Choose`.
 */
export class StepMethods {
  readonly #plant: LivePlant;
  /** Tags of a step, by session; the session goes, and so do they. */
  readonly #chosen = new WeakMap<object, { readonly setpoints: readonly string[]; readonly outputs: Int32Array }>();
  readonly #gone = new WeakMap<object, AbortController>();

  constructor(plant: LivePlant) {
    this.#plant = plant;
  }

  get methods(): readonly Method[] {
    return [
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
}
