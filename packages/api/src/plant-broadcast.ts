import type { LivePlant, PlantEvent } from '@fedbatch/station';
import type { EventStream } from './event-stream.ts';
import { shownValue } from './plant-view.ts';

/** How many records are read at once for a reader that comes back. */
const pageRecords = 500;

/** Records as events: those from one on, in a journal of some size. */
interface Page {
  readonly from: number;
  readonly size: number;
  readonly text: string;
  readonly records: number;
}

interface Reader {
  readonly stream: EventStream;
  /** Number of the last record that it was sent. */
  record: number;
}

/** Readers that want the same tags equally often: what they are sent is put together once. */
class Group {
  readonly readers = new Set<Reader>();
  readonly #plant: LivePlant;
  readonly #slots: readonly number[];
  readonly #everyMs: number;
  readonly #shownValues: Float64Array;
  readonly #shownQualities: Uint8Array;
  readonly #shownTexts: string[];
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(plant: LivePlant, slots: readonly number[], everyMs: number) {
    this.#plant = plant;
    this.#slots = slots;
    this.#everyMs = everyMs;
    this.#shownValues = new Float64Array(slots.length).fill(Number.NaN);
    this.#shownQualities = new Uint8Array(slots.length).fill(255);
    this.#shownTexts = slots.map(() => '');
    // The first reader gets the whole, so that only what differs from now on is a change.
    this.#changed();
  }

  /** Everything as it is now. */
  whole(): string {
    return this.#frame(this.#slots.map((_, i) => i));
  }

  /** Sends what has changed. A reader that is behind gets everything as it is when it has caught up. */
  scan(nowMs: number): void {
    if (nowMs - this.#lastMs < this.#everyMs) return;
    this.#lastMs = nowMs;
    const changed = this.#changed();
    let text: string | undefined;
    for (const { stream } of this.readers) {
      if (stream.isBehind) stream.frame('tags', () => this.whole());
      else
        stream.frame('tags', () => {
          text ??= this.#frame(changed);
          return text;
        });
    }
  }

  #changed(): number[] {
    const { values, qualities, texts } = this.#plant.table;
    const changed: number[] = [];
    this.#slots.forEach((slot, i) => {
      const isSame =
        Object.is(values[slot], this.#shownValues[i]) &&
        qualities[slot] === this.#shownQualities[i] &&
        texts[slot] === this.#shownTexts[i];
      if (isSame) return;
      this.#shownValues[i] = values[slot]!;
      this.#shownQualities[i] = qualities[slot]!;
      this.#shownTexts[i] = texts[slot]!;
      changed.push(i);
    });
    return changed;
  }

  #frame(which: readonly number[]): string {
    const { tags, table, live, stampMs } = this.#plant;
    const values: Record<string, number | string | null> = {};
    const qualities: Record<string, number> = {};
    for (const i of which) {
      const slot = this.#slots[i]!;
      const tag = tags[slot]!;
      values[tag.id] = shownValue(this.#plant, tag, slot);
      if (table.qualities[slot] !== 0) qualities[tag.id] = table.qualities[slot]!;
    }
    const data = { stampMs, timeH: live.timeH, scans: live.scans, values, qualities };
    return `event: tags\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

/** A live plant for many readers: its tags as they change, and every record of its journal once. */
export class PlantBroadcast {
  readonly #plant: LivePlant;
  readonly #groups = new Map<string, Group>();
  readonly #readers = new Set<Reader>();
  readonly #stops: readonly (() => void)[];
  #last: Page = { from: -1, size: -1, text: '', records: 0 };

  constructor(plant: LivePlant) {
    this.#plant = plant;
    this.#stops = [plant.onScan(() => this.#scan()), plant.onEvent((event) => this.#tell(event))];
  }

  get isIdle(): boolean {
    return this.#readers.size === 0;
  }

  /** A reader joins. `after`: number of the last record that it has; undefined: it wants those from now on. */
  join(stream: EventStream, slots: readonly number[], everyMs: number, after: number | undefined): void {
    const key = `${everyMs}:${slots.join(',')}`;
    const group = this.#groups.get(key) ?? new Group(this.#plant, slots, everyMs);
    this.#groups.set(key, group);
    const reader = { stream, record: after ?? this.#plant.journalSize - 1 };
    this.#catchUp(reader);
    stream.onReady(() => this.#catchUp(reader));
    stream.frame('tags', () => group.whole());
    group.readers.add(reader);
    this.#readers.add(reader);
    stream.onClose(() => {
      group.readers.delete(reader);
      this.#readers.delete(reader);
      if (group.readers.size === 0) this.#groups.delete(key);
    });
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const { stream } of this.#readers) stream.end();
  }

  #scan(): void {
    const now = performance.now();
    for (const group of this.#groups.values()) group.scan(now);
  }

  #tell(_event: PlantEvent): void {
    for (const reader of this.#readers) this.#catchUp(reader);
  }

  /**
   * Records come from the journal, so that a reader that was away gets what one that stayed has got. One that takes less than it is sent waits, and loses
   * none.
   */
  #catchUp(reader: Reader): void {
    const { stream } = reader;
    while (stream.isOpen && !stream.isBehind) {
      const { text, records } = this.#page(reader.record + 1);
      if (records === 0) return;
      stream.write(text);
      reader.record += records;
    }
  }

  /** Some records as events. Most readers ask for the same ones. */
  #page(from: number): Page {
    if (this.#last.from === from && this.#last.size === this.#plant.journalSize) return this.#last;
    const lines = this.#plant.recordLines(from, pageRecords);
    const text = lines.map((line, i) => `id: ${from + i}\nevent: record\ndata: ${line}\n\n`).join('');
    this.#last = { from, size: this.#plant.journalSize, text, records: lines.length };
    return this.#last;
  }
}
