import type { Clock } from '#kit/clock';
import type { Database, Queries } from '#kit/database';
import type { Held, PersonOf, Reader } from '../held/held.ts';
import type { Shop } from '#orders';
import type { RecordOfProcessing } from '../record/record.ts';
import { sayIn, spokenFor } from '../words.ts';
import { exportCsv } from './csv.ts';
import { exportHtml } from './html.tsx';
import { informationOf } from './information.ts';
import { exportJson } from './json.ts';
import type { ConsentReceipt, OwnLedger, Whole } from './whole.ts';

export const exportFormats = ['json', 'csv', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A file to take along. */
export type ExportFile = {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
};

export type ExportNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly shopOf: (queries: Queries, shopId: string) => Promise<Shop | null>;
  /** Of what is done with data, and for what; where it is missing the copy tells the data alone. */
  readonly record?: ((shop: Shop) => Promise<RecordOfProcessing>) | undefined;
  /** The person's entries with their proofs; null where no ledger is kept. */
  readonly ledgerOf: (queries: Queries, person: PersonOf) => Promise<OwnLedger | null>;
  readonly receiptsOf: (queries: Queries, person: PersonOf) => Promise<readonly ConsentReceipt[]>;
  readonly held: (queries: Queries, person: PersonOf, reader: Reader) => Promise<Held>;
};

export type ExportWish = {
  readonly format: ExportFormat;
  /** In which the pages speak, and what is told beside the data. */
  readonly language: string;
  readonly reader: Reader;
};

/** Everything held about somebody as one file. */
export async function exportPerson(needs: ExportNeeds, person: PersonOf, wish: ExportWish): Promise<ExportFile> {
  const { database } = needs;
  const { shopId } = person;
  const [held, shop, ledger, receipts] = await Promise.all([
    needs.held(database, person, wish.reader),
    needs.shopOf(database, shopId),
    needs.ledgerOf(database, person),
    needs.receiptsOf(database, person),
  ]);
  const madeAt = needs.clock.now().round('second');
  const information = await informationFor(needs, shop, wish.language);
  return fileOf({ madeAt, shop: { shopId, name: shop?.name ?? '' }, held, ledger, receipts, information }, wish);
}

async function informationFor(
  { record }: ExportNeeds,
  shop: Shop | null,
  language: string,
): Promise<Whole['information']> {
  if (record === undefined || shop === null) return [];
  return informationOf(await record(shop), spokenFor(language), sayIn(language));
}

function fileOf(whole: Whole, { format, language }: ExportWish): ExportFile {
  const name = `glasspost-${whole.madeAt.toZonedDateTimeISO('UTC').toPlainDate().toString()}`;
  const say = sayIn(language);
  if (format === 'json') {
    const bytes = Buffer.from(exportJson(whole));
    return { name: `${name}.json`, contentType: 'application/json; charset=utf-8', bytes };
  }
  if (format === 'csv') return { name: `${name}.zip`, contentType: 'application/zip', bytes: exportCsv(whole, say) };
  const bytes = Buffer.from(exportHtml(whole, { language: spokenFor(language), say }));
  return { name: `${name}.html`, contentType: 'text/html; charset=utf-8', bytes };
}
