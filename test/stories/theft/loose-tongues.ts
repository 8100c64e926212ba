import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { callerOf } from '../calls.ts';
import { onDatabase } from '../running-program.ts';
import { orderOf, type Day } from './shop-day.ts';

const customers = 10;

/** What makes a server write down every statement with all that was given to it. */
const talkative = {
  log_statement: 'all',
  log_min_duration_statement: '0',
  log_parameter_max_length: '-1',
  log_parameter_max_length_on_error: '-1',
  log_min_error_statement: 'debug5',
  log_error_verbosity: 'verbose',
  log_min_messages: 'debug1',
};

/**
 * Has the database server write everything into its log, as that of an operator might, and the program fail in the middle of
 * orders and of pages: a table is not there for a moment.
 */
export async function loosenTongues(day: Day & { readonly databaseUrl: string }): Promise<void> {
  const { markers, port, key, databaseUrl } = day;
  const call = callerOf(port, key);
  await onDatabase(databaseUrl, async (client) => {
    const database = new URL(databaseUrl).pathname.slice(1);
    for (const [name, value] of Object.entries(talkative)) {
      await client.query(`alter database "${database}" set ${name} = '${value}'`);
    }
    // Connections that are made anew talk.
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    );
    await sleep(300);
    const answered = async (): Promise<readonly number[]> =>
      await Promise.all(
        Array.from({ length: customers }, async (_, at) => {
          const body = { ...orderOf(markers, at), items: [] };
          const put = await call('PUT', `/v1/orders/${markers.mark('on', at)}`, { body });
          const got = await call('GET', `/v1/orders/${markers.mark('on', at)}`);
          return [put.status, got.status];
        }),
      ).then((all) => all.flat());
    await client.query('alter table orders.purchase rename to purchase_away');
    const failed = await answered();
    assert.ok(
      failed.every((status) => status >= 500),
      `nothing works without its table: ${failed.join(' ')}`,
    );
    await client.query('alter table orders.purchase_away rename to purchase');
    const done = await answered();
    assert.ok(
      done.some((status) => status === 200),
      `it works again: ${done.join(' ')}`,
    );
    for (const name of Object.keys(talkative)) await client.query(`alter database "${database}" reset ${name}`);
  });
}
