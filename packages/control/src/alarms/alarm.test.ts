import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alarm, type AlarmChange, type AlarmSettings } from './alarm.ts';

/** Shows an alarm one value after the other, an hour each; gives what changed. */
function show(alarm: Alarm, values: readonly number[]): AlarmChange[] {
  return values.map((value) => {
    alarm.seen.set([value, 1]);
    return alarm.step();
  });
}
const low: AlarmSettings = { limit: 10, side: 'below' };

describe('an alarm', () => {
  it('is raised beyond its limit, and returns behind its dead band', () => {
    expect(show(new Alarm({ ...low, deadBand: 2 }), [12, 10, 9.9, 11, 11.9, 12.1])).toEqual([
      ...['none', 'none', 'raised', 'none', 'none', 'returned'],
    ]);
    expect(show(new Alarm({ limit: 5, side: 'above', deadBand: 1 }), [5, 5.1, 4.5, 3.9])).toEqual([
      'none',
      'raised',
      'none',
      'returned',
    ]);
  });

  it('waits for its delays, and begins to wait anew when the value comes back', () => {
    const alarm = new Alarm({ ...low, onDelayH: 2, offDelayH: 1 });
    expect(show(alarm, [9, 9, 12, 9, 9, 9])).toEqual(['none', 'none', 'none', 'none', 'none', 'raised']);
    expect(show(alarm, [12, 12])).toEqual(['none', 'returned']);
  });

  it('goes through the states of ISA-18.2', () => {
    const alarm = new Alarm(low);
    show(alarm, [9]);
    expect([alarm.state, alarm.isActive]).toEqual(['unacknowledged', true]);
    alarm.acknowledge();
    expect([alarm.state, alarm.isActive]).toEqual(['acknowledged', true]);
    show(alarm, [12]);
    expect(alarm.state).toBe('normal');
    show(alarm, [9, 12]);
    expect([alarm.state, alarm.isActive]).toEqual(['returned', false]);
    alarm.acknowledge();
    expect(alarm.state).toBe('normal');
    show(alarm, [9, 12, 9]);
    expect(alarm.state).toBe('unacknowledged');
  });

  it('holds its latch until a person resets it, and not before the value is back', () => {
    const alarm = new Alarm({ ...low, latched: true });
    show(alarm, [9]);
    alarm.reset();
    expect(alarm.isActive).toBe(true);
    show(alarm, [12]);
    expect([alarm.state, alarm.isActive]).toEqual(['latched', true]);
    alarm.acknowledge();
    expect(alarm.state).toBe('latched');
    alarm.reset();
    expect(alarm.state).toBe('normal');
  });

  it('may lie on the shelf, where it goes on, and comes back by itself', () => {
    const alarm = new Alarm(low);
    alarm.shelve(2);
    expect(show(alarm, [9])).toEqual(['raised']);
    expect([alarm.isShelved, alarm.isActive]).toEqual([true, true]);
    show(alarm, [9, 9]);
    expect(alarm.isShelved).toBe(false);
  });

  it('leaves things as they are without a value, or trips where that is safer', () => {
    expect(show(new Alarm(low), [12, Number.NaN, 9, Number.NaN, 12])).toEqual([
      'none',
      'none',
      'raised',
      'none',
      'returned',
    ]);
    expect(show(new Alarm({ ...low, onBad: 'raise' }), [12, Number.NaN, Number.NaN, 12])).toEqual([
      'none',
      'raised',
      'none',
      'returned',
    ]);
  });

  it('never rings twice without a return between, whatever it sees and whoever touches it', () => {
    const touch = fc.constantFrom('acknowledge', 'reset', 'nothing');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double(), touch), { maxLength: 80 }),
        fc.boolean(),
        fc.nat(3),
        (seen, latched, delay) => {
          const alarm = new Alarm({ limit: 0, side: 'above', deadBand: 0.5, onDelayH: delay, latched });
          let on = false;
          for (const [value, hand] of seen) {
            const [change] = show(alarm, [value]);
            if (change === 'raised') expect(on).toBe(false);
            if (change === 'returned') expect(on).toBe(true);
            on = change === 'raised' || (on && change !== 'returned');
            if (hand !== 'nothing') alarm[hand as 'acknowledge' | 'reset']();
            expect(alarm.isActive || !on).toBe(true);
          }
        },
      ),
    );
  });

  it.each([
    [{ ...low, limit: Number.NaN }, /limit of NaN/],
    [{ ...low, deadBand: -1 }, /dead band of -1/],
    [{ ...low, onDelayH: -1 }, /delay of -1/],
  ])('refuses %j', (wrong, says) => {
    expect(() => new Alarm(wrong)).toThrow(says);
  });
});
