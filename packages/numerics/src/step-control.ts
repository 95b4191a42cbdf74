/** The numbers of error control, which every loop shares. */
export const safety = 0.9;
/** Logarithm of the smallest error that the controller remembers, and the smallest error that it acts on. */
export const smallestRemembered = Math.log(1e-4);
export const smallestError = 1e-10;
export const shrinkLimit = 0.2;
export const growthLimit = 8;
/** Share of a step that is kept when its error is no number or a state fell below zero. */
export const wreckedShare = 0.25;
/** Exponents of the PI controller as shares of 1/order (Gustafsson 1991, ACM TOMS 17, 533; Hairer and Wanner 1996, IV.2). */
export const proportional = 0.7;
export const integral = 0.4;
/** A step that misses the end by less than this share of itself goes to the end. */
export const stretch = 1e-10;
/** No step is shorter than this share of the time. */
export const resolution = 4e-16;
