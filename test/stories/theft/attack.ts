// What somebody can do who has the whole database, and neither the keyring nor an account: guess values and look for their
// hashes, count how often a value stands somewhere, and look where else the row of somebody he knows has the same value.
import { createHash, createHmac } from 'node:crypto';
import type { Client } from 'pg';
import { attributes, type Attribute, type KnownPerson, type KnownWorld } from './known-world.ts';

/** A column as the thief sees it: the values, with the person whose row each stands in. */
export type StolenColumn = {
  readonly name: string;
  readonly type: string;
  readonly held: readonly { readonly personId: string; readonly value: string }[];
};

const schemas = `n.nspname in ('orders', 'parcels', 'privacy', 'mail', 'notices', 'watch', 'customer', 'rights')`;

type Named = { readonly table: string; readonly columns: readonly { readonly name: string; readonly type: string }[] };

/** Every column of every table that has rows of persons, of whatever type; ids and the columns that name somebody are none. */
export async function stolenColumns(client: Client): Promise<readonly StolenColumn[]> {
  const { rows: tables } = await client.query<Named>(`
    select c.oid::regclass::text as table, json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null))) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p') and not c.relispartition and ${schemas} group by c.oid order by 1`);
  const { rows: parcels } = await client.query<{ parcel: string; person: string }>(
    'select parcel_id::text as parcel, person_id::text as person from parcels.parcel',
  );
  const ofParcel = new Map(parcels.map(({ parcel, person }) => [parcel, person]));
  const found: StolenColumn[] = [];
  for (const { table, columns } of tables) {
    const owner = ['person_id', 'parcel_id'].find((name) => columns.some((column) => column.name === name));
    if (owner === undefined) continue;
    for (const { name, type } of columns) {
      if (type === 'uuid') continue;
      const { rows } = await client.query<{ owner: string; value: string | null }>(
        `select ${owner}::text as owner, ${name}::text as value from ${table}`,
      );
      const held = rows.flatMap(({ owner: id, value }) => {
        const personId = owner === 'person_id' ? id : ofParcel.get(id);
        return value === null || personId === undefined ? [] : [{ personId, value }];
      });
      if (held.length > 0) found.push({ name: `${table}.${name}`, type, held });
    }
  }
  return found;
}

/** How much more often than by chance two persons with the same value in a column have the same attribute too. */
export type Advantage = {
  readonly column: string;
  readonly attribute: Attribute;
  /** Of the pairs of persons that the column puts together, the share that agrees. */
  readonly right: number;
  /** The same of any two persons. */
  readonly chance: number;
  readonly pairs: number;
};

/** Whom a column says to be alike is too few to mean anything below this. */
const pairsMin = 100;

/** The thief knows somebody's row, and takes everybody with the same value in a column for alike. Best first. */
export function equalityAttack(columns: readonly StolenColumn[], world: KnownWorld): readonly Advantage[] {
  const known = peopleById(world);
  const found = columns.flatMap((column) => {
    const groups = groupsOf(column, known);
    return attributes.map((attribute): Advantage => {
      let pairs = 0;
      let agreeing = 0;
      for (const group of groups) {
        pairs += pairsIn(group.length);
        for (const same of Map.groupBy(group, (person) => person[attribute]).values()) agreeing += pairsIn(same.length);
      }
      return {
        column: column.name,
        attribute,
        right: pairs === 0 ? 0 : agreeing / pairs,
        chance: chanceOf(world, attribute),
        pairs,
      };
    });
  });
  const meant = found.filter(({ pairs }) => pairs >= pairsMin);
  return meant.toSorted((a, b) => b.right - b.chance - (a.right - a.chance));
}

/** The thief knows how common every value is, and takes the most frequent of a column for the most common. Best first. */
export function frequencyAttack(columns: readonly StolenColumn[], world: KnownWorld): readonly Advantage[] {
  const known = peopleById(world);
  const found = columns.flatMap((column) => {
    const groups = groupsOf(column, known).toSorted((a, b) => b.length - a.length);
    // Values that everybody has once have no frequency.
    if (groups.length < 2 || (groups[0]?.length ?? 0) < 2) return [];
    return attributes.map((attribute): Advantage => {
      const values = [...Map.groupBy(world.people, (person) => person[attribute])].toSorted(
        (a, b) => b[1].length - a[1].length,
      );
      let right = 0;
      let pairs = 0;
      for (const [rank, group] of groups.entries()) {
        const guessed = values[rank]?.[0] ?? values.at(-1)?.[0];
        pairs += group.length;
        right += group.filter((person) => person[attribute] === guessed).length;
      }
      const mostCommon = (values[0]?.[1].length ?? 0) / world.people.length;
      return { column: column.name, attribute, right: right / pairs, chance: mostCommon, pairs };
    });
  });
  return found.toSorted((a, b) => b.right - b.chance - (a.right - a.chance));
}

