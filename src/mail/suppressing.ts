import type { Clock } from '#kit/clock';
import type { Queries, Tx } from '#kit/database';
import { readId } from '#kit/ids';
import type { Privacy, Sealed } from '#privacy';
import type { ReadBounce } from './bounces/read-bounce.ts';
import { weightOf, type Weight } from './bounces/weigh.ts';
import { mailOfReturnPath } from './return-path.ts';
import { statements } from './store.ts';

/** An address that gets no mail any more. */
export type Suppressed = {
  readonly personId: string;
  /** The order whose mail came back; null where it was about none. */
  readonly orderId: string | null;
  readonly addressHash: Buffer;
  readonly weight: 'hard' | 'soft';
  /** What the last answer was, `5.1.1`. */
  readonly code: string;
  readonly suppressedAt: Temporal.Instant;
};

/** What a report has changed. */
export type TakenBounce = {
  readonly result: 'counted' | 'suppressed' | 'known' | 'ignored' | 'unknown_mail' | 'no_report';
  readonly code: string;
};

export type SuppressingNeeds = { readonly clock: Clock; readonly privacy: Privacy };

type Sent = {
  readonly personId: string;
  readonly mailId: string;
  readonly shopId: string;
  readonly orderId: string | null;
  readonly addressHash: Buffer;
};

/** A mailbox that is full for a day is no reason; one that is full for weeks is. */
const softBouncesMax = 3;
const softDays = 30;

/** 16 bytes under a key of the shop: the same address of the same shop, and nothing else. */
export function addressHash(privacy: Privacy, shopId: string, email: Sealed<'email'>): Buffer {
  const text = privacy.open(email, { purpose: 'finding again', reader: 'shop' });
  return privacy.index(shopId, 'mailed address', text.trim().toLowerCase());
}

/** Finds the mail that came back, by the address the report was sent to, else by its Message-ID, and counts. */
export async function takeBounce(
  needs: SuppressingNeeds,
  tx: Tx,
  shopId: string,
  bounce: ReadBounce,
): Promise<TakenBounce> {
  if (bounce.kind === 'other') return { result: 'no_report', code: '' };
  const worst = worstOf(bounce.returned);
  const sent = await mailOf(needs.privacy, tx, shopId, bounce);
  if (sent === null) return { result: 'unknown_mail', code: worst.code };
  if (worst.weight === 'none') return { result: 'ignored', code: worst.code };
  return { result: await count(needs, tx, sent, worst.weight, worst.code), code: worst.code };
}

/** One mail of ours has one recipient; a list behind it may report about several, and fails only when all of it does. */
function worstOf(returned: readonly { readonly action: string; readonly code: string }[]): {
  readonly weight: Weight;
  readonly code: string;
} {
  const weighed = returned.map((one) => ({ weight: weightOf(one), code: one.code }));
  const kindest =
    weighed.find(({ weight }) => weight === 'none') ??
    weighed.find(({ weight }) => weight === 'soft') ??
    weighed.find(({ weight }) => weight === 'hard');
  return kindest ?? { weight: 'none', code: '' };
}

async function mailOf(
  privacy: Privacy,
  tx: Tx,
  shopId: string,
  { to, messageId }: Extract<ReadBounce, { kind: 'bounce' }>,
): Promise<Sent | null> {
  const named = to.map((address) => mailOfReturnPath(privacy, shopId, address)).find((mailId) => mailId !== null);
  const mailId = named ?? readId('ntc', messageId?.split('@')[0] ?? '');
  return mailId === null ? null : await tx.one<Sent>(statements.sentOfShop, [shopId, mailId]);
}

/** A mail server said at once that there is nobody. */
export async function takeRefusal(needs: SuppressingNeeds, tx: Tx, shopId: string, mailId: string, code: string) {
  const sent = await tx.one<Sent>(statements.sentOfShop, [shopId, mailId]);
  if (sent !== null) await count(needs, tx, sent, 'hard', code);
}

async function count(
  { clock }: SuppressingNeeds,
  tx: Tx,
  sent: Sent,
  weight: 'hard' | 'soft',
  code: string,
): Promise<'counted' | 'suppressed' | 'known'> {
  const now = clock.now();
  const { personId, mailId, shopId, orderId, addressHash: hash } = sent;
  const isNew = await tx.one(statements.addBounce, [personId, mailId, shopId, hash, weight, code, now]);
  if (isNew === null) return 'known';
  if (weight === 'soft') {
    const since = now.subtract({ hours: softDays * 24 });
    const soft = await tx.one<{ count: number }>(statements.softBounces, [personId, hash, since]);
    if ((soft?.count ?? 0) < softBouncesMax) return 'counted';
  }
  await tx.rows(statements.suppress, [personId, hash, shopId, orderId, weight, code, now]);
  return 'suppressed';
}

/** Of these persons, by whatever address. */
export async function suppressionsOf(
  queries: Queries,
  personIds: readonly string[],
): Promise<readonly Pick<Suppressed, 'personId' | 'addressHash' | 'code'>[]> {
  return await queries.rows<Pick<Suppressed, 'personId' | 'addressHash' | 'code'>>(statements.suppressions, [
    personIds,
  ]);
}
