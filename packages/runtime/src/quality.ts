import { BAD_FAILURE } from '@fedbatch/plant';

/** Quality codes from here on are bad: the value says nothing. */
export const badQuality: number = BAD_FAILURE;
