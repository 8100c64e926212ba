import type { Queries } from '#kit/database';

/** PostgreSQL's own catalogue and settings, which every user may read. */
export const statements = {
  server: `
    select current_setting('server_version_num')::integer as "versionNumber", current_setting('fsync') as fsync,
      current_setting('full_page_writes') as "fullPageWrites",
      current_setting('synchronous_commit') as "synchronousCommit", current_setting('autovacuum') as autovacuum,
      current_setting('server_encoding') as encoding,
      current_setting('default_transaction_read_only') as "readOnly", pg_is_in_recovery() as "isStandby",
      current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
        as "connectionsMax",
      (select coalesce(sum(numbackends), 0)::integer from pg_stat_database) as "connectionsUsed",
      (select coalesce(bool_or(ssl), false) from pg_stat_ssl where pid = pg_backend_pid()) as "isEncrypted",
      inet_server_addr() is null or inet_server_addr() = inet_client_addr() as "isHere",
      (select age(datfrozenxid) from pg_database where datname = current_database()) as transactions,
      (select mxid_age(datminmxid) from pg_database where datname = current_database()) as multixacts,
      pg_database_size(current_database())::float8 as bytes`,
  // The server's own clock, as it noted the begin of this very statement.
  moment: `select query_start as at from pg_stat_activity where pid = pg_backend_pid()`,
  ping: `select 1 as one`,
  slots: `
    select slot_name as name, (case when pg_is_in_recovery() then 0
      else pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) end)::float8 as bytes
    from pg_replication_slots where restart_lsn is not null and not active order by 2 desc limit 20`,
  oldest: `
    select extract(epoch from me.query_start - min(other.xact_start))::float8 as seconds
    from pg_stat_activity me join pg_stat_activity other on other.datid = me.datid and other.pid <> me.pid
    where me.pid = pg_backend_pid() and other.backend_type = 'client backend' and other.xact_start is not null
    group by me.query_start`,
  months: `
    select right(relname, 7) as month, sum(pg_total_relation_size(oid))::float8 as bytes from pg_class
    where relispartition and relkind = 'r' and relname ~ '_[0-9]{4}_[0-9]{2}$' group by 1 order by 1 limit 1000`,
};

export type ServerFacts = {
  readonly versionNumber: number;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly autovacuum: string;
  readonly encoding: string;
  readonly readOnly: string;
  readonly isStandby: boolean;
  readonly connectionsMax: number;
  readonly connectionsUsed: number;
  readonly isEncrypted: boolean;
  /** Reached by a socket, or from its own address. */
  readonly isHere: boolean;
  /** Age of the oldest that is not frozen; PostgreSQL stops writing at 2^31 less some millions. */
  readonly transactions: number;
  readonly multixacts: number;
  readonly bytes: number;
};

export type Slot = { readonly name: string; readonly bytes: number };
export type MonthSize = { readonly month: string; readonly bytes: number };

export async function serverFacts(queries: Queries): Promise<ServerFacts | null> {
  return await queries.one<ServerFacts>(statements.server, []);
}

/** Null when the server keeps no track of what runs. */
export async function serverMoment(queries: Queries): Promise<Temporal.Instant | null> {
  return (await queries.one<{ at: Temporal.Instant | null }>(statements.moment, []))?.at ?? null;
}

export async function ping(queries: Queries): Promise<void> {
  await queries.one(statements.ping, []);
}

/** Replication slots that nobody reads, and the WAL that is kept for each. */
export async function idleSlots(queries: Queries): Promise<readonly Slot[]> {
  return await queries.rows<Slot>(statements.slots, []);
}

/** Seconds for which the oldest other transaction of this database is open; 0 when there is none that we may see. */
export async function oldestSeconds(queries: Queries): Promise<number> {
  return (await queries.one<{ seconds: number | null }>(statements.oldest, []))?.seconds ?? 0;
}

/** What each month's partitions take, `2026_11`, the oldest first. */
export async function monthSizes(queries: Queries): Promise<readonly MonthSize[]> {
  return await queries.rows<MonthSize>(statements.months, []);
}
