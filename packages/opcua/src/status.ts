import type { Refusal } from '@fedbatch/vocabulary';
import { type StatusCode, StatusCodes } from 'node-opcua';

/** The status of a value, by the quality codes of tags. */
export const valueStatuses: readonly StatusCode[] = [
  StatusCodes.Good,
  StatusCodes.UncertainEngineeringUnitsExceeded,
  StatusCodes.UncertainLastUsableValue,
  StatusCodes.BadSensorFailure,
  StatusCodes.BadWaitingForInitialData,
  StatusCodes.BadOutOfService,
  StatusCodes.GoodLocalOverride,
];

/** The status that answers a command that was refused. */
export const refusalStatuses: Readonly<Record<Refusal, StatusCode>> = {
  role: StatusCodes.BadUserAccessDenied,
  unknown: StatusCodes.BadNotFound,
  type: StatusCodes.BadTypeMismatch,
  unit: StatusCodes.BadTypeMismatch,
  limits: StatusCodes.BadOutOfRange,
  mode: StatusCodes.BadInvalidState,
  state: StatusCodes.BadInvalidState,
  reason: StatusCodes.BadInvalidArgument,
  journal: StatusCodes.BadResourceUnavailable,
};
