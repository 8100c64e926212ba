import { Fault } from '#kit/fault';

/** A user of the operating system; the database runs as one, and never as root. */
export type Account = { readonly uid: number; readonly gid: number };

/** In this order: made for us, made for PostgreSQL (the second is macOS's), owner of nothing. */
const unprivileged = ['glasspost', 'postgres', '_postgres', 'nobody'];

/**
 * Who runs the database: null means the user who started the program. Root steps down to whoever owns the database
 * already, else to the first unprivileged user of the machine.
 *
 * @param from `starterUid` who started the program; `owner` whom the database belongs to, null before there is one;
 *   `passwd` the text of /etc/passwd (PostgreSQL refuses a user who is not in it)
 * @throws Fault('conflict'|'unavailable')
 */
export function chooseAccount(from: {
  readonly starterUid: number;
  readonly owner: Account | null;
  readonly passwd: string;
}): Account | null {
  const { starterUid, owner, passwd } = from;
  if (starterUid !== 0) {
    if (owner === null || owner.uid === starterUid) return null;
    const text = `The database belongs to another user (number ${owner.uid}). Start Glasspost as that user or as root.`;
    throw new Fault('conflict', text);
  }
  if (owner?.uid === 0) {
    throw new Fault(
      'conflict',
      'The database belongs to root, and PostgreSQL never runs as root. Give it to another user (chown -R).',
    );
  }
  const account = owner ?? firstOf(unprivileged, passwd);
  if (account !== null) return account;
  throw new Fault(
    'unavailable',
    'PostgreSQL never runs as root, and this machine has no user glasspost, postgres or nobody. Add one (useradd glasspost) or start Glasspost as an ordinary user.',
  );
}

function firstOf(names: readonly string[], passwd: string): Account | null {
  const lines = passwd.split('\n').map((line) => line.split(':'));
  for (const name of names) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    const account = { uid: Number(uid), gid: Number(gid) };
    if (account.uid > 0 && account.gid >= 0) return account;
  }
  return null;
}
