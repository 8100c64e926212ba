import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { StoredOrder } from '#orders';
import { parcelMoved } from '#parcels';
import { sealed, type OutsidePurpose, type Sealed } from '#privacy';
import { proofOf, sendTo, type AskedSeal, type Failed } from '../checking/ask.ts';
import type { Tokens } from '../checking/tokens.ts';
import type { EvidenceNeeds } from '../needs.ts';
import { askedOf, decidingChecks, sealOf, type SealRow } from '../rows.ts';
import { sealRow, statements } from '../store.ts';
import { isTaken, platformOf, type Invited } from './platforms.ts';

/** What the rules of `disclose` call it. */
export const invitationPurpose = 'review invitation by platform' satisfies OutsidePurpose;
/** The service that gets it. */
export const invitationService = 'review invitation';
/** What leaves with consent, and nothing else. */
export const invitationFields = ['email', 'name', 'order_number'] as const;

const inviteTask = 'evidence.invite';
/** Until then what came has been unpacked. */
const afterDelivery = { hours: 3 * 24 };
const orderDaysMax = 120;
const attemptsMax = 6;
const againAfter = { hours: 2 };
/** The issuer did not get it, or said that it did not take it: it may be told again without inviting twice. */
const mayComeAgain: ReadonlySet<Failed['failed']> = new Set(['unreachable', 'tls', 'busy']);

/** Follows deliveries: of an order whose parcels have all arrived the buyer is invited, once, if they allowed it. */
export function inviteBuyers(needs: EvidenceNeeds, tokens: Tokens): void {
  const { clock, jobs, facts } = needs;
  facts.follow('invitations by others', [parcelMoved.kind], async (tx, moved) => {
    const arrived = moved
      .map((fact) => parcelMoved.read(fact))
      .filter(({ milestone, leg }) => milestone === 'delivered' && leg === 'outbound');
    if (arrived.length === 0) return;
    const shopIds = [...new Set(arrived.map(({ shopId }) => shopId))];
    const seals = await tx.rows<SealRow>(statements.inviting, [shopIds]);
    const dueAt = clock.now().add(afterDelivery);
    const due = arrived.flatMap(({ shopId, personId, orderId }) =>
      seals.filter((seal) => seal.shopId === shopId).map(({ sealId }) => jobOf({ personId, orderId, sealId }, dueAt)),
    );
    await jobs.add(tx, ...due);
  });
  jobs.on(inviteTask, (payload) => invite(needs, tokens, payload));
}

function jobOf(
  payload: { readonly personId: string; readonly orderId: string; readonly sealId: string },
  dueAt: Temporal.Instant,
) {
  return { task: inviteTask, payload, key: `${inviteTask}:${payload.orderId}:${payload.sealId}`, dueAt };
}

type Invitation = {
  readonly seal: SealRow;
  readonly order: StoredOrder;
  readonly reference: string;
  readonly attempts: number;
};

async function invite(needs: EvidenceNeeds, tokens: Tokens, payload: Readonly<Record<string, string>>): Promise<void> {
  const { personId = '', orderId = '', sealId = '' } = payload;
  const { database } = needs;
  const seal = await sealRow<SealRow>(database, sealId);
  const order = await needs.orders.read(database, personId, orderId);
  if (seal === null || order === null || !(await isDue(needs, seal, order))) return;
  const invited = await database.tx((tx) => admit(needs, tx, seal, order));
  if (invited !== null) await send(needs, tokens, invited.invitation, invited.told);
}

/** While one box is under way nobody is asked how it went; nor through a seal that has ended. */
async function isDue(needs: EvidenceNeeds, seal: SealRow, { parcelIds, placedAt }: StoredOrder): Promise<boolean> {
  if (seal.invitesSince === null) return false;
  // A delivery of long ago comes in with a shop's past; nobody remembers what it was.
  if (placedAt.until(needs.clock.now()).total('hours') > orderDaysMax * 24) return false;
  const parcels = await needs.parcels.read(needs.database, parcelIds);
  const sent = parcels.filter(({ milestone }) => milestone !== 'cancelled');
  if (sent.length === 0 || sent.some(({ milestone }) => milestone !== 'delivered')) return false;
  const checks = (await decidingChecks(needs.database, [seal.sealId])).get(seal.sealId) ?? [];
  return sealOf(seal, checks, needs.clock.now()).standing.state !== 'ended';
}

