import { fromBase, type Unit } from '@fedbatch/vocabulary';
import type { Channel, Samples } from './run-result.ts';

/** Keeps rows of samples in columns that double when they are full. */
export class Recorder {
  readonly #channels: readonly Channel[];
  readonly #outputs: Int32Array;
  readonly #units: readonly Unit[];
  #time = new Float64Array(1024);
  #columns: Float64Array[];
  #length = 0;

  /** `outputs[c]` is the slot of channel c in a row of model outputs, in base units; `units[c]` the unit to record in. */
  constructor(channels: readonly Channel[], outputs: readonly number[], units: readonly Unit[]) {
    this.#channels = channels;
    this.#outputs = Int32Array.from(outputs);
    this.#units = units;
    this.#columns = channels.map(() => new Float64Array(1024));
  }

  get lastTimeH(): number {
    return this.#length === 0 ? Number.NaN : this.#time[this.#length - 1]!;
  }

  add(timeH: number, row: Float64Array): void {
    if (this.#length === this.#time.length) this.#grow();
    this.#time[this.#length] = timeH;
    for (let c = 0; c < this.#outputs.length; c++) {
      this.#columns[c]![this.#length] = fromBase(row[this.#outputs[c]!]!, this.#units[c]!);
    }
    this.#length++;
  }

  samples(): Samples {
    return {
      channels: this.#channels,
      timeH: this.#time.slice(0, this.#length),
      columns: this.#columns.map((column) => column.slice(0, this.#length)),
    };
  }

  #grow(): void {
    const doubled = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(old.length * 2);
      larger.set(old);
      return larger;
    };
    this.#time = doubled(this.#time);
    this.#columns = this.#columns.map(doubled);
  }
}
