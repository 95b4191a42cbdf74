import { mayAct, type Person, ProblemError, Problems, type Role } from '@fedbatch/vocabulary';

/** Ends what somebody asked for with one problem: what is wrong, and what to do. Throws ProblemError. */
export function refuse(code: string, says: string, remedy: string): never {
  const problems = new Problems();
  problems.error(code, undefined, says, remedy);
  throw new ProblemError(problems.list);
}

/** Throws ProblemError where the role of a person does not reach. */
export function mustBe(person: Person, least: Role, what: string): void {
  if (mayAct(person.role, least)) return;
  refuse(
    'STATION_ROLE_LEAST',
    `\`${person.name}\` has the role ${person.role}, and ${what} needs the role ${least}.`,
    `Ask somebody who is ${least} or more, or log in as one.`,
  );
}
