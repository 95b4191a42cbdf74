/** Where in a file something stands: lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong (or doubtful) in what a user wrote. */
export interface Problem {
  /** PACKAGE_NOUN_PROBLEM; never used for another meaning later. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly place?: Place;
  /** One sentence: what is wrong, with the value, its unit and the limit. */
  readonly says: string;
  /** Numbers or lines that help to see it; optional. */
  readonly detail?: string;
  /** One sentence: the next thing to do. */
  readonly remedy: string;
}

/** Thrown while building, never inside a scan. Carries every problem that was found, not only the first. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n\n'));
    this.name = 'ProblemError';
    this.problems = problems;
  }
}

/** Errors after which reading stops: nobody reads more at once, and a hostile file could make each one costly. */
export const problemLimit = 100;

/** Collects problems while a file is read, so that one pass reports them all. */
export class Problems {
  readonly list: Problem[] = [];
  #errorCount = 0;

  /** Adds an error. Throws a ProblemError with all so far when it is number `problemLimit`. */
  error(code: string, place: Place | undefined, says: string, remedy: string, detail?: string): undefined {
    this.list.push(entry('error', code, place, says, remedy, detail));
    if (++this.#errorCount >= problemLimit) this.throwIfAny();
    return undefined;
  }

  warn(code: string, place: Place | undefined, says: string, remedy: string, detail?: string): undefined {
    this.list.push(entry('warning', code, place, says, remedy, detail));
    return undefined;
  }

  get errors(): Problem[] {
    return this.list.filter((problem) => problem.severity === 'error');
  }

  get warnings(): Problem[] {
    return this.list.filter((problem) => problem.severity === 'warning');
  }

  /** Throws a ProblemError when at least one error was collected. */
  throwIfAny(): void {
    const errors = this.errors;
    if (errors.length > 0) throw new ProblemError(errors);
  }
}

function entry(
  severity: Problem['severity'],
  code: string,
  place: Place | undefined,
  says: string,
  remedy: string,
  detail: string | undefined,
): Problem {
  return { code, severity, says, remedy, ...(place && { place }), ...(detail && { detail }) };
}

export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** The text of a problem for a terminal: place and sentence, detail, remedy. */
export function formatProblem(problem: Problem): string {
  const head = problem.place ? `${formatPlace(problem.place)}  ${problem.says}` : problem.says;
  const detail = problem.detail ? `\n${indent(problem.detail)}` : '';
  return `${head}${detail}\n\n${indent(problem.remedy)}`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
