import type { EventCursor, LivePlant } from '@fedbatch/station';
import {
  type AddressSpace,
  checkFilter,
  extractEventFields,
  FilterContextOnAddressSpace,
  HistoryReadResult,
  type ISessionContext,
  ReadEventDetails,
  type StatusCode,
  StatusCodes,
  type UAObject,
} from 'node-opcua';
import { timeOf } from './history-read.ts';
import type { PlantEvents } from './plant-events.ts';

/** Events in one answer where the client sets no limit; it goes on by the continuation point. */
const pageSize = 1000;
/** EventNotifier of OPC 10000-3, 8.59: subscribe to events, and read their history. */
const subscribeAndHistory = 1 | 4;

/**
 * Lets a plant answer reads of the history of its events (OPC 10000-11, 6.5.2) from its journal, so that they are there again after a restart. A
 * continuation point is a place in the journal, so nothing of it lies in memory and it outlives a session.
 */
export function answerEventHistory(root: UAObject, plant: LivePlant, events: PlantEvents): void {
  root.setEventNotifier(subscribeAndHistory);
  const historyRead = (context: ISessionContext, details: unknown, _: unknown, __: unknown, data: Continuation) =>
    details instanceof ReadEventDetails ? read(root, plant, events, context, details, data) : refused(unsupported);
  Object.assign(root, { historyRead });
}

interface Continuation {
  readonly continuationPoint?: Uint8Array | null;
  readonly releaseContinuationPoints?: boolean;
}

const unsupported = StatusCodes.BadHistoryOperationUnsupported;
const refused = (statusCode: StatusCode): Promise<HistoryReadResult> =>
  Promise.resolve(new HistoryReadResult({ statusCode }));

async function read(
  root: UAObject,
  plant: LivePlant,
  events: PlantEvents,
  context: ISessionContext,
  { startTime, endTime, numValuesPerNode, filter }: ReadEventDetails,
  { continuationPoint, releaseContinuationPoints }: Continuation,
): Promise<HistoryReadResult> {
  if (releaseContinuationPoints) return refused(StatusCodes.Good);
  const [start, end] = [timeOf(startTime), timeOf(endTime)];
  // OPC 10000-11, 6.5.2.2: two of start, end and a number of events must be there.
  if (start === undefined && end === undefined) return refused(StatusCodes.BadInvalidTimestampArgument);
  const isReversed = start === undefined || (end !== undefined && end < start);
  const [earliest, latest] = isReversed && start !== undefined ? [end, start] : [start, end];
  const cursor = continuationPoint?.length ? cursorOf(continuationPoint) : undefined;
  if (continuationPoint?.length && !cursor) return refused(StatusCodes.BadContinuationPointInvalid);
  const addressSpace = root.addressSpace as unknown as AddressSpace;
  const clauses = filter?.selectClauses ?? [];
  const where = filter?.whereClause;
  const page = await plant.events({
    fromMs: earliest ?? Number.NEGATIVE_INFINITY,
    toMs: latest ?? Number.POSITIVE_INFINITY,
    order: isReversed ? 'newest first' : 'oldest first',
    limit: numValuesPerNode > 0 ? numValuesPerNode : pageSize,
    ...(cursor && { cursor }),
  });
  const rows = page.events.flatMap((event) => {
    const data = events.dataOf(event);
    const isWanted =
      !where?.elements?.length || checkFilter(new FilterContextOnAddressSpace(context as never, data as never), where);
    return isWanted ? [{ eventFields: extractEventFields(context as never, clauses as never, data as never) }] : [];
  });
  // The library has the class of the answer, and does not say where.
  const historyData = addressSpace.constructExtensionObject(addressSpace.findDataType('HistoryEvent')!, {
    events: rows,
  });
  return new HistoryReadResult({
    statusCode: StatusCodes.Good,
    historyData,
    ...(page.next && { continuationPoint: Buffer.from(JSON.stringify(page.next)) }),
  });
}

/** A place in the journal as it was handed out; what a client made up itself is none. */
function cursorOf(point: Uint8Array): EventCursor | undefined {
  try {
    const value = JSON.parse(Buffer.from(point).toString('utf8')) as EventCursor;
    const numbers = [value.offset, value.beforeMs, value.lastMs];
    return numbers.every((number) => Number.isFinite(number) && number >= 0) ? value : undefined;
  } catch {
    return undefined;
  }
}
