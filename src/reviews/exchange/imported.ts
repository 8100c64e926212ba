import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Queries } from '#kit/database';
import { Fault } from '#kit/fault';
import type { Tools } from '../needs.ts';
import { readImports, type ForeignReview, type RowError } from './read-imports.ts';
import { statements } from './store.ts';

/** What was brought along from elsewhere, by where from: it stands apart from the shop's own reviews, and counts in no figure. */
export type Imported = { readonly source: string; readonly count: number; readonly mean: number };

/** One of them, as it came. */
export type ImportedReview = {
  readonly source: string;
  readonly writtenOn: Temporal.PlainDate;
  readonly stars: number;
  readonly title: string;
  readonly text: string;
};

const wordsShape = z.object({ title: z.string(), text: z.string() });
const shownMax = 10;

/** What came of a file; `repeated`: rows that were there already. */
export type ImportDone = {
  readonly imported: number;
  readonly repeated: number;
  readonly errors: readonly RowError[];
};

export type ImportAsked = {
  readonly shopId: string;
  /** Where they come from, as it is shown: a name such as `Trusted Shops`. */
  readonly source: string;
  readonly csv: AsyncIterable<Uint8Array>;
  readonly actor: string;
};

/** In all of a shop. */
const importedMax = 100_000;
const sourceForm = /^[\p{L}\p{N}][\p{L}\p{N} .&@()/-]{0,59}$/u;

export async function importedOf(queries: Queries, shopId: string): Promise<readonly Imported[]> {
  const rows = await queries.rows<{ source: string; count: number; sum: number }>(statements.sources, [shopId]);
  return rows.map(({ source, count, sum }) => ({
    source,
    count,
    mean: Math.floor((200 * sum + count) / (2 * count)) / 100,
  }));
}

/** The newest ten, in their own words. */
export async function importedReviews(
  { privacy }: Pick<Tools, 'privacy'>,
  queries: Queries,
  shopId: string,
): Promise<readonly ImportedReview[]> {
  const rows = await queries.rows<StoredRow>(statements.newest, [shopId, shownMax]);
  return rows.map(({ hash, words, writtenOn, source, stars }) => {
    const { title, text } = wordsShape.parse(JSON.parse(privacy.openForShop(shopId, 'imports', words, placeOf(hash))));
    return { source, stars, title, text, writtenOn: Temporal.PlainDate.from(writtenOn) };
  });
}

type StoredRow = Pick<ImportedReview, 'source' | 'stars'> & {
  readonly hash: Buffer;
  readonly writtenOn: string;
  readonly words: Buffer;
};

function placeOf(hash: Buffer): string {
  return `reviews.imported|${hash.toString('hex')}`;
}

/**
 * Takes what can be read of a file, once however often it is sent; what cannot is answered with its lines.
 * @throws Fault('invalid') for a source without a name, Fault('limit') when there would be too many
 */
export async function importCsv(tools: Tools, asked: ImportAsked): Promise<ImportDone> {
  const source = asked.source.trim();
  if (!sourceForm.test(source)) {
    throw new Fault('invalid', 'The source must be a name of up to 60 characters, such as Trusted Shops.');
  }
  const { rows, errors } = await readImports(asked.csv, tools.clock.now());
  const { shopId, actor } = asked;
  const imported = await tools.database.tx(async (tx) => {
    const { count = 0 } = (await tx.one<{ count: number }>(statements.count, [shopId])) ?? {};
    if (count + rows.length > importedMax) {
      throw new Fault('limit', `At most ${importedMax} reviews from elsewhere; drop a source first.`);
    }
    const added = await tx.rows(statements.add, valuesOf(tools, shopId, source, rows));
    await tools.privacy.audit(tx, { shopId, actor, verb: 'review.import', subject: `${added.length} from ${source}` });
    return added.length;
  });
  return { imported, repeated: rows.length - imported, errors };
}

function valuesOf(tools: Tools, shopId: string, source: string, rows: readonly ForeignReview[]) {
  const seen = new Map<string, number>();
  const hashed = rows.map((row) => {
    const said = wordsOf(row);
    const times = seen.get(said) ?? 0;
    seen.set(said, times + 1);
    return { row, hash: hashOf(said, times) };
  });
  return [
    shopId,
    source,
    hashed.map(({ hash }) => hash),
    hashed.map(({ row }) => row.writtenOn.toString()),
    hashed.map(({ row }) => row.stars),
    hashed.map(({ row }) => row.sku),
    hashed.map(({ row: { title, text }, hash }) =>
      tools.privacy.lockForShop(shopId, 'imports', JSON.stringify({ title, text }), placeOf(hash)),
    ),
    tools.clock.now(),
  ];
}

function wordsOf({ writtenOn, stars, sku, title, text }: ForeignReview): string {
  return JSON.stringify([writtenOn.toString(), stars, sku, title, text]);
}

/** The same review sent again is the same; that two on one day gave stars alone does not make them one. */
function hashOf(said: string, times: number): Buffer {
  return createHash('sha256')
    .update(times === 0 ? said : `${said}${times}`)
    .digest();
}

/** All from a source; answers how many there were. */
export async function dropImported(tools: Tools, shopId: string, source: string, actor: string): Promise<number> {
  return await tools.database.tx(async (tx) => {
    const { count = 0 } = (await tx.one<{ count: number }>(statements.drop, [shopId, source])) ?? {};
    if (count > 0)
      await tools.privacy.audit(tx, { shopId, actor, verb: 'review.drop-import', subject: `${count} from ${source}` });
    return count;
  });
}
