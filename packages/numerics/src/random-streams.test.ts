import { describe, expect, it } from 'vitest';
import { RandomStream } from './random-stream.ts';
import { RandomStreams } from './random-streams.ts';

describe('random streams that are drawn together', () => {
  it('draws normals that fill every part of their distribution as they should, the tails behind the last layer too', () => {
    const count = 400_000;
    const streams = new RandomStreams(11, ['n']);
    // Edges of parts and the probability below each, from a table; the layers of the ziggurat end elsewhere.
    const below: readonly (readonly [number, number])[] = [
      [-4, 3.167124183e-5],
      [-3.4426, 2.880674e-4],
      [-2.5, 6.209665326e-3],
      [-1.5, 6.680720127e-2],
      [-0.75, 0.2266273524],
      [-0.2, 0.4207402906],
      [0, 0.5],
      [0.2, 0.5792597094],
      [0.75, 0.7733726476],
      [1.5, 0.9331927987],
      [2.5, 0.9937903347],
      [3.4426, 0.9997119326],
      [4, 0.9999683288],
      [Number.POSITIVE_INFINITY, 1],
    ];
    const found = below.map(() => 0);
    for (let i = 0; i < count; i++) {
      streams.normals();
      found[below.findIndex(([edge]) => streams.drawn[0]! < edge)]!++;
    }
    const square = below.reduce((sum, [, share], i) => {
      const expected = count * (share - (below[i - 1]?.[1] ?? 0));
      return sum + (found[i]! - expected) ** 2 / expected;
    }, 0);
    // Chi-square of 13 degrees of freedom: 34.5 is passed once in a thousand.
    expect(square).toBeLessThan(34.5);
  });

  it('start where a stream alone does', () => {
    const own = new Float64Array(RandomStream.memorySize);
    new RandomStream(9, 'b').save(own, 0);
    const all = new Float64Array(2 * RandomStream.memorySize);
    new RandomStreams(9, ['a', 'b']).save(all, 0);
    expect(all.slice(RandomStream.memorySize)).toEqual(own);
  });

  it('do not know of each other', () => {
    const names = ['a', 'b', 'c'];
    const together = new RandomStreams(9, names);
    const alone = names.map((name) => new RandomStreams(9, [name]));
    // Long enough for each to draw from the sides of its layers and the tail, which takes more words.
    for (let i = 0; i < 20_000; i++) {
      together.normals();
      for (const one of alone) one.normals();
      if (together.drawn.some((value, k) => value !== alone[k]!.drawn[0])) expect.fail(`They differ at draw ${i}.`);
    }
    expect(new Set(together.drawn).size).toBe(3);
  });

  it('are neither alike nor remember what they drew', () => {
    const count = 100_000;
    const streams = new RandomStreams(7, ['a', 'b']);
    let [mean, square, fourth, other, next, before] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      streams.normals();
      const [x, y] = streams.drawn as unknown as [number, number];
      mean += x / count;
      square += (x * x) / count;
      fourth += x ** 4 / count;
      other += (x * y) / count;
      next += (x * before) / count;
      before = x;
    }
    // Four deviations of each estimate.
    const within = 4 / Math.sqrt(count);
    expect(Math.abs(mean)).toBeLessThan(within);
    expect(Math.abs(square - 1)).toBeLessThan(Math.SQRT2 * within);
    expect(Math.abs(fourth - 3)).toBeLessThan(Math.sqrt(96) * within);
    expect(Math.abs(other)).toBeLessThan(within);
    expect(Math.abs(next)).toBeLessThan(within);
  });

  it('go on from a saved state to the bit', () => {
    const streams = new RandomStreams(3, ['a', 'b']);
    const go = (): number[] =>
      Array.from({ length: 500 }, () => {
        streams.normals();
        return [...streams.drawn];
      }).flat();
    go();
    const memory = new Float64Array(streams.memorySize);
    streams.save(memory, 0);
    const on = go();
    streams.restore(memory, 0);
    expect(go()).toEqual(on);
  });
});
