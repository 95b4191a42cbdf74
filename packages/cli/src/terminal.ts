import { formatProblem, type Problem } from '@fedbatch/vocabulary';

/** Where a command prints; tests give one that keeps what was printed. */
export interface Terminal {
  print(text: string): void;
  error(text: string): void;
  problems(problems: readonly Problem[]): void;
  /** Replaces the progress line; in a log it adds one now and then. */
  progress(text: string): void;
  /** Ends the progress line. */
  clearProgress(): void;
  readonly width: number;
}

/** Most problems that are printed at once. */
const problemLimit = 20;

/** Time in ms between two lines of progress where lines cannot be replaced, as in a log. */
const plainEveryMs = 5000;

/** The real terminal: results on standard output, everything else on standard error. */
export function terminal(): Terminal {
  const { stdout, stderr } = process;
  const width = stderr.columns ?? 100;
  let lastLine = Date.now();
  return {
    width,
    print: (text) => void stdout.write(`${text}\n`),
    error: (text) => void stderr.write(`${text}\n`),
    problems: (problems) => void stderr.write(`${formatProblems(problems)}\n`),
    progress: (text) => {
      if (!stderr.isTTY && Date.now() - lastLine >= plainEveryMs) {
        lastLine = Date.now();
        stderr.write(`${text}\n`);
      }
      if (stderr.isTTY) stderr.write(`\r\x1b[2K${text.slice(0, width - 1)}`);
    },
    clearProgress: () => {
      if (stderr.isTTY) stderr.write('\r\x1b[2K');
    },
  };
}

/** Problems as text, with a count at the end when there is more than one. */
export function formatProblems(problems: readonly Problem[]): string {
  const shown = problems.slice(0, problemLimit).map(formatProblem);
  const more = problems.length - shown.length;
  const count =
    problems.length === 1
      ? []
      : [more > 0 ? `${problems.length} problems; ${more} more are not shown.` : `${problems.length} problems.`];
  return [...shown, ...count].join('\n\n');
}
