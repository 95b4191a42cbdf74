import { type Problem, Problems } from '@fedbatch/vocabulary';

/** What to do about an error of the file system, by its code. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on that disk, or choose a folder on another one.',
  EDQUOT: 'Make room in the quota of this user, or choose a folder on another disk.',
  EROFS: 'That disk is mounted to be read alone: choose a folder on another one.',
  EACCES: 'Choose a path that this user may use.',
  EPERM: 'Choose a path that this user may use.',
  EMFILE: 'Let the system open more files, as `ulimit -n 4096`.',
};

/** An error of the machine, as a full disk, in the words of a problem; undefined for one of our own making. */
export function machineProblems(error: unknown): readonly Problem[] | undefined {
  const { code = '', syscall, errstr, path, message } = error as NodeJS.ErrnoException & { errstr?: string };
  if (!(error instanceof Error) || (syscall === undefined && errstr === undefined)) return undefined;
  const problems = new Problems();
  problems.error(
    'CLI_MACHINE_REFUSED',
    undefined,
    `${path ?? 'A file'} cannot be used: ${errstr ?? message}.`,
    remedies[code] ?? 'See that the path is there, that this user may write to it, and that its disk has room.',
  );
  return problems.list;
}
