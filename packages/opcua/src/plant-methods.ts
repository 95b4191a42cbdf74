import type { LivePlant, Station } from '@fedbatch/station';
import { type Command, type FaultRequest, guardModes, type RecipeAction, recipeActions } from '@fedbatch/vocabulary';
import { DataType, type Namespace, StatusCodes, type UAObject, Variant } from 'node-opcua';
import { answerOf } from './method-call.ts';
import { addMethod, type Method, number, text } from './plant-method.ts';
import { StepMethods } from './step-methods.ts';

/** What can be done to a plant beside writing its tags. Each method is a command for the gate. */
export class PlantMethods {
  readonly #station: Station;
  readonly #plant: LivePlant;

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
      for (const method of methods) addMethod(this.#station, namespace, group, `${nodeId}.${method.name}`, method);
    }
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
      ...new StepMethods(this.#plant).methods,
    ];
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
