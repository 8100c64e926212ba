import columnNames from './column-names.json' with { type: 'json' };
import type { MappingText } from './mapping.ts';

/**
 * What columns are called in German and English, and in the exports of Shopify, WooCommerce and Shopware; compared without
 * case, spaces and signs. The first name that a file has counts.
 */
const names: Readonly<Record<Field, readonly string[]>> = columnNames;

export type Field = keyof typeof columnNames;

export type Suggestion = {
  readonly mapping: MappingText;
  /** Columns that nothing in the mapping uses. */
  readonly unused: readonly string[];
  /** Fields that an order must have and for which no column was recognised. */
  readonly missing: readonly Field[];
};

type Found = (field: Field) => string | undefined;

/** A mapping by the names of the columns alone: to be looked at by somebody before it is used. */
export function suggestMapping(
  columns: readonly string[],
  shop: { readonly language: string; readonly zone: string },
): Suggestion {
  const named = new Map(columns.toReversed().map((column) => [plain(column), column]));
  const used = new Set<string>();
  const missing: Field[] = [];
  const found: Found = (field) => {
    const column = names[field]
      .map((name) => named.get(plain(name)))
      .find((known) => known !== undefined && !used.has(known));
    if (column !== undefined) used.add(column);
    return column;
  };
  const needed = (field: Field): string => {
    const column = found(field);
    if (column === undefined) missing.push(field);
    return column ?? '?';
  };
  const mapping = mappingFrom(found, needed, shop);
  return { mapping, missing, unused: columns.filter((column) => !used.has(column)) };
}

function mappingFrom(
  found: Found,
  needed: (field: Field) => string,
  shop: { readonly language: string; readonly zone: string },
): MappingText {
  const language = found('language');
  const recipient = nameOf(found, 'recipient', 'recipient_first', 'recipient_last');
  const postcode = found('postcode');
  return {
    order_number: needed('order_number'),
    placed_at: { column: needed('placed_at'), zone: shop.zone },
    language: language === undefined ? { value: shop.language } : language,
    customer: {
      ...given('id', found('customer_id')),
      ...given('name', nameOf(found, 'customer_name', 'customer_first', 'customer_last')),
      ...given('email', found('email')),
      ...given('phone', found('phone')),
    },
    ...(recipient === undefined ? {} : { recipient: { name: recipient } }),
    address: {
      street: joined(needed('street'), found('house')),
      ...given('postcode', postcode),
      city: needed('city'),
      country: needed('country'),
    },
    ...itemsFrom(found),
    ...parcelsFrom(found),
  };
}

function itemsFrom(found: Found): Pick<MappingText, 'items'> {
  const title = found('title');
  if (title === undefined) return {};
  const price = found('price');
  const currency = found('currency');
  return {
    items: [
      {
        ...given('sku', found('sku')),
        title,
        ...given('quantity', found('quantity')),
        price: price ?? { value: '0' },
        currency: currency ?? { value: 'EUR' },
      },
    ],
  };
}

function parcelsFrom(found: Found): Pick<MappingText, 'parcels'> {
  const tracking = found('tracking');
  if (tracking === undefined) return {};
  return { parcels: [{ carrier: found('carrier') ?? { value: 'dhl' }, tracking_number: tracking }] };
}

type NameSource = string | { columns: string[] } | undefined;

function nameOf(found: Found, whole: Field, first: Field, last: Field): NameSource {
  const parts = [found(first), found(last)].filter((column) => column !== undefined);
  if (parts.length === 2) return { columns: parts };
  return found(whole) ?? parts[0];
}

function joined(street: string, house: string | undefined): string | { columns: string[] } {
  return house === undefined ? street : { columns: [street, house] };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [key in Name]?: Value } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed name is widened to string
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: Value };
}

/** Without case, accents' spelling, spaces and signs. */
function plain(column: string): string {
  return column
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}
