import { setErrorLogger, setWarningLogger } from 'node-opcua';

/** Sends what the library would print on the terminal somewhere else; attackers must not fill a log, and people get our own sentences. */
export function sendLibraryLog(to: (line: string) => void): void {
  const print = (...parts: unknown[]): void => to(parts.map(String).join(' '));
  setErrorLogger(print);
  setWarningLogger(print);
}
