import { hashPassword } from '@fedbatch/station';
import { names, password } from '../test-station.ts';
import { type Cases, fullQueue } from './world.ts';

const nothing = () => ({});

export const access: Cases = {
  makeToken: {
    201: ({ station }, role) => {
      const user = station.users.list.find(({ name }) => name === names[role])!;
      station.users.put({ ...user, password: hashPassword(password) });
      return { body: { name: names[role], password, label: 'a notebook', hours: 1 } };
    },
    401: () => ({ body: { name: 'ada', password: 'a wrong one' } }),
  },
  whoAmI: { 200: nothing },
  listTokens: { 200: nothing },
  removeToken: {
    204: ({ station }, role) => ({ path: { id: station.users.addToken(names[role], 'short', null).token.id } }),
    404: () => ({ path: { id: 'none' } }),
  },
  listUsers: { 200: nothing },
  listStationRecords: { 200: () => ({ query: { after: '0', limit: '3' } }) },
  isAlive: { 200: nothing },
  isReady: {
    200: nothing,
    503: (world) => {
      fullQueue(world);
      return {};
    },
  },
  getMetrics: { 200: nothing },
};
