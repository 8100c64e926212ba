import { Fault } from '#kit/fault';

const knownTroubles: readonly { readonly sign: RegExp; readonly text: (place: string) => string }[] = [
  {
    sign: /No space left on device|ENOSPC|Check free disk space|disk is full/i,
    text: (place) =>
      `There is not enough free space for the database in ${place}; it needs about 150 MB to begin with.`,
  },
  {
    sign: /user does not exist|could not look up effective user ID|uv_os_get_passwd/,
    text: () =>
      'PostgreSQL needs to know the name of the user it runs as, and this user has none. Add a line for it to /etc/passwd.',
  },
  { sign: /ENOTEMPTY|EEXIST/, text: (place) => `There is something in ${place} that is not a database. Move it away.` },
  {
    sign: /EACCES|EPERM|EROFS|Permission denied|Operation not permitted|Read-only file system/i,
    text: (place) =>
      `The database cannot be kept in ${place}: this user may not write there or not step down from root.`,
  },
];

/** The sentence for a world that is not as the database needs it; everything else about it is for the log. */
export function worldFault(error: unknown, place: string): Fault {
  if (error instanceof Fault) return error;
  const said = `${error instanceof Error ? error.message : String(error)} ${errorOutput(error)}`;
  const more = { internal: said, cause: error };
  for (const { sign, text } of knownTroubles) {
    if (sign.test(said)) return new Fault('unavailable', text(place), more);
  }
  const reason = /(?:FATAL|PANIC|error): *(.+)/.exec(said)?.[1] ?? said;
  return new Fault('unavailable', `The database in ${place} could not be started: ${reason.trim()}`, more);
}

function errorOutput(error: unknown): string {
  return error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
}
