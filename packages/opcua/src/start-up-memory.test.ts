import { describe, expect, it } from 'vitest';
import { returnStartUpMemory } from './start-up-memory.ts';

describe('the memory of start-up', () => {
  it('is given back to the system', () => {
    let kept: number[][] | undefined = Array.from({ length: 200 }, () =>
      Array.from({ length: 50_000 }, (_, i) => i + 0.5),
    );
    expect(kept).toHaveLength(200);
    const before = process.memoryUsage();
    kept = undefined;
    returnStartUpMemory();
    const after = process.memoryUsage();
    expect(before.heapTotal - after.heapTotal).toBeGreaterThan(40e6);
    expect(before.rss - after.rss).toBeGreaterThan(40e6);
    expect((globalThis as { gc?: unknown }).gc).toBeUndefined();
  });
});
