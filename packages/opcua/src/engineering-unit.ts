/** A unit in the form that the library takes. */
export interface UnitOptions {
  readonly namespaceUri: string;
  readonly unitId: number;
  readonly displayName: { readonly text: string };
  readonly description: { readonly text: string };
}

/** Common codes of UNECE recommendation 20, as the OPC Foundation's UNECE_to_OPCUA.csv has them. Units that it does not have are sent by their name alone. */
const codes: Readonly<Record<string, string>> = {
  degC: 'CEL',
  K: 'KEL',
  L: 'LTR',
  mL: 'MLT',
  'L/h': 'E32',
  'L/min': 'L2',
  'mL/min': '41',
  'L/d': 'LD',
  'g/L': 'GL',
  'mg/L': 'M1',
  'mol/L': 'C35',
  bar: 'BAR',
  mbar: 'MBR',
  '%': 'P1',
  ppm: '59',
  rpm: 'RPM',
  '1/h': 'H10',
  h: 'HUR',
  min: 'MIN',
  s: 'SEC',
  g: 'GRM',
  kg: 'KGM',
  pH: 'Q30',
  'mS/cm': 'H61',
  W: 'WTT',
  kJ: 'KJO',
};

const unece = 'http://www.opcfoundation.org/UA/units/un/cefact';

/** The unit id is the common code as a big-endian number (OPC 10000-8, 5.6.4.3). */
export const unitId = (code: string): number => [...code].reduce((id, letter) => id * 256 + letter.charCodeAt(0), 0);

/** A unit as OPC UA has it; the display name is the word that every other face shows. */
export function engineeringUnit(unit: string): UnitOptions {
  const code = codes[unit];
  return {
    namespaceUri: code === undefined ? 'urn:fedbatch:units' : unece,
    unitId: code === undefined ? -1 : unitId(code),
    displayName: { text: unit === '-' ? '' : unit },
    description: { text: unit },
  };
}