/** Writes down what may leave before anything does; null when nothing may, or when it was tried before. */
async function admit(
  needs: EvidenceNeeds,
  tx: Tx,
  seal: SealRow,
  order: StoredOrder,
): Promise<{ readonly invitation: Invitation; readonly told: Invited } | null> {
  const { clock, privacy } = needs;
  const { personId, orderId, shopId } = order;
  const place = [personId, orderId, seal.sealId] as const;
  const values = [...place, shopId, newId(clock), 'sending', clock.now()];
  const row = await tx.one<{ reference: string; attempts: number }>(statements.addInvitation, values);
  if (row === null) {
    const before = await tx.one<{ state: string }>(statements.invitation, place);
    // Somebody ended between telling the issuer and writing it down: nobody is invited twice.
    if (before?.state === 'sending') await tx.rows(statements.endInvitation, [...place, 'unknown', clock.now()]);
    return null;
  }
  const { email } = order.buyer;
  const name = firstNameOf(needs, order.buyer.name);
  const disclosed = await privacy.disclose(tx, {
    shopId,
    personId,
    parcelId: null,
    recipient: { kind: 'review_platform', name: seal.issuer },
    service: invitationService,
    purpose: invitationPurpose,
    country: order.country,
    values: {
      ...(email === null ? {} : { email }),
      ...(name === null ? {} : { name }),
      order_number: order.number,
    },
  });
  const { values: may } = disclosed;
  if (may.email === undefined) {
    await tx.rows(statements.endInvitation, [...place, 'withheld', clock.now()]);
    return null;
  }
  const rest = { firstName: may.name ?? null, orderNumber: may.order_number ?? null, language: order.language };
  return {
    invitation: { seal, order, ...row },
    told: { email: may.email, reference: row.reference, ...rest },
  };
}

/** An issuer greets by it; it needs no more. */
function firstNameOf({ privacy }: EvidenceNeeds, name: Sealed<'name'> | null): Sealed<'name'> | null {
  if (name === null) return null;
  const [first = ''] = privacy.open(name, { purpose: 'shop systems', reader: 'shop' }).trim().split(/\s+/);
  return first === '' ? null : sealed('name', first);
}

async function send(needs: EvidenceNeeds, tokens: Tokens, invitation: Invitation, told: Invited): Promise<void> {
  const { seal, order, attempts } = invitation;
  const shop = (await needs.orders.shops(needs.database)).find(({ shopId }) => shopId === seal.shopId);
  const asked = askedOf(needs.privacy, seal, shop?.name ?? '');
  const platform = platformOf(seal);
  const outcome =
    asked === null || platform === null
      ? ({ failed: 'not_allowed', retryAfterSeconds: null } as const)
      : await post({ ...needs, tokens }, asked, platform.url, platform.bodyOf(told, seal.issuerRef));
  const place = [order.personId, order.orderId, seal.sealId] as const;
  const isAgain = 'failed' in outcome && mayComeAgain.has(outcome.failed) && attempts < attemptsMax;
  const state = isAgain ? 'waiting' : stateOf(outcome);
  await needs.database.tx(async (tx) => {
    await tx.rows(statements.endInvitation, [...place, state, needs.clock.now()]);
    if (!isAgain) return;
    const ids = { personId: order.personId, orderId: order.orderId, sealId: seal.sealId };
    await needs.jobs.add(tx, jobOf(ids, needs.clock.now().add(againAfter)));
  });
}

type Outcome = { readonly status: number; readonly bytes: Uint8Array } | Failed;

function stateOf(outcome: Outcome): 'sent' | 'refused' | 'unknown' {
  if ('failed' in outcome) return ['timeout', 'too_large', 'broken'].includes(outcome.failed) ? 'unknown' : 'refused';
  if (isTaken(outcome.status, outcome.bytes)) return 'sent';
  return outcome.status >= 500 ? 'unknown' : 'refused';
}

/** A token is fetched before: it names nobody. */
async function post(
  line: Pick<EvidenceNeeds, 'send' | 'routeOf' | 'clock'> & { readonly tokens: Tokens },
  seal: AskedSeal,
  url: string,
  body: string,
): Promise<Outcome> {
  const proof = await proofOf(line, seal);
  if ('failed' in proof) return proof;
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...proof.headers };
  const answer = await sendTo(line, seal, { method: 'POST', url, headers, body });
  if ('failed' in answer) return answer;
  if (answer.status === 401) line.tokens.drop(seal.sealId);
  return answer.status === 429 || answer.status === 503 ? { failed: 'busy', retryAfterSeconds: null } : answer;
}
