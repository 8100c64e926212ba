import { createHash } from 'node:crypto';
import type { Queries, Tx } from '#kit/database';
import type { SubjectKey } from '#privacy';
import type { Tools } from '../needs.ts';
import { statements as ours } from '../store.ts';
import { hashOfToken } from '../writing/token.ts';
import { readHead, type PictureNo } from './heads/head.ts';
import { jpegIn, packing, textOf } from './packing.ts';
import { createRecodeApart } from './recode-apart.ts';
import type { Recoded } from './recode.ts';
import { statements } from './store.ts';
import { createTries } from './tries.ts';

export { pictureBytesMax, type PictureNo } from './heads/head.ts';

/** The pictures of reviews. They lie sealed under their writer's key and are opened for whoever may see them. */
export type Pictures = {
  /**
   * Takes a picture for the review behind this link: made anew, without what it said besides its pixels. The same one
   * again is the same. `count`: there are too many, or were within the hour; `busy`: too many come in at the moment; `ended`:
   * nothing can be written by this link.
   */
  readonly take: (
    token: string,
    bytes: Uint8Array,
  ) => Promise<{ readonly hash: string } | { readonly no: PictureNo | 'count' | 'busy' | 'ended' }>;
  /** Those of these that were taken for the review behind this link. */
  readonly takenOf: (queries: Queries, token: string, hashes: readonly string[]) => Promise<readonly string[]>;
  /** A small JPEG for its writer, whether it is shown or not; null for what is not theirs. */
  readonly own: (queries: Queries, token: string, hash: string) => Promise<Uint8Array | null>;
  /** A JPEG for staff, whether it is shown or not; null for what is not there any more. */
  readonly ofReview: (
    queries: Queries,
    review: { readonly personId: string; readonly orderId: string },
    hash: string,
  ) => Promise<Uint8Array | null>;
  /** A JPEG for everybody; null for what stands in no review that is shown. */
  readonly shown: (
    queries: Queries,
    shopId: string,
    hash: string,
    size: 'full' | 'small',
  ) => Promise<Uint8Array | null>;
};

const perOrderMax = 20;
const hashForm = /^[0-9a-f]{64}$/;

const why = { purpose: 'reviews', reader: 'shop' } as const;

type Target = { readonly shopId: string; readonly personId: string; readonly orderId: string };
type Row = Pick<Target, 'personId' | 'orderId'> & {
  readonly hash: string;
  readonly full: Buffer;
  readonly small: Buffer;
};
type ShownRow = Row & { readonly revisionId: string; readonly content: Buffer };

export function createPictures(tools: Tools): Pictures {
  const recode = createRecodeApart();
  const mayTry = createTries(tools);
  const keyOf = async (queries: Queries, personId: string): Promise<SubjectKey | null> =>
    (await tools.privacy.keysOf(queries, 'person', [personId])).get(personId) ?? null;
  const opened = (key: SubjectKey, row: Row, size: 'full' | 'small'): Uint8Array => {
    const column = `reviews.picture.${size}_jpeg` as const;
    const place = { column, row: row.hash };
    return jpegIn(tools.privacy.open(key.storedPacked('message', row[size], packing, place), why));
  };
  const one = async (queries: Queries, of: Pick<Row, 'personId' | 'orderId'>, hash: string, size: 'full' | 'small') => {
    const row = await queries.one<Row>(statements.own, [of.personId, of.orderId, hash]);
    const key = await keyOf(queries, of.personId);
    return row === null || key === null ? null : opened(key, row, size);
  };
  return {
    take: async (token, bytes) => {
      const head = readHead(bytes);
      if ('no' in head) return head;
      const target = await targetOf(tools.database, token);
      if (target === null) return { no: 'ended' };
      if (!mayTry(target.orderId)) return { no: 'count' };
      const recoded = await recode(head, target.orderId);
      if (recoded === 'busy') return { no: 'busy' };
      return recoded === null ? { no: 'broken' } : await keep(tools, target, recoded);
    },
    takenOf: async (queries, token, hashes) => {
      const target = await targetOf(queries, token);
      if (target === null || hashes.length === 0) return [];
      const values = [target.personId, target.orderId, hashes];
      const found = new Set((await queries.rows<Pick<Row, 'hash'>>(statements.of, values)).map(({ hash }) => hash));
      return hashes.filter((hash) => found.has(hash));
    },
    own: async (queries, token, hash) => {
      const target = hashForm.test(hash) ? await targetOf(queries, token) : null;
      return target === null ? null : await one(queries, target, hash, 'small');
    },
    ofReview: (queries, review, hash) => one(queries, review, hash, 'full'),
    shown: async (queries, shopId, hash, size) => {
      if (!hashForm.test(hash)) return null;
      for (const row of await queries.rows<ShownRow>(statements.shown, [shopId, hash])) {
        const key = await keyOf(queries, row.personId);
        if (key === null || !tools.seals.content(key, row.revisionId, row.content).pictures.includes(hash)) continue;
        return opened(key, row, size);
      }
      return null;
    },
  };
}

async function keep(tools: Tools, target: Target, { full, small }: Recoded) {
  const { personId, orderId, shopId } = target;
  const hash = createHash('sha256').update(full.jpeg).digest('hex');
  return await tools.database.tx(async (tx) => {
    const key = await tools.privacy.lockPerson(tx, personId);
    if (key === null) return { no: 'ended' } as const;
    const { count = 0 } = (await tx.one<{ count: number }>(statements.count, [personId, orderId])) ?? {};
    if (count >= perOrderMax) return { no: 'count' } as const;
    const sealed = [full, small].map(({ jpeg }, at) =>
      key.lockPacked('message', textOf(jpeg), packing, {
        column: at === 0 ? 'reviews.picture.full_jpeg' : 'reviews.picture.small_jpeg',
        row: hash,
      }),
    );
    await tx.rows(statements.add, [personId, orderId, hash, shopId, tools.clock.now(), ...sealed]);
    return { hash };
  });
}

/** Nothing of a review that was taken back stays, whether it was shown or not. */
export async function dropPictures(tx: Tx, token: string): Promise<void> {
  const target = await targetOf(tx, token);
  if (target !== null) await tx.rows(statements.dropOf, [target.personId, target.orderId]);
}

async function targetOf(queries: Queries, token: string): Promise<Target | null> {
  return token.length > 100 ? null : await queries.one<Target>(ours.token, [hashOfToken(token)]);
}