function peopleById({ people, shops }: KnownWorld): ReadonlyMap<string, KnownPerson> {
  return new Map(
    shops.flatMap(({ personIds }) =>
      personIds.flatMap((id, at) => {
        const person = people[at];
        return person === undefined ? [] : [[id, person] as const];
      }),
    ),
  );
}

function groupsOf(
  { held }: StolenColumn,
  known: ReadonlyMap<string, KnownPerson>,
): readonly (readonly KnownPerson[])[] {
  return [...Map.groupBy(held, ({ value }) => value).values()].map((rows) =>
    [...new Set(rows.map(({ personId }) => personId))].flatMap((id) => known.get(id) ?? []),
  );
}

function pairsIn(count: number): number {
  return (count * (count - 1)) / 2;
}

function chanceOf({ people }: KnownWorld, attribute: Attribute): number {
  const same = [...Map.groupBy(people, (person) => person[attribute]).values()];
  return same.reduce((sum, group) => sum + pairsIn(group.length), 0) / pairsIn(people.length);
}

/** Values that stand in one person's rows only, in two shops alike: they say that these two are one. */
export function linksAcross(columns: readonly StolenColumn[], world: KnownWorld): readonly string[] {
  const known = peopleById(world);
  const shopOf = new Map(world.shops.flatMap(({ shopId, personIds }) => personIds.map((id) => [id, shopId] as const)));
  const holders = new Map<string, Map<string, Set<string>>>();
  const columnsOf = new Map<string, Set<string>>();
  for (const { name, held } of columns) {
    for (const { personId, value } of held) {
      const shop = shopOf.get(personId);
      if (shop === undefined) continue;
      const shops = holders.get(value) ?? new Map<string, Set<string>>();
      holders.set(value, shops.set(shop, (shops.get(shop) ?? new Set()).add(personId)));
      columnsOf.set(value, (columnsOf.get(value) ?? new Set()).add(name));
    }
  }
  return [...holders].flatMap(([value, shops]) => {
    const persons = [...shops.values()].flatMap((ids) => Array.from(ids));
    // Two orders may have been placed in the same second: that these are of the same customer is what must not be seen.
    const isLink =
      shops.size > 1 && persons.length === shops.size && new Set(persons.map((id) => known.get(id)?.at)).size === 1;
    return isLink ? [`${[...(columnsOf.get(value) ?? [])].join(', ')}: ${value.slice(0, 40)}`] : [];
  });
}

/** Bytes of a hash that are kept somewhere: the least of them. */
const prefixBytes = 8;

/**
 * Every value that could be there, hashed in every way that needs no secret, against every value that looks like a hash.
 * @returns how many were tried, and the columns in which one stood
 */
export function dictionaryAttack(
  columns: readonly StolenColumn[],
  world: KnownWorld,
  plain: readonly string[],
): { readonly tried: number; readonly hits: readonly string[] } {
  const kept = new Map<string, string>();
  for (const { name, type, held } of columns) {
    for (const { value } of held) {
      const prefix = hashPrefix(type, value);
      if (prefix !== null) kept.set(prefix, name);
    }
  }
  const kinds = ['', 'email\0', 'customer_id\0', 'order_number\0', 'tracking_number\0', 'mailed address\0', 'scan\0'];
  const secrets = ['', ...world.shops.flatMap(({ shopId }) => [shopId, `shop/${shopId}/index`])];
  const hits = new Set<string>();
  let tried = 0;
  for (const value of plain) {
    for (const kind of kinds) {
      const text = `${kind}${value}`;
      for (const hashed of hashesOf(text, secrets)) {
        tried += 1;
        const name = kept.get(hashed.toString('hex', 0, prefixBytes));
        if (name !== undefined) hits.add(name);
      }
    }
  }
  return { tried, hits: [...hits] };
}

function hashPrefix(type: string, value: string): string | null {
  if (type === 'bytea') return value.length >= 2 + prefixBytes * 2 ? value.slice(2, 2 + prefixBytes * 2) : null;
  if (type !== 'bigint') return /^[0-9a-f]{16,}$/.test(value) ? value.slice(0, prefixBytes * 2) : null;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes.toString('hex');
}

function hashesOf(text: string, secrets: readonly string[]): readonly Buffer[] {
  return [
    ...['sha256', 'sha1', 'md5', 'sha512'].map((name) => createHash(name).update(text).digest()),
    ...secrets.map((secret) => createHmac('sha256', secret).update(text).digest()),
  ];
}

/** Everything that these people could be looked up by. */
export function plainValuesOf({ people }: KnownWorld): readonly string[] {
  return people.flatMap((person) => [
    ...[person.email, person.customerId, person.orderNumber, person.trackingNumber, person.phone],
    ...attributes.map((attribute) => person[attribute]),
    `Ada ${person.surname}`,
  ]);
}
