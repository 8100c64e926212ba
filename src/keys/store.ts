import type { Database, Queries } from '#kit/database';

export const statements = {
  bound: `select keyring_id as "keyringId" from keys.installation`,
  bind: `insert into keys.installation (one, keyring_id) values (true, $1) on conflict do nothing`,
  // One at a time changes the keyring, whichever process it is; the number has no meaning.
  lockRing: `select pg_advisory_xact_lock(727154)`,
  // Waits for whoever is writing there; reads go on.
  notify: `select pg_notify('glasspost_keys', $1)`,
  present: `
    insert into keys.process (process_id, wraps, knows, seen_at) values ($1, $2, $3, $4)
    on conflict (process_id) do update set wraps = excluded.wraps, knows = excluded.knows, seen_at = excluded.seen_at`,
  gone: `delete from keys.process where process_id = $1`,
  dropSilent: `delete from keys.process where seen_at < $1`,
  processes: `
    select process_id as "processId", wraps, knows, seen_at as "seenAt" from keys.process
    where seen_at >= $1 order by process_id`,
  beginRotation: `
    insert into keys.rotation (rotation_id, began_at, actor, to_id, rewrapped) values ($1, $2, $3, $4, 0)`,
  addRewrapped: `update keys.rotation set rewrapped = rewrapped + $2 where rotation_id = $1`,
  endRotation: `update keys.rotation set ended_at = $2 where rotation_id = $1 and ended_at is null`,
  lastRotation: `
    select rotation_id as "rotationId", began_at as "beganAt", actor, to_id as "toId", rewrapped, ended_at as "endedAt"
    from keys.rotation order by rotation_id desc limit 1`,
  rotation: `
    select rotation_id as "rotationId", began_at as "beganAt", actor, to_id as "toId", rewrapped, ended_at as "endedAt"
    from keys.rotation where rotation_id = $1`,
  addBackup: `
    insert into keys.backup (kind, made_at, bytes, row_count, encrypted) values ($1, $2, $3, $4, $5)
    on conflict (kind, made_at) do nothing`,
  // A year tells whether it is done regularly.
  dropBackups: `delete from keys.backup where made_at < $1`,
  lastBackups: `
    select distinct on (kind) kind, made_at as "madeAt", bytes, row_count as "rowCount", encrypted
    from keys.backup order by kind, made_at desc`,
};

export type ProcessRow = {
  readonly processId: string;
  readonly wraps: string;
  readonly knows: readonly string[];
  readonly seenAt: Temporal.Instant;
};

export type Rotation = {
  readonly rotationId: string;
  readonly beganAt: Temporal.Instant;
  readonly actor: string;
  readonly toId: string;
  /** Rows so far. */
  readonly rewrapped: number;
  readonly endedAt: Temporal.Instant | null;
};

/** That data or keys were copied away. */
export type BackupMade = {
  readonly kind: 'data' | 'keys';
  readonly madeAt: Temporal.Instant;
  readonly bytes: number;
  readonly rowCount: number;
  readonly encrypted: boolean;
};

/** The id of the keyring that this database is sealed with; null before the first start. */
export async function boundKeyring(database: Database): Promise<string | null> {
  return (await database.one<{ keyringId: string }>(statements.bound, []))?.keyringId ?? null;
}

export async function bindKeyring(database: Database, keyringId: string): Promise<void> {
  await database.rows(statements.bind, [keyringId]);
}

const backupsKeptHours = 366 * 24;

export async function recordBackup(queries: Queries, made: BackupMade): Promise<void> {
  const { kind, madeAt, bytes, rowCount, encrypted } = made;
  await queries.rows(statements.addBackup, [kind, madeAt, bytes, rowCount, encrypted]);
  await queries.rows(statements.dropBackups, [madeAt.subtract({ hours: backupsKeptHours })]);
}

/** The last of each kind. */
export async function lastBackups(queries: Queries): Promise<readonly BackupMade[]> {
  return await queries.rows<BackupMade>(statements.lastBackups, []);
}
