import { Pool } from 'pg';
import { copyDatabase } from './database/copy.ts';
import { openListener } from './database/listen.ts';
import type { Database } from './database/shapes.ts';
import { queriesOn, transaction } from './database/transaction.ts';
import { parsers } from './database/values.ts';

export { isConnectionLost, isDatabaseAway } from './database/faults.ts';
export { knownSteps, migrate, type SchemaFolder } from './database/migrate.ts';
export { ensurePartitions, type PartitionPlan } from './database/partitions.ts';
export type { CopiedTable, Copying, Database, Queries, Statement, Tx, Value } from './database/shapes.ts';

export type DatabaseLimits = {
  readonly connectionsMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
};

const databaseLimits: DatabaseLimits = {
  connectionsMax: 12,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 30_000,
};

export function openDatabase(needs: {
  readonly url: string;
  readonly limits?: Partial<DatabaseLimits>;
  /** PostgreSQL's own settings for these connections. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
}): Database {
  const limits = { ...databaseLimits, ...needs.limits };
  const log = needs.log ?? (() => {});
  const pool = new Pool({
    connectionString: needs.url,
    max: limits.connectionsMax,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    application_name: 'glasspost',
    types: parsers,
    // What is asked for together goes out together, and costs one way to the server and back.
    pipeline: true,
    options: [
      '-c timezone=UTC',
      '-c datestyle=iso,mdy',
      `-c statement_timeout=${limits.statementTimeoutMs}`,
      '-c idle_in_transaction_session_timeout=60000',
      '-c lock_timeout=20000',
      ...Object.entries(needs.settings ?? {}).map(([name, value]) => `-c ${name}=${value}`),
    ].join(' '),
  });
  // A connection that breaks while it lies idle is replaced by the pool; without a listener the process would end.
  pool.on('error', () => log('a database connection was lost; another takes its place'));
  // One that breaks while it is lent, or on its way out, has told whoever asked it: nobody else need hear of it.
  pool.on('connect', (client) => client.on('error', () => {}));

  const query = queriesOn(pool);
  let closing: Promise<void> | null = null;
  return {
    ...query,
    tx: (work, how = {}) => transaction({ pool, log }, work, how),
    listen: (channel, heard) =>
      openListener({ url: needs.url, channel, heard, log, connectTimeoutMs: limits.connectTimeoutMs }),
    copy: (how, work) => copyDatabase(needs.url, how, work),
    version: async () => {
      const row = await query.one<{ version: string }>(`select current_setting('server_version_num') as version`, []);
      return Math.floor(Number(row?.version ?? 0) / 10_000);
    },
    close: () => (closing ??= pool.end()),
  };
}
