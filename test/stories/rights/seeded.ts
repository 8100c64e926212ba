import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { crc32, inflateRawSync } from 'node:zlib';
import type { Database, Value } from '#kit/database';
import { mailTables } from '#mail';
import { noticeTables } from '#notices';
import { orderTables } from '#orders';
import { parcelTables } from '#parcels';
import { privacyTables, type HeldTable, type SubjectKey } from '#privacy';
import { rightsTables } from '#rights';
import { watchTables } from '#watch';

export const heldTables: readonly HeldTable[] = [
  ...orderTables,
  ...parcelTables,
  ...privacyTables,
  ...watchTables,
  ...mailTables,
  ...noticeTables,
  ...rightsTables,
];

export type CatalogueTable = {
  readonly name: string;
  readonly family: 'person' | 'parcel' | 'lookup';
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};

/** Every table about persons and parcels that the database really has. */
export async function tablesOfPersons(database: Database): Promise<readonly CatalogueTable[]> {
  return await database.rows<CatalogueTable>(
    `select n.nspname || '.' || c.relname as name,
       substring(obj_description(c.oid, 'pg_class') from '^family: (person|parcel|lookup)') as family,
       (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
         from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition
       and obj_description(c.oid, 'pg_class') ~ '^family: (person|parcel|lookup)' order by 1`,
    [],
  );
}

export type Seeding = {
  readonly shopId: string;
  readonly personId: string;
  readonly receiverId: string;
  readonly parcelId: string;
  readonly keys: ReadonlyMap<string, SubjectKey>;
};

/** What a cell of a seeded row must be found as. */
export type Marker = { readonly table: string; readonly column: string; readonly text: string };

/** Puts a row with a marker in every column into a table; keys stay as they are. */
export async function seed(
  database: Database,
  table: CatalogueTable,
  spec: HeldTable,
  seeding: Seeding,
): Promise<readonly Marker[]> {
  const own: Record<string, string> = {
    person_id: seeding.personId,
    parcel_id: seeding.parcelId,
    shop_id: seeding.shopId,
    receiver_id: seeding.receiverId,
  };
  const row = new Map<string, Value>();
  const markers = new Map<string, string>();
  // Bytes are sealed with what stands beside them, so they come last.
  const ordered = table.columns.toSorted((a, b) => Number(a.type === 'bytea') - Number(b.type === 'bytea'));
  for (const [place, { name, type }] of ordered.entries()) {
    const marker = `mark ${table.name} ${name}`;
    const { value, text } =
      own[name] === undefined ? cellOf(type, marker, place + crc32(table.name)) : { value: own[name], text: own[name] };
    const how = spec.sealed?.[name];
    // What is sealed for the ledger's own reader says nothing that its entry does not say.
    const shownElsewhere = `${table.name}.${name}` === 'privacy.ledger_own.told';
    row.set(name, how === undefined ? (shownElsewhere ? null : value) : lock(spec, name, marker, row, seeding.keys));
    if (spec.leftOut?.[name] === undefined) markers.set(name, how === undefined ? text : marker);
  }
  const by = table.family === 'parcel' ? 'parcel_id' : 'person_id';
  if (table.name !== 'orders.box') {
    await database.rows(`delete from ${table.name} where ${by} = $1`, [own[by] ?? '']);
  }
  const names = [...row.keys()];
  await database.rows(
    `insert into ${table.name} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    [...row.values()],
  );
  return [...markers].map(([column, text]) => ({ table: table.name, column, text }));
}

function lock(
  spec: HeldTable,
  column: string,
  marker: string,
  row: ReadonlyMap<string, Value>,
  keys: ReadonlyMap<string, SubjectKey>,
): Buffer {
  const how = spec.sealed?.[column];
  assert.ok(how !== undefined);
  const owner = [...(how.of ?? []), `${spec.by}_id`].map((name) => row.get(name)).find((id) => typeof id === 'string');
  const key = keys.get(String(owner));
  assert.ok(key !== undefined, `${spec.table}.${column} is sealed with the key of somebody known`);
  const place = { column: `${spec.table}.${column}`, row: String(row.get(how.row)) } as const;
  return how.packing === undefined
    ? key.lockText(how.field, marker, place)
    : key.lockPacked(how.field, marker, how.packing, place);
}

/** A value of a type that is like no other, and the text by which it is known. */
function cellOf(type: string, marker: string, seed: number): { readonly value: Value; readonly text: string } {
  const number = 10_000 + (seed % 20_000);
  const at = Temporal.Instant.from('2026-11-20T00:00:00Z').add({ milliseconds: seed % 86_400_000 });
  switch (type) {
    case 'uuid': {
      const id = randomUUID();
      return { value: id, text: id };
    }
    case 'uuid[]':
    case 'text[]': {
      const text = type === 'uuid[]' ? randomUUID() : marker;
      return { value: [text], text };
    }
    case 'smallint':
    case 'integer':
    case 'bigint':
      return { value: number, text: String(number) };
    case 'boolean':
      return { value: true, text: 'true' };
    case 'date':
      return { value: at.toZonedDateTimeISO('UTC').toPlainDate(), text: at.toString().slice(0, 10) };
    case 'timestamp with time zone':
      return { value: at, text: at.toString({ smallestUnit: 'second' }).slice(0, -1) };
    case 'jsonb':
      return { value: JSON.stringify({ said: marker }), text: marker };
    case 'bytea':
      return { value: Buffer.from(marker), text: Buffer.from(marker).toString('hex') };
    case 'text':
      return { value: marker, text: marker };
    default:
      return assert.fail(`no marker for the type ${type}`);
  }
}

/** The texts in an archive, by their names: read by its directory, as any other program does (APPNOTE 4.3.12). */
export function unzip(archive: Buffer): ReadonlyMap<string, string> {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  const files = new Map<string, string>();
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    assert.equal(archive.toString('latin1', at, at + 4), 'PK\u0001\u0002');
    const nameBytes = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const packedBytes = archive.readUInt32LE(at + 20);
    const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameBytes);
    files.set(name, inflateRawSync(archive.subarray(begin, begin + packedBytes)).toString('utf8'));
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

/** How often any of these ids stands in each table of persons; tables without any are not named. */
export async function tracesOf(
  database: Database,
  tables: readonly CatalogueTable[],
  ids: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const rows = await database.rows<{ count: number }>(
      `select count(*)::int as count from ${name} t where to_jsonb(t)::text ~ $1`,
      [ids.join('|')],
    );
    if ((rows[0]?.count ?? 0) > 0) found[name] = rows[0]?.count ?? 0;
  }
  return found;
}
