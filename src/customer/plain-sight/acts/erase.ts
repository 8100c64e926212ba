import { hash } from 'node:crypto';
import { z } from 'zod';
import { openBytes, sealBytes } from '#keys';
import { formatDate } from '#kit/words';
import type { Why } from '#privacy';
import type { ErasureReceipt } from '#rights';
import type { Say } from '../../words.ts';
import { pathsOf, personOf, type DataNeeds, type Visit } from '../doors.ts';
import { toBeTold } from './tell-done.ts';
import { erasedMessage } from '../messages.ts';
import type { ActView } from '../pages/act-pages.tsx';
import { hashOf } from '../step-up/step-up.ts';
import { statements } from '../store.ts';

const why: Why = { purpose: 'rights of the person', reader: 'customer' };
/** So long the link still says that everything was erased, and gives the receipt. */
const farewellHours = 24;
const linesMax = 20;

const receiptShape = z.object({
  shop: z.string(),
  ledger: z.string(),
  erased_at: z.string(),
  entryId: z.string(),
  entry: z.string(),
  number: z.number(),
  shown: z.record(z.string(), z.unknown()),
  details: z.record(z.string(), z.unknown()),
  nonce: z.string(),
});

/** What proves an erasure to whoever has it; it leads to nobody. */
export type Receipt = z.infer<typeof receiptShape>;

/** What goes and what stays. */
export async function eraseView(needs: DataNeeds, visit: Visit, say: Say, sure: boolean): Promise<ActView> {
  const { shop, language } = visit;
  const base = { act: 'erase', shop, language, path: pathsOf(visit).own, said: null, sure } as const;
  if (sure) return { ...base, kept: [], others: null };
  const { database, orders, privacy, rights } = needs;
  const person = personOf(visit);
  const { keeping, receivers } = await rights.weigh(database, person);
  const kept = await Promise.all(
    keeping.slice(0, linesMax).map(async ({ orderId, endsOn }) => {
      const order = await orders.read(database, person.personId, orderId);
      const number = order === null ? '' : privacy.open(order.number, why);
      return say('data.erase.hold.line', { order: number, day: formatDate(language, endsOn) });
    }),
  );
  const others = receivers === 0 ? null : say('data.erase.receivers', { count: receivers });
  return { ...base, kept, others };
}

/**
 * Article 17. The last mail is told of while there is somebody to disclose about, and gets the receipt once there is one;
 * the link keeps the receipt for a day. Erasing again changes nothing.
 */
export async function eraseAll(needs: DataNeeds, visit: Visit): Promise<void> {
  const { database, notices, rights, privacy, clock } = needs;
  const { here, shop, language } = visit;
  const { shopId, personId, orderId, token } = here;
  await database.tx(async (tx) => {
    const told = await notices.tell(tx, { shopId, personId, orderId, kind: erasedMessage, language, values: {} });
    const erased = await rights.erase(tx, { shopId, personId }, 'customer');
    if ('no' in erased) return;
    const receipt = receiptOf(erased.receipt, shop.name, privacy.ledger.urlOf(shopId));
    const text = JSON.stringify(receipt, null, 2);
    if ('messageId' in told) await notices.amend(tx, told.messageId, { receipt: text });
    await tx.rows(statements.addFarewell, [
      hashOf(token),
      shopId,
      language,
      clock.now().add({ hours: farewellHours }),
      sealBytes(keyOf(token), Buffer.from(text), bound),
    ]);
    await needs.recordRequest?.(tx, {
      shopId,
      personId: null,
      kind: 'erasure',
      via: 'page',
      evidence: 'code to the known address',
      outcome: 'done',
      note: toBeTold(erased.recipients),
    });
  });
}

function receiptOf(entry: ErasureReceipt, shop: string, ledger: string): Receipt {
  const { entryId, number, shown, details, nonce, text, erasedAt } = entry;
  return { shop, ledger, erased_at: erasedAt.toString(), entryId, entry: text, number, shown, details, nonce };
}

const bound = 'customer.farewell.receipt';

/** From the link itself, which is stored nowhere: whoever has the database alone cannot read what lies under it. */
function keyOf(token: string): Buffer {
  return hash('sha256', `farewell|${token}`, 'buffer');
}

export type Farewell = {
  readonly shopId: string;
  readonly language: string;
  readonly receipt: Receipt;
  /** A `.tlog-proof` that says what was entered; null for the moment until it has its place in the ledger. */
  readonly proof: string | null;
};

/** What a link says after its person was erased; null for every other, and after a day. */
export async function findFarewell(
  needs: Pick<DataNeeds, 'clock' | 'database' | 'privacy'>,
  token: string,
): Promise<Farewell | null> {
  const row = await needs.database.one<{ shopId: string; language: string; receipt: Buffer }>(statements.farewell, [
    hashOf(token),
    needs.clock.now(),
  ]);
  if (row === null) return null;
  const text = openBytes(keyOf(token), row.receipt, bound).toString('utf8');
  const receipt = receiptShape.parse(JSON.parse(text));
  const { shopId, language } = row;
  const proof = await needs.privacy.ledger.proofOf(needs.database, shopId, receipt.entryId, receipt);
  return { shopId, language, receipt, proof };
}
