import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { crc32, inflateRawSync } from 'node:zlib';
import { customerTables } from '#customer';
import type { Database, Value } from '#kit/database';
import { mailTables } from '#mail';
import { noticeTables } from '#notices';
import { orderTables } from '#orders';
import { parcelTables } from '#parcels';
import { privacyTables, type HeldTable, type SubjectKey } from '#privacy';
import { evidenceTables } from '#evidence';
import { faqTables } from '#faq';
import { reviewsTables } from '#reviews';
import { rightsTables } from '#rights';
import { serviceTables } from '#service';
import { watchTables } from '#watch';

export const heldTables: readonly HeldTable[] = [
  ...orderTables,
  ...parcelTables,
  ...privacyTables,
  ...watchTables,
  ...mailTables,
  ...noticeTables,
  ...serviceTables,
  ...reviewsTables,
  ...faqTables,
  ...evidenceTables,
  ...rightsTables,
  ...customerTables,
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

function rowOf(
  table: CatalogueTable,
  spec: HeldTable,
  own: Readonly<Record<string, string>>,
  keys: Seeding['keys'],
): { readonly row: ReadonlyMap<string, Value>; readonly markers: ReadonlyMap<string, string> } {
  const row = new Map<string, Value>();
  const markers = new Map<string, string>();
  // Bytes are sealed with what stands beside them, so they come last.
  const ordered = table.columns.toSorted((a, b) => Number(a.type === 'bytea') - Number(b.type === 'bytea'));
  for (const { name, type } of ordered) {
    const marker = `mark ${table.name} ${name}`;
    const known = own[name];
    const { value, text } = known === undefined ? cellOf(name, type, marker) : same(known);
    const isSealed = spec.sealed?.[name] !== undefined;
    row.set(name, isSealed ? lock(spec, name, marker, row, keys) : value);
    if (spec.leftOut?.[name] === undefined) markers.set(name, isSealed ? marker : text);
  }
  return { row, markers };
}

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
  const { row, markers } = rowOf(table, spec, own, seeding.keys);
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

type Cell = { readonly value: Value; readonly text: string };

/** Values of each type that are like no other, and the texts by which they are known. */
const cells: Readonly<Record<string, (marker: string, number: number) => Cell>> = {
  uuid: () => same(randomUUID()),
  'uuid[]': () => listOf(randomUUID()),
  text: (marker) => same(marker),
  'text[]': (marker) => listOf(marker),
  smallint: (_, number) => ({ value: number, text: String(number) }),
  integer: (_, number) => ({ value: number, text: String(number) }),
  bigint: (_, number) => ({ value: number, text: String(number) }),
  boolean: () => ({ value: true, text: 'true' }),
  date: (_, number) => {
    const value = Temporal.PlainDate.from('2026-01-01').add({ days: number % 300 });
    return { value, text: value.toString() };
  },
  'timestamp with time zone': (_, number) => {
    const value = Temporal.Instant.from('2026-11-20T00:00:00Z').add({ seconds: number });
    return { value, text: value.toString().slice(0, -1) };
  },
  jsonb: (marker) => ({ value: JSON.stringify({ said: marker }), text: marker }),
  bytea: (marker) => ({ value: Buffer.from(marker), text: Buffer.from(marker).toString('hex') }),
};

const same = (text: string): Cell => ({ value: text, text });
const listOf = (text: string): Cell => ({ value: [text], text });

function cellOf(name: string, type: string, marker: string): Cell {
  // What is sealed for the ledger's own reader says nothing that its entry does not say.
  if (name === 'told' && type === 'bytea') return { value: null, text: '' };
  const make = cells[type];
  assert.ok(make !== undefined, `no marker for the type ${type}`);
  return make(marker, 10_000 + (crc32(marker) % 20_000));
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
