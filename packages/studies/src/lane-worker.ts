import { batchTaker, type LaneShare } from '@fedbatch/numerics/lanes';

/** Takes batches in a worker thread until there are none left. */
export function takeShare(share: LaneShare): void {
  batchTaker(share)();
}
