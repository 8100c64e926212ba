import { Fault } from '#kit/fault';
import type { ConsoleNeeds, ImportLine, PreviewedOrder } from '../needs.ts';
import type { Visit } from '../screens/visit.ts';
import type { Moment, StaffFrame } from '../view.ts';
import { sayCode } from '../words.ts';
import { formFields, valuesOf, type FormValues } from './import-form.ts';
import { reasonText } from './reasons.ts';

export type ImportRow = Pick<ImportLine, 'id' | 'state' | 'fileName' | 'counts'> & { readonly created: Moment };

export type ImportsView = { readonly frame: StaffFrame; readonly rows: readonly ImportRow[] };

export type PreviewRow = {
  readonly number: string;
  readonly lines: string;
  readonly buyer: string;
  readonly address: string;
  readonly items: string;
  readonly parcels: string;
  /** Why it would be refused; empty when it would be taken. */
  readonly reasons: readonly string[];
};

export type ImportView = {
  readonly frame: StaffFrame;
  readonly row: ImportRow;
  readonly percent: number;
  readonly endedLine: number | null;
  /** In a sentence. */
  readonly endedWhy: string | null;
  /** Null once it was started. */
  readonly mapping: {
    readonly columns: readonly string[];
    readonly unused: readonly string[];
    readonly values: FormValues;
    /** What does not fit; then there is no preview. */
    readonly wrong: readonly string[];
    readonly preview: readonly PreviewRow[];
  } | null;
};

export async function importsView(needs: ConsoleNeeds, visit: Visit): Promise<ImportsView> {
  const lines = await needs.imports.list(visit.shop.shopId);
  return { frame: visit.frame, rows: lines.map((line) => rowOf(visit, line)) };
}

/** Null when there is none of this id in the shop. */
export async function importView(needs: ConsoleNeeds, visit: Visit): Promise<ImportView | null> {
  const { shop, params, say } = visit;
  const found = await needs.imports.find(shop.shopId, params['id'] ?? '');
  if (found === null) return null;
  const { endedLine, endedWhy, byteCount, bytesDone } = found;
  return {
    frame: visit.frame,
    row: rowOf(visit, found),
    percent: byteCount === 0 ? 100 : Math.min(100, Math.floor((100 * bytesDone) / byteCount)),
    endedLine,
    endedWhy: endedWhy === null ? null : sayCode(say, 'import.end', endedWhy),
    mapping: found.state === 'uploaded' ? await mappingView(needs, visit, found) : null,
  };
}

function rowOf(visit: Visit, { id, state, fileName, counts, createdAt }: ImportLine): ImportRow {
  return { id, state, fileName, counts, created: visit.moment(createdAt) };
}

async function mappingView(
  needs: ConsoleNeeds,
  visit: Visit,
  { id, columns, mapping }: { readonly id: string; readonly columns: readonly string[]; readonly mapping: unknown },
): Promise<ImportView['mapping']> {
  const values = valuesOf(mapping);
  const used = new Set(values.values());
  const shown = { columns, values, unused: columns.filter((column) => !used.has(column)) };
  try {
    const orders = await needs.imports.preview(visit.shop.shopId, id);
    return { ...shown, wrong: [], preview: orders.map((order) => previewRow(visit, order)) };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'invalid') throw error;
    return { ...shown, wrong: missingIn(visit, columns, values), preview: [] };
  }
}

/** The fields that are needed and have no column of this file. */
function missingIn({ say }: Visit, columns: readonly string[], values: FormValues): readonly string[] {
  const missing = formFields.filter(({ name, needed }) => {
    const column = values.get(`column.${name}`) ?? '';
    const isSaid = columns.includes(column) || (values.get(`fixed.${name}`) ?? '') !== '';
    return needed === true && !isSaid;
  });
  if (missing.length === 0) return [say('import.wrong.mapping')];
  return missing.map(({ name }) => say('import.wrong.needed', { field: sayCode(say, 'import.field', name) }));
}

function previewRow({ say }: Visit, { number, lines, body, reasons }: PreviewedOrder): PreviewRow {
  const address = body['address'];
  const customer = body['customer'];
  return {
    number,
    lines: lines.first === lines.last ? String(lines.first) : `${lines.first}–${lines.last}`,
    buyer: textsIn(customer, ['name', 'email']).join(', '),
    address: textsIn(address, ['street', 'postcode', 'city', 'country']).join(', '),
    items: each(body['items'], ['quantity', 'title']),
    parcels: each(body['parcels'], ['carrier', 'tracking_number']),
    reasons: reasons.map((reason) => reasonText(say, reason)),
  };
}

function textsIn(from: unknown, names: readonly string[]): readonly string[] {
  if (typeof from !== 'object' || from === null) return [];
  return names
    .map((name): unknown => Reflect.get(from, name))
    .filter((text) => typeof text === 'string' || typeof text === 'number')
    .map(String)
    .filter((text) => text !== '');
}

function each(list: unknown, names: readonly string[]): string {
  return Array.isArray(list) ? list.map((one) => textsIn(one, names).join(' ')).join('; ') : '';
}
