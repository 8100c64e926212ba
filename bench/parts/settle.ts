import { Client } from 'pg';

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
