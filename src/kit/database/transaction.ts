import { createHash, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { asConnectFault, asFault, isConnectionLost, isRetryable } from './faults.ts';
import type { Queries, Statement, Tx, TxHow, Value } from './shapes.ts';
import { toParameters } from './values.ts';

const triesMax = 4;
/** Two that met in a deadlock should not meet again; each try waits a while of its own. */
const againMsMax = 20;

const names = new Map<string, string>();

function nameOf(statement: string): string {
  let name = names.get(statement);
  if (name === undefined) {
    name = createHash('sha256').update(statement).digest('base64url').slice(0, 22);
    names.set(statement, name);
  }
  return name;
}

/**
 * A statement that is prepared by name gets, after some runs, one plan for all values. One that says `plan each time` is
 * planned for the values it is given: worth it where they decide how many rows are read.
 */
function preparedAs(statement: string): { readonly name?: string } {
  return statement.includes('/* plan each time */') ? {} : { name: nameOf(statement) };
}

export function queriesOn(on: Pick<PoolClient, 'query'>, mayAsk: () => boolean = () => true): Queries {
  const rows = async <R>(statement: string, values: readonly Value[]): Promise<readonly R[]> => {
    if (!mayAsk()) throw new Error('this transaction has ended; nothing can be asked in it any more');
    try {
      const result = await on.query({ ...preparedAs(statement), text: statement, values: toParameters(values) });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the statement in store.ts declares its row
      return result.rows as readonly R[];
    } catch (error) {
      throw asFault(error);
    }
  };
  return { rows, one: async (statement, values) => (await rows<never>(statement, values))[0] ?? null };
}

type Needs = { readonly pool: Pool; readonly log: (line: string) => void };
type Done<T> = { readonly value: T; readonly after: readonly (() => void)[] };

/** The planner's choice of the moment is not worth its time where every row is found by its key. */
const beginByKey = `begin; set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off`;

export async function transaction<T>(needs: Needs, work: (tx: Tx) => Promise<T>, how: TxHow): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      const { value, after } = await onClient(needs.pool, work, how);
      for (const act of after) actAfter(needs, act);
      return value;
    } catch (error) {
      if (tried >= triesMax || !isRetryable(error)) throw error;
    }
    await sleep(randomInt(againMsMax * tried));
  }
}

/** The work is committed: an error here is a bug to be logged, not a reason to tell the caller that it failed. */
function actAfter(needs: Needs, act: () => void): void {
  try {
    act();
  } catch (error) {
    needs.log(`what follows a commit failed: ${error instanceof Error ? error.name : 'unknown'}`);
  }
}

async function onClient<T>(pool: Pool, work: (tx: Tx) => Promise<T>, how: TxHow): Promise<Done<T>> {
  const client = await pool.connect().catch((error: unknown) => Promise.reject(asConnectFault(error)));
  let lost = false;
  // The pool takes its own listener away while a connection is lent: without one, a break between two statements would
  // end the process.
  const note = (): void => {
    lost = true;
  };
  client.on('error', note);
  try {
    return await attempt(client, work, how);
  } catch (error) {
    if (isConnectionLost(error)) lost = true;
    if (!lost) await client.query('rollback').catch(note);
    throw error;
  } finally {
    client.release(lost);
    client.off('error', note);
  }
}

async function attempt<T>(client: PoolClient, work: (tx: Tx) => Promise<T>, how: TxHow): Promise<Done<T>> {
  const last = new Map<string, () => Statement | null>();
  const after: (() => void)[] = [];
  let open = true;
  const queries = queriesOn(client, () => open);
  const tx: Tx = {
    ...queries,
    withCommit: (key, make) => {
      if (!last.has(key)) last.set(key, make);
    },
    afterCommit: (act) => after.push(act),
  };
  try {
    // What the work asks for first goes out with it.
    const [, value] = await Promise.all([begin(client, how), work(tx)]);
    // After a statement that fails PostgreSQL passes over the others and answers `commit` with a rollback.
    const sent = statementsOf(last).map(([sql, values]) => queries.rows(sql, values));
    open = false;
    await Promise.all([...sent, commit(client)]);
    return { value, after };
  } finally {
    open = false;
  }
}

/** What is asked for while these are made is made too, also under a key that has had its turn. */
function statementsOf(last: Map<string, () => Statement | null>): readonly Statement[] {
  const made: Statement[] = [];
  for (const [key, make] of last) {
    last.delete(key);
    const statement = make();
    if (statement !== null) made.push(statement);
  }
  return made;
}

async function begin(client: PoolClient, { byKey = false }: TxHow): Promise<void> {
  await client.query(byKey ? beginByKey : 'begin').catch((error: unknown) => Promise.reject(asFault(error)));
}

/** PostgreSQL answers `commit` with a quiet rollback when a statement failed and the work went on regardless. */
async function commit(client: PoolClient): Promise<void> {
  const result = await client.query('commit').catch((error: unknown) => Promise.reject(asFault(error)));
  if (result.command !== 'COMMIT') {
    throw new Error('nothing was committed: a statement had failed, and its error was passed over');
  }
}
