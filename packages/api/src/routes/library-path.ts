import type { LibraryKind } from '@fedbatch/station';

/** The path of what is named with or without its folder. */
export const withFolder = (kind: LibraryKind, name: string): string =>
  name.startsWith(`${kind}/`) ? name : `${kind}/${name}`;
