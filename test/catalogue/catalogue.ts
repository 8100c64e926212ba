// The key families as law, read from a real database: what lets the same schema run on one server and on many.
import type { Client } from 'pg';

export type Column = { readonly name: string; readonly type: string };

export type Table = {
  readonly name: string;
  readonly comment: string | null;
  readonly columns: readonly Column[];
  /** Primary key and unique indexes; `first` is null when the index begins with an expression. */
  readonly keys: readonly { readonly name: string; readonly primary: boolean; readonly first: string | null }[];
  /** Tables that foreign keys lead to. */
  readonly references: readonly string[];
  readonly triggers: readonly string[];
};

/** PostgreSQL's own schemas, and the queue's, which is a stranger's. */
const foreign = `n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'graphile_worker')`;

/** Partitions are judged by the table they belong to. */
const tablesStatement = `
  select n.nspname || '.' || c.relname as name,
    obj_description(c.oid, 'pg_class') as comment,
    (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum), '[]')
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    (select coalesce(json_agg(json_build_object('name', x.relname, 'primary', i.indisprimary, 'first', a.attname) order by x.relname), '[]')
      from pg_index i
      join pg_class x on x.oid = i.indexrelid
      left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = c.oid and i.indisunique) as keys,
    (select coalesce(json_agg(fn.nspname || '.' || f.relname order by f.relname), '[]')
      from pg_constraint o
      join pg_class f on f.oid = o.confrelid
      join pg_namespace fn on fn.oid = f.relnamespace
      where o.conrelid = c.oid and o.contype = 'f') as references,
    (select coalesce(json_agg(t.tgname order by t.tgname), '[]')
      from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and ${foreign}
  order by 1`;

export async function readCatalogue(client: Client): Promise<readonly Table[]> {
  const { rows } = await client.query<Table>(tablesStatement);
  return rows;
}

/** Everything wrong in it, as `schema.table says`. Pure. */
export function judgeCatalogue(tables: readonly Table[]): readonly string[] {
  const families = new Map(tables.map((table) => [table.name, familyOf(table)]));
  return tables.flatMap((table) => {
    const faults = [
      ...judgeFamily(table),
      ...table.triggers.map((trigger) => `has the trigger ${trigger}`),
      ...table.references
        .filter((other) => families.get(other) !== familyOf(table))
        .map((other) => `has a foreign key to ${other}, which is of another family`),
      ...judgeColumns(table),
    ];
    return faults.map((fault) => `${table.name} ${fault}`);
  });
}

function familyOf(table: Table): string | null {
  return /^family: (parcel|person|lookup|reference|local)\b/.exec(table.comment ?? '')?.[1] ?? null;
}

/** What the primary key and every unique index of a family begin with. */
const firstColumns: Readonly<Record<string, RegExp>> = {
  parcel: /^parcel_id$/,
  person: /^person_id$/,
  lookup: /hash/,
};

function judgeFamily(table: Table): readonly string[] {
  const family = familyOf(table);
  if (family === null) return [`has no comment that begins with its family`];
  const wanted = firstColumns[family];
  if (wanted === undefined) return [];
  const keyless = table.keys.some((key) => key.primary) ? [] : ['has no primary key'];
  const wrong = table.keys.filter((key) => key.first === null || !wanted.test(key.first));
  return [
    ...keyless,
    ...wrong.map(
      ({ name, first }) => `is of family ${family}, but its key ${name} begins with ${first ?? 'an expression'}`,
    ),
  ];
}

/** Names of personal data. Sealed they are bytea; as text a stolen database would tell them. */
const personal =
  /(?:^|_)(?:e_?mail|mail_address|phone|mobile|street|house_number|address|postcode|postal_code|zip|birth_?(?:day|date)?|iban|ip|ip_address|(?:first|last|given|family|full|sur|recipient|receiver|sender|buyer|contact|customer|neighbour|person|signer)_?name|signed_by)(?:_(?:text|line|lines|line1|line2|plain|value|normal))?$/;
/** A shop, an API key or an account with a carrier may be called something; a person may not. */
const nameable = new Set(['reference', 'local']);
const readable = /^(?:text|character varying|character|citext|name|jsonb?|xml|inet|cidr|date)(?:\[\])?$/;

function judgeColumns(table: Table): readonly string[] {
  const isNameable = nameable.has(familyOf(table) ?? '');
  return table.columns
    .filter(({ name, type }) => readable.test(type) && (personal.test(name) || (name === 'name' && !isNameable)))
    .map(({ name, type }) => `keeps ${name} as ${type}: seal it (bytea)`);
}
