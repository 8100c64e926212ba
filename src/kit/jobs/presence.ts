import { Client } from 'pg';
import type { Database } from '#kit/database';

/**
 * A queue's locks outlive the program that was killed: graphile-worker gives its jobs free after four hours. So every
 * worker holds an advisory lock in its worker's name for as long as it lives, and whoever holds jobs without one is dead.
 */
const statements = {
  hold: `select pg_advisory_lock(727154, hashtext($1))`,
  holders: `
    select distinct locked_by as "lockedBy" from graphile_worker.jobs
    where locked_at < now() - interval '10 seconds' limit 1000`,
  giveFree: `
    select graphile_worker.force_unlock_workers(array[$1::text]) where pg_try_advisory_xact_lock(727154, hashtext($1))`,
};

const reconnectMs = 1_000;

export type Presence = { readonly end: () => Promise<void> };

/** Holds this worker's lock on a connection of its own, which is opened again when it breaks. */
export async function holdPresence(needs: { readonly url: string; readonly worker: string }): Promise<Presence> {
  const state: { isEnded: boolean; client: Client | null; timer: NodeJS.Timeout | undefined } = {
    isEnded: false,
    client: null,
    timer: undefined,
  };
  const hold = async (): Promise<void> => {
    const client = new Client({
      connectionString: needs.url,
      application_name: 'glasspost presence',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    state.client = client;
    client.on('error', () => lose(client));
    client.on('end', () => lose(client));
    await client.connect();
    await client.query(statements.hold, [needs.worker]);
  };
  const lose = (client: Client): void => {
    if (state.isEnded || state.client !== client) return;
    state.client = null;
    client.end().catch(() => {});
    state.timer = setTimeout(() => {
      hold().catch(() => {
        if (state.client !== null) lose(state.client);
      });
    }, reconnectMs);
  };
  const end = async (): Promise<void> => {
    state.isEnded = true;
    clearTimeout(state.timer);
    await state.client?.end().catch(() => {});
  };
  await hold().catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { end };
}

/** Gives the jobs of workers free that are no more. */
export async function giveUpDeadWorkers(database: Database): Promise<void> {
  const holders = await database.rows<{ lockedBy: string }>(statements.holders, []);
  for (const { lockedBy } of holders) await database.tx((tx) => tx.rows(statements.giveFree, [lockedBy]));
}
