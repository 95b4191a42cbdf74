import type { LivePlant } from '@fedbatch/station';
import type { Tag } from '@fedbatch/vocabulary';
import {
  AccessLevelFlag,
  DataType,
  DataValue,
  HistoryData,
  HistoryReadResult,
  type ISessionContext,
  ReadRawModifiedDetails,
  type StatusCode,
  StatusCodes,
  type UAVariable,
} from 'node-opcua';
import { valueStatuses } from './status.ts';

/** Values in one answer where the client sets no limit; it goes on by the continuation point. */
const pageSize = 10_000;

interface Page {
  readonly continuationPoint?: Buffer;
  readonly values: DataValue[];
  readonly statusCode: StatusCode;
}

/** What this face uses of a session's continuation points. */
interface Points {
  getNextHistoryReadRaw(count: number, data: object): Page;
  registerHistoryReadRaw(count: number, values: DataValue[], data: object): Page;
}

type Answer = (error: Error | null, result?: HistoryReadResult) => void;

/**
 * Lets a variable answer raw reads of its history from the file that the station keeps (OPC 10000-11, 6.5.3): it is there again after a restart, and
 * nothing of it lies in memory. The library's own way would make seven nodes for each variable.
 */
export function answerHistory(node: UAVariable, plant: LivePlant, tag: Tag): void {
  node.historizing = true;
  node.accessLevel |= AccessLevelFlag.HistoryRead;
  if (node.userAccessLevel !== undefined) node.userAccessLevel |= AccessLevelFlag.HistoryRead;
  // The server calls it for a promise, the library's own tests with a callback.
  const historyRead = (
    context: ISessionContext,
    details: unknown,
    _range: unknown,
    _encoding: unknown,
    data: object,
    answer?: Answer,
  ): Promise<HistoryReadResult> | undefined => {
    const result = read(context, details, data, plant, tag);
    return answer ? void answer(null, result) : Promise.resolve(result);
  };
  Object.assign(node, { historyRead });
}

function read(context: ISessionContext, details: unknown, data: object, plant: LivePlant, tag: Tag): HistoryReadResult {
  const points = (context.session as unknown as { continuationPointManager?: Points })?.continuationPointManager;
  if (!(details instanceof ReadRawModifiedDetails) || details.isReadModified || !points)
    return new HistoryReadResult({ statusCode: StatusCodes.BadHistoryOperationUnsupported });
  const { numValuesPerNode } = details;
  const count = numValuesPerNode > 0 ? numValuesPerNode : pageSize;
  // Some clients send an empty continuation point where they have none.
  const isNext = ((data as { continuationPoint?: Uint8Array | null }).continuationPoint?.length ?? 0) > 0;
  const page = isNext
    ? points.getNextHistoryReadRaw(count, data)
    : points.registerHistoryReadRaw(count, valuesOf(details, plant, tag), { ...data, continuationPoint: undefined });
  const { continuationPoint, statusCode, values } = page;
  return new HistoryReadResult({
    ...(continuationPoint && { continuationPoint }),
    historyData: new HistoryData({ dataValues: values }),
    statusCode,
  });
}

/** Oldest first, or newest first where the end lies before the start or only an end is given. */
function valuesOf(
  { startTime, endTime, numValuesPerNode }: ReadRawModifiedDetails,
  plant: LivePlant,
  tag: Tag,
): DataValue[] {
  const start = timeOf(startTime);
  const end = timeOf(endTime);
  const isReversed = start !== undefined && end !== undefined ? end < start : start === undefined && end !== undefined;
  const from = (isReversed ? (start === undefined ? undefined : end) : start) ?? Number.NEGATIVE_INFINITY;
  const to = (isReversed ? (start ?? end) : end) ?? Number.POSITIVE_INFINITY;
  const needed = !isReversed && end === undefined && numValuesPerNode > 0 ? numValuesPerNode : Number.MAX_SAFE_INTEGER;
  const { points } = plant.history(tag.id, from, to, needed);
  const wanted = isReversed
    ? points.reverse().slice(0, start === undefined ? numValuesPerNode || undefined : undefined)
    : points;
  return wanted.map(
    ({ stampMs, value, quality }) =>
      new DataValue({
        value: { dataType: tag.type === 'choice' ? DataType.UInt32 : DataType.Double, value },
        statusCode: valueStatuses[quality]!,
        sourceTimestamp: new Date(stampMs),
        serverTimestamp: new Date(stampMs),
      }),
  );
}

/** Times before 1602 stand for none (OPC 10000-6, 5.2.2.5); a plant in lockstep counts from 1970. */
export function timeOf(time: Date | null | undefined): number | undefined {
  const ms = time?.getTime() ?? Number.NEGATIVE_INFINITY;
  return ms > Date.UTC(1602, 0, 1) ? ms : undefined;
}
