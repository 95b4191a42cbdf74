/** A key that may carry dots or a charge: `organism.qSmax`, `gas.O2`, `NH4+`. */
export const refuseId = (id: string): string | undefined =>
  /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,2}[+-]?$/.test(id) && !id.split('.').includes('constructor')
    ? undefined
    : `\`${id.slice(0, 60)}\` is not a name such as X or organism.qSmax.`;
