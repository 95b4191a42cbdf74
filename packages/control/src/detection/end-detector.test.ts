import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndDetector, type EndSettings } from './end-detector.ts';

const spike: EndSettings = { side: 'rises', by: 20, withinH: 0.2, afterH: 0.5 };
const minute = 1 / 60;

/** The first minute at which an end is found; -1: none is. */
function found(settings: EndSettings, values: readonly number[]): number {
  const detector = new EndDetector(settings);
  return values.findIndex((value) => {
    detector.seen[0] = value;
    detector.seen[1] = minute;
    return detector.step();
  });
}
const falling = Array.from({ length: 60 }, (_, i) => 90 - i);

describe('the detector of an end', () => {
  it('finds dissolved oxygen that leaps up when the substrate is spent', () => {
    expect(found(spike, [...falling, 35, 45, 60, 80])).toBe(62);
  });

  it('finds a quotient or a base demand that falls', () => {
    const base = [...Array(60).fill(0.02), 0.018, 0.01, 0.002, 0];
    expect(found({ side: 'falls', by: 0.015, withinH: 0.5, afterH: 0 }, base)).toBe(62);
  });

  it('takes a drift for none, however far it goes', () => {
    expect(
      found(
        spike,
        Array.from({ length: 600 }, (_, i) => 0.5 * i),
      ),
    ).toBe(-1);
  });

  it('waits for its time in the phase', () => {
    expect(found(spike, [10, 40, ...Array(60).fill(40)])).toBe(-1);
    expect(found({ ...spike, afterH: 0 }, [10, 40])).toBe(1);
  });

  it('finds nothing in values that are missing, and takes a gap for the time that it was', () => {
    fc.assert(
      fc.property(fc.array(fc.constant(Number.NaN), { minLength: 1, maxLength: 90 }), (gap) => {
        expect(found({ ...spike, afterH: 0 }, [50, ...gap])).toBe(-1);
      }),
    );
    expect(found({ ...spike, afterH: 0 }, [50, ...Array(30).fill(Number.NaN), 71])).toBe(-1);
    expect(found({ ...spike, afterH: 0 }, [50, Number.NaN, 75])).toBe(2);
  });

  it.each([
    [{ by: 0 }, /change by 0/],
    [{ withinH: 0 }, /within 0 h/],
    [{ afterH: -1 }, /after -1 h/],
  ])('refuses %j', (wrong, says) => {
    expect(() => new EndDetector({ ...spike, ...wrong })).toThrow(says);
  });
});
