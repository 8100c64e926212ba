/** A field of an order as the form asks for it. */
type FormField = {
  readonly name: string;
  readonly needed?: true;
  /** A second column may be joined to the first, such as the last name to the first name. */
  readonly joins?: true;
  /** Every order of the file may have the same. */
  readonly fixed?: true;
};

export const formFields: readonly FormField[] = [
  { name: 'order_number', needed: true },
  { name: 'placed_at', needed: true },
  { name: 'language', fixed: true },
  { name: 'customer.id' },
  { name: 'customer.name', joins: true },
  { name: 'customer.email' },
  { name: 'customer.phone' },
  { name: 'recipient.name', joins: true },
  { name: 'address.street', needed: true, joins: true },
  { name: 'address.postcode' },
  { name: 'address.city', needed: true },
  { name: 'address.country', needed: true, fixed: true },
  { name: 'items.sku' },
  { name: 'items.title' },
  { name: 'items.quantity' },
  { name: 'items.price', fixed: true },
  { name: 'items.currency', fixed: true },
  { name: 'parcels.carrier', fixed: true },
  { name: 'parcels.tracking_number' },
  { name: 'parcels.service', fixed: true },
];

/** What stands in the form, by the names of its inputs: `column.`, `second.` and `fixed.` before the name of a field. */
export type FormValues = ReadonlyMap<string, string>;

type Said = string | { readonly value: string } | { readonly columns: string[] } | undefined;

/** The mapping that the form says; whether it fits the file is the reader's to say. */
export function mappingOf(values: FormValues): unknown {
  const said = (name: string): Said => saidOf(values, name);
  const format = values.get('format') ?? '';
  const zone = values.get('zone') ?? '';
  const decimal = values.get('decimal') ?? '';
  const price = said('items.price');
  return dropEmpty({
    order_number: said('order_number'),
    placed_at: {
      column: values.get('column.placed_at'),
      ...(format === '' ? {} : { format }),
      ...(zone === '' ? {} : { zone }),
    },
    language: said('language'),
    customer: groupOf(said, 'customer', ['id', 'name', 'email', 'phone']),
    recipient: groupOf(said, 'recipient', ['name']),
    address: groupOf(said, 'address', ['street', 'postcode', 'city', 'country']),
    items:
      said('items.title') === undefined
        ? []
        : [
            {
              ...groupOf(said, 'items', ['sku', 'title', 'quantity', 'currency']),
              price: typeof price === 'string' && decimal !== '' ? { column: price, decimal } : price,
            },
          ],
    parcels:
      said('parcels.tracking_number') === undefined
        ? []
        : [groupOf(said, 'parcels', ['carrier', 'tracking_number', 'service'])],
  });
}

function saidOf(values: FormValues, name: string): Said {
  const column = values.get(`column.${name}`) ?? '';
  const second = values.get(`second.${name}`) ?? '';
  const fixed = (values.get(`fixed.${name}`) ?? '').trim();
  if (column !== '' && second !== '') return { columns: [column, second] };
  if (column !== '') return column;
  return fixed === '' ? undefined : { value: fixed };
}

function groupOf(
  said: (name: string) => Said,
  group: string,
  names: readonly string[],
): Readonly<Record<string, Said>> | undefined {
  const given = names.flatMap((name) => {
    const what = said(`${group}.${name}`);
    return what === undefined ? [] : [[name, what] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function dropEmpty(mapping: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined));
}

/** The form as a kept mapping fills it. */
export function valuesOf(mapping: unknown): FormValues {
  const values = new Map<string, string>();
  for (const { name } of formFields) note(values, name, at(mapping, name));
  const placed = at(mapping, 'placed_at');
  for (const name of ['format', 'zone']) values.set(name, textAt(placed, name));
  values.set('decimal', textAt(at(mapping, 'items.price'), 'decimal'));
  return values;
}

/** `items.title` is found in the first of the items. */
function at(mapping: unknown, name: string): unknown {
  return name.split('.').reduce<unknown>((from, part) => {
    const one: unknown = Array.isArray(from) ? from[0] : from;
    return inner(one, part);
  }, mapping);
}

function inner(from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null && Object.hasOwn(from, name) ? Reflect.get(from, name) : undefined;
}

function textAt(from: unknown, name: string): string {
  const text = inner(from, name);
  return typeof text === 'string' ? text : '';
}

function note(values: Map<string, string>, name: string, said: unknown): void {
  if (typeof said === 'string') values.set(`column.${name}`, said);
  const column = textAt(said, 'column');
  if (column !== '') values.set(`column.${name}`, column);
  const fixed = textAt(said, 'value');
  if (fixed !== '') values.set(`fixed.${name}`, fixed);
  const columns = inner(said, 'columns');
  const first = textAt(columns, '0');
  const second = textAt(columns, '1');
  if (first !== '') values.set(`column.${name}`, first);
  if (second !== '') values.set(`second.${name}`, second);
}
