/** How far a value can be trusted. Codes cost nothing in a scan; their words stand here. */
export const GOOD = 0;
export const UNCERTAIN_RANGE = 1;
export const UNCERTAIN_OLD = 2;
export const BAD_FAILURE = 3;
export const BAD_NO_VALUE = 4;
export const BAD_CALIBRATING = 5;

export type Quality = 0 | 1 | 2 | 3 | 4 | 5;

export const qualityWords: Record<Quality, { readonly level: 'good' | 'uncertain' | 'bad'; readonly says: string }> = {
  [GOOD]: { level: 'good', says: 'as measured' },
  [UNCERTAIN_RANGE]: { level: 'uncertain', says: 'at the end of its range' },
  [UNCERTAIN_OLD]: { level: 'uncertain', says: 'older than its sampling interval allows' },
  [BAD_FAILURE]: { level: 'bad', says: 'the sensor has failed' },
  [BAD_NO_VALUE]: { level: 'bad', says: 'no value yet' },
  [BAD_CALIBRATING]: { level: 'bad', says: 'being calibrated' },
};
