/** Numbers that are none become null, which is what JSON has for them. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
