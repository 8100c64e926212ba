import { showId } from '#kit/ids';
import type { HeldItem } from '../held/held.ts';
import type { Whole } from './whole.ts';

/** The shape is described in docs/rights.md; a change that breaks its readers makes another version. */
const version = 1;

/** Everything as one JSON text (Article 20: structured, commonly used, machine-readable). */
export function exportJson({ madeAt, shop, held, ledger, receipts, information }: Whole): string {
  const document = {
    format: 'glasspost person export',
    version,
    made_at: madeAt.toString(),
    shop: { id: showId('shp', shop.shopId), name: shop.name },
    person: showId('per', held.personId),
    information: information.map(({ article, title, lines }) => ({
      article: article === '' ? null : article,
      title,
      lines,
    })),
    held: Object.fromEntries(
      held.categories.map(({ heading, entries }) => [
        heading,
        entries.map(({ table, at, keptFor, items, leftOut }) => ({
          table,
          at: at === null ? null : at.toString(),
          kept_for: keptFor,
          columns: Object.fromEntries(items.map((item) => [item.column, valueOf(item)])),
          left_out: leftOut,
        })),
      ]),
    ),
    ledger:
      ledger === null
        ? null
        : {
            origin: ledger.origin,
            policy: ledger.policy,
            count: ledger.count,
            entries: ledger.entries.map(({ entryId, ...entry }) => ({ id: entryId, ...entry })),
          },
    receipts: receipts.map(({ consentId, receipt }) => ({ consent: consentId, receipt })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function valueOf({ value, unreadable }: HeldItem): string | { readonly unreadable: true } | null {
  return unreadable ? { unreadable } : value;
}
