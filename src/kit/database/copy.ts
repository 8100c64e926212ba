import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { asConnectFault, asFault } from './faults.ts';
import type { CopiedSequence, CopiedTable, Copying } from './shapes.ts';
import { queriesOn } from './transaction.ts';
import { parsers } from './values.ts';

/** What the migrations write, here and in the queue: it is made by migrating, not copied. */
const ownBooks: ReadonlySet<string> = new Set(['kit.migration', 'graphile_worker.migrations']);

const tablesStatement = `
  select n.nspname || '.' || c.relname as name,
    (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    coalesce((select json_agg(json_build_object('name', pn.nspname || '.' || p.relname,
          'bound', pg_get_expr(p.relpartbound, p.oid),
          'fillfactor', (select split_part(o, '=', 2)::integer from unnest(p.reloptions) o where o like 'fillfactor=%'))
          order by p.relname)
        from pg_inherits i join pg_class p on p.oid = i.inhrelid join pg_namespace pn on pn.oid = p.relnamespace
        where i.inhparent = c.oid and pg_get_expr(p.relpartbound, p.oid) <> 'DEFAULT'), '[]') as partitions,
    coalesce((select array_agg(distinct fn.nspname || '.' || f.relname) from pg_constraint o
        join pg_class f on f.oid = o.confrelid join pg_namespace fn on fn.oid = f.relnamespace
        where o.conrelid = c.oid and o.contype = 'f' and f.oid <> c.oid), '{}') as "refersTo"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  order by 1`;

const sequencesStatement = `
  select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'S' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  order by 1`;

type TableRow = CopiedTable & { readonly refersTo: readonly string[] };

/** Rows wait for the disk that they come from or go to; nobody else waits for them. */
const settings = [
  'timezone=UTC',
  'datestyle=iso,mdy',
  'statement_timeout=0',
  'idle_in_transaction_session_timeout=0',
  'lock_timeout=20000',
];

/**
 * `read`: everything is read as it was in one moment, however long it takes. `write`: everything comes in or nothing does.
 * @throws Fault('unavailable') when the database is away
 */
export async function copyDatabase<T>(
  url: string,
  how: 'read' | 'write',
  work: (copying: Copying) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'glasspost copying',
    types: parsers,
    options: settings.map((one) => `-c ${one}`).join(' '),
  });
  client.on('error', () => {});
  await client.connect().catch((error: unknown) => Promise.reject(asConnectFault(error)));
  try {
    await client.query(how === 'read' ? 'begin isolation level repeatable read read only' : 'begin');
    const done = await work(copyingOn(client));
    await client.query('commit');
    return done;
  } catch (error) {
    throw asFault(error);
  } finally {
    // What is not committed by now ends with its connection.
    await client.end().catch(() => {});
  }
}

function copyingOn(client: Client): Copying {
  const queries = queriesOn(client);
  const quoted = (name: string): string =>
    name
      .split('.')
      .map((part) => client.escapeIdentifier(part))
      .join('.');
  const listed = (columns: readonly string[]): string => columns.map((one) => client.escapeIdentifier(one)).join(', ');
  return {
    queries,
    tables: async () => inOrder(await queries.rows<TableRow>(tablesStatement, [])),
    sequences: async () => {
      const names = await queries.rows<{ name: string }>(sequencesStatement, []);
      const read: CopiedSequence[] = [];
      for (const { name } of names) {
        const row = await queries.one<{ value: number; isCalled: boolean }>(
          `select last_value as value, is_called as "isCalled" from ${quoted(name)}`,
          [],
        );
        if (row !== null) read.push({ name, ...row });
      }
      return read;
    },
    copyOut: ({ name, columns }) =>
      client.query(copyTo(`copy (select ${listed(columns)} from ${quoted(name)}) to stdout`)),
    copyIn: async ({ name, columns }, rows) => {
      const into = client.query(copyFrom(`copy ${quoted(name)} (${listed(columns)}) from stdin`));
      await pipeline(rows, into);
      return into.rowCount;
    },
    empty: async (names) => {
      if (names.length > 0) await client.query(`truncate ${names.map(quoted).join(', ')}`);
    },
    addPartition: async (table, { name, bound, fillfactor }) => {
      const filled = fillfactor === null ? '' : ` with (fillfactor = ${fillfactor})`;
      await client.query(
        `create table if not exists ${quoted(name)} partition of ${quoted(table)} ${checkedBound(bound)}${filled}`,
      );
    },
    setSequence: async ({ name, value, isCalled }) => {
      await client.query('select setval($1::regclass, $2, $3)', [quoted(name), value, isCalled]);
    },
    isEmpty: async (name) => {
      if ((await queries.one(`select to_regclass($1) as name where to_regclass($1) is not null`, [name])) === null)
        return true;
      return (await queries.one(`select from ${quoted(name)} limit 1`, [])) === null;
    },
    steps: async () => {
      const rows = await queries.rows<{ id: string; checksum: string }>(
        `select id, checksum from kit.migration order by id`,
        [],
      );
      return rows.map(({ id, checksum }) => [id, checksum] as const);
    },
    dropSchemas: async (names) => {
      for (const name of names) await client.query(`drop schema if exists ${client.escapeIdentifier(name)} cascade`);
    },
  };
}

/** What `pg_get_expr` says of a month: ids or times between quotes, and nothing else. */
function checkedBound(bound: string): string {
  if (!/^FOR VALUES FROM \('[0-9a-fA-F :+-]+'\) TO \('[0-9a-fA-F :+-]+'\)$/.test(bound)) {
    throw new Error('a partition has a bound that is no month');
  }
  return bound;
}

function inOrder(tables: readonly TableRow[]): readonly CopiedTable[] {
  const left = new Map(tables.filter(({ name }) => !ownBooks.has(name)).map((table) => [table.name, table]));
  const ordered: CopiedTable[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(({ refersTo }) => refersTo.every((name) => !left.has(name)));
    if (free.length === 0) throw new Error('tables refer to each other in a circle');
    for (const { name, columns, partitions } of free) {
      ordered.push({ name, columns, partitions });
      left.delete(name);
    }
  }
  return ordered;
}
