import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/**
 * How fast PostgreSQL takes the rows of a table by raw `COPY`, into an empty table of the same shape with the same key.
 * The rows travel through the same driver.
 */
export async function copyAgain(
  url: string,
  table: string,
): Promise<{ readonly rows: number; readonly seconds: number }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const chunks: Buffer[] = [];
    const collect = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(chunk);
        done();
      },
    });
    await pipeline(client.query(copyTo(`copy (select * from ${table}) to stdout`)), collect);
    await client.query(`create table bench_copy (like ${table} including all)`);
    const begun = performance.now();
    const taken = client.query(copyFrom('copy bench_copy from stdin'));
    await pipeline(Readable.from(chunks), taken);
    const seconds = (performance.now() - begun) / 1_000;
    const rows = taken.rowCount;
    await client.query('drop table bench_copy');
    return { rows, seconds };
  } finally {
    await client.end();
  }
}
