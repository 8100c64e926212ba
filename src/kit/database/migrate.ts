import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#kit/fault';
import type { Database, Tx } from './shapes.ts';

/** A folder that owns a schema; its files are `<folder>/schema/NNN-words.sql`. */
export type SchemaFolder = { readonly name: string; readonly path: string };

type Step = { readonly id: string; readonly text: string; readonly checksum: string };

/** One process migrates at a time; the number has no meaning. */
const lockNumber = 727_153;

/** The next program waits for as long as the one before it takes, and a step takes as long as it takes. */
const waitWithoutLimit = [`set local statement_timeout = 0`, `set local lock_timeout = 0`];
/** But a step that waits for a table holds up everybody who comes after it, so it gives up soon. */
const waitForTables = `set local lock_timeout = '20s'`;

/**
 * Brings the database up to this program: forward only, in the order of the folders, each file once and never changed.
 * @param only the steps of an older program, `folder/file.sql` to checksum: no further, for a copy that comes from there
 * @throws Fault('conflict') when the database is newer than the program, or a file that ran has been edited since
 */
export async function migrate(
  database: Database,
  folders: readonly SchemaFolder[],
  only: ReadonlyMap<string, string> | null = null,
): Promise<{ readonly applied: number }> {
  const known = folders.flatMap(stepsOf);
  if (only !== null) refuseForeign(known, only);
  const steps = only === null ? known : known.filter(({ id }) => only.has(id));
  return await database.tx(async (tx) => {
    for (const setting of waitWithoutLimit) await tx.rows(setting, []);
    await tx.rows(`select pg_advisory_xact_lock($1)`, [lockNumber]);
    await tx.rows(waitForTables, []);
    await tx.rows(`create schema if not exists kit`, []);
    await tx.rows(`create table if not exists kit.migration (id text primary key, checksum text not null)`, []);
    await tx.rows(`comment on table kit.migration is 'family: local. The steps that brought this database here.'`, []);
    const done = new Map(
      (await tx.rows<{ id: string; checksum: string }>(`select id, checksum from kit.migration`, [])).map((row) => [
        row.id,
        row.checksum,
      ]),
    );
    refuseForeign(steps, done);
    const missing = steps.filter((step) => !done.has(step.id));
    for (const step of missing) await apply(tx, step);
    return { applied: missing.length };
  });
}

/** Every step of this program, `folder/file.sql` to checksum. */
export function knownSteps(folders: readonly SchemaFolder[]): ReadonlyMap<string, string> {
  return new Map(folders.flatMap(stepsOf).map(({ id, checksum }) => [id, checksum]));
}

function stepsOf(folder: SchemaFolder): readonly Step[] {
  const path = join(folder.path, 'schema');
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => {
      // A checkout that writes other line ends has not changed the file.
      const text = readFileSync(join(path, file), 'utf8').replaceAll('\r\n', '\n');
      return { id: `${folder.name}/${file}`, text, checksum: createHash('sha256').update(text).digest('hex') };
    });
}

function refuseForeign(steps: readonly Step[], done: ReadonlyMap<string, string>): void {
  const known = new Map(steps.map((step) => [step.id, step.checksum]));
  for (const [id, checksum] of done) {
    const ours = known.get(id);
    if (ours === undefined) {
      throw new Fault('conflict', `This database is newer than the program: it knows ${id}. Start the newer version.`);
    }
    if (ours !== checksum) {
      throw new Fault('conflict', `The migration ${id} was changed after it ran. Put the landed file back.`);
    }
  }
}

async function apply(tx: Tx, step: Step): Promise<void> {
  for (const statement of splitStatements(step.text)) await tx.rows(statement, []);
  await tx.rows(`insert into kit.migration (id, checksum) values ($1, $2)`, [step.id, step.checksum]);
}

/** Migration files end each statement with `;` at the end of a line and hold no function bodies. */
function splitStatements(text: string): readonly string[] {
  return text
    .replaceAll(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
