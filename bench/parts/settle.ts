import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { realClock } from '#kit/clock';

/** A checkpoint and fresh statistics: what an idle server would have done by itself. */
export async function settle(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

const quietMsMax = 300_000;
const leftToDo = `
  select
    (select count(*)::int from graphile_worker._private_jobs where run_at <= $1 and attempts < max_attempts) as jobs,
    (select count(*)::int from facts.cursor c join facts.lane l using (lane) where l.seq > c.seq) as lanes`;

/** Waits until the program has told and timed everything that came before: it has nothing due and no fact unread. */
export async function untilQuiet(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const begun = performance.now();
    for (let quietLooks = 0; quietLooks < 3;) {
      if (performance.now() - begun > quietMsMax) throw new Error('the program does not come to rest');
      await pause(200);
      const { rows } = await client.query<{ jobs: number; lanes: number }>(leftToDo, [realClock.now().toString()]);
      quietLooks = rows.every(({ jobs, lanes }) => jobs === 0 && lanes === 0) ? quietLooks + 1 : 0;
    }
  } finally {
    await client.end();
  }
}
