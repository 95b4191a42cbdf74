import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventStream } from './event-stream.ts';
import { PlantBroadcast } from './plant-broadcast.ts';
import { personOf, type Served, served } from './test-station.ts';

/** An answer whose reader takes nothing as long as `waiting` is not zero. */
class Answer extends EventEmitter {
  writableLength = 0;
  writableEnded = false;
  text = '';

  write(text: string): void {
    this.text += text;
  }

  end(): void {
    this.writableEnded = true;
  }

  get records(): number[] {
    return [...this.text.matchAll(/^id: (\d+)\nevent: record$/gm)].map(([, id]) => Number(id));
  }

  get frames(): number {
    return this.text.split('event: tags').length - 1;
  }
}

let station: Served;
beforeAll(async () => {
  station = await served({ scenarios: ['sims/scenarios/ecoli-exponential'] });
});
afterAll(() => station.close());

describe('a reader that takes less than it is sent', () => {
  it('gets every record when it has caught up, and of the tags the latest alone', async () => {
    const plant = station.station.plants.get('Bioreactor1')!;
    const eve = personOf('engineer');
    const broadcast = new PlantBroadcast(plant);
    const answers = [new Answer(), new Answer()] as const;
    const [slow, quick] = answers;
    const streams = answers.map((answer) => new EventStream(answer as unknown as ServerResponse));
    const slots = [plant.table.slotOf('clock.sim.time')];
    for (const stream of streams) broadcast.join(stream, slots, 20, undefined);
    const first = plant.journalSize;
    slow.writableLength = 1e9;
    for (let i = 0; i < 12; i++) {
      await plant.step(eve, 'eve', 1, []);
      await new Promise((done) => setTimeout(done, 25));
    }
    const all = Array.from({ length: plant.journalSize - first }, (_, i) => first + i);
    expect(all.length).toBeGreaterThanOrEqual(12);
    expect(quick.records).toEqual(all);
    expect(slow.records).toEqual([]);
    expect([slow.frames, quick.frames > 8]).toEqual([1, true]);
    slow.writableLength = 0;
    slow.emit('drain');
    expect(slow.records).toEqual(all);
    expect(slow.frames).toBe(2);
    const [last] = slow.text.split('event: tags\ndata: ').at(-1)!.split('\n');
    expect(JSON.parse(last!)).toMatchObject({ values: { 'clock.sim.time': plant.table.values[slots[0]!] } });
    for (const answer of answers) answer.emit('close');
    broadcast.close();
  });
});
