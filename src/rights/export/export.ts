import type { Clock } from '#kit/clock';
import type { Database, Queries } from '#kit/database';
import type { Held, PersonOf, Reader } from '../held/held.ts';
import { sayIn, spokenFor } from '../words.ts';
import { exportCsv } from './csv.ts';
import { exportHtml } from './html.tsx';
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
  readonly shopName: (queries: Queries, shopId: string) => Promise<string>;
  /** The person's entries with their proofs; null where no ledger is kept. */
  readonly ledgerOf: (queries: Queries, person: PersonOf) => Promise<OwnLedger | null>;
  readonly receiptsOf: (queries: Queries, person: PersonOf) => Promise<readonly ConsentReceipt[]>;
  readonly held: (queries: Queries, person: PersonOf, reader: Reader) => Promise<Held>;
};

export type ExportWish = {
  readonly format: ExportFormat;
  /** In which the tables and pages speak; JSON speaks none. */
  readonly language: string;
  readonly reader: Reader;
};

/** Everything held about somebody as one file. */
export async function exportPerson(needs: ExportNeeds, person: PersonOf, wish: ExportWish): Promise<ExportFile> {
  const { database } = needs;
  const [held, name, ledger, receipts] = await Promise.all([
    needs.held(database, person, wish.reader),
    needs.shopName(database, person.shopId),
    needs.ledgerOf(database, person),
    needs.receiptsOf(database, person),
  ]);
  const madeAt = needs.clock.now().round('second');
  return fileOf({ madeAt, shop: { shopId: person.shopId, name }, held, ledger, receipts }, wish);
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
