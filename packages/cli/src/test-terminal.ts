import { formatProblems, type Terminal } from './terminal.ts';

/** A terminal that keeps what is printed. */
export class TestTerminal implements Terminal {
  readonly width = 100;
  printed = '';
  said = '';

  print(text: string): void {
    this.printed += `${text}\n`;
  }

  error(text: string): void {
    this.said += `${text}\n`;
  }

  problems(problems: Parameters<Terminal['problems']>[0]): void {
    this.said += `${formatProblems(problems)}\n`;
  }

  progress(): void {}

  clearProgress(): void {}
}
