import { compose, type Model, readComponent } from '@fedbatch/model';
import { Problems } from '@fedbatch/vocabulary';

const tank = `
vessel: A tank that heats, leaks and is fed
source: made for tests
inputs: { feed: { unit: L/h, default: 0 L/h, range: 0..10 L/h, says: feed } }
parameters:
  growth: { value: 0.2 1/h, source: made for tests, says: growth rate }
  start: { value: 10 g, source: made for tests, says: amount at the start }
  strength: { value: 100 g/L, source: made for tests, says: what the feed holds }
states:
  x: { unit: g, initial: start, rate: growth * x + strength * feed, sign: nonnegative, says: amount }
quantities:
  double: { unit: g, is: 2 * x, says: twice the amount }
  rate: { unit: 1/h, is: growth + strength * feed / x, says: relative rate }
phases: { broth: { volume state: V, initial volume: 1 L } }
`;

/** A model of one state that grows and is fed, small enough for closed forms. */
export function linearTank(): Model {
  return compose([{ role: 'vessel', file: readComponent(tank, 'tank.yaml', new Problems()) }], {});
}
