import {
  isInterruption,
  isValid,
  mayAskAnother,
  reasonOf,
  renewalDue,
  retryAt,
  servedOf,
  type Reason,
} from '../decide.ts';
import type { Clients } from '../keeping/account-keys.ts';
import type { ProofsShown } from '../keeping/proofs-shown.ts';
import { certificatePlace, type Sealing } from '../keeping/sealing.ts';
import { addCertificate, dropOld, failuresOf, statements, storedCertificates } from '../store.ts';
import type { Kept, StoredCertificate, TlsNeeds } from '../shapes.ts';
import { obtain, type Obtained } from './obtain.ts';

/** What it takes to renew. */
export type Workshop = {
  readonly needs: TlsNeeds;
  readonly sealing: Sealing;
  readonly clients: Clients;
  readonly proofs: ProofsShown;
};

type Refusal = { readonly directory: string; readonly reason: Reason };

const keptDaysAfterEnd = 7;
const askAgainHours = { never: 24, failed: 1 };

/** Renews this host's certificate if it is time, else asks what its authority wants; and says when to look again. */
export async function lookAt(shop: Workshop, host: string): Promise<void> {
  const { database, clock, wanted } = shop.needs;
  const now = clock.now();
  const newest = await newestOf(shop, host, now);
  const isWished = (await database.one(statements.wish, [host])) !== null;
  const isForeign = newest !== null && wanted?.directories.includes(newest.directory) === false;
  const dueAt = isWished || isForeign ? now : renewalDue(newest, now);
  if (Temporal.Instant.compare(dueAt, now) <= 0) {
    await renew(shop, host, newest);
    return;
  }
  const askAt = newest?.askAt ?? dueAt;
  await database.rows(statements.dropFailure, [host]);
  await database.rows(statements.setDue, [host, Temporal.Instant.compare(askAt, dueAt) < 0 ? askAt : dueAt]);
}

/** The certificate that was issued last, with what its authority says of its renewal by now. */
async function newestOf(shop: Workshop, host: string, now: Temporal.Instant): Promise<StoredCertificate | null> {
  const [newest = null] = await storedCertificates(shop.needs.database, [host]);
  if (newest === null || (newest.askAt !== null && Temporal.Instant.compare(newest.askAt, now) > 0)) return newest;
  const said = await askWindow(shop, newest, now);
  const { startsAt, endsAt, askAt } = said;
  await shop.needs.database.rows(statements.setWindow, [newest.certificateId, startsAt, endsAt, askAt]);
  return { ...newest, ...said };
}

type Window = Pick<StoredCertificate, 'startsAt' | 'endsAt' | 'askAt'>;

async function askWindow(shop: Workshop, newest: StoredCertificate, now: Temporal.Instant): Promise<Window> {
  try {
    const info = await (await shop.clients.of(newest.directory)).renewalInfo(newest.chain);
    if (info === null) return { startsAt: null, endsAt: null, askAt: now.add({ hours: askAgainHours.never }) };
    return { startsAt: info.window.start, endsAt: info.window.end, askAt: info.askAgainAt };
  } catch (error) {
    // Then it goes by what it said before, or by the certificate's own lifetime.
    shop.needs.log.info('no renewal information', { why: reasonOf(error).why });
    const { startsAt, endsAt } = newest;
    return { startsAt, endsAt, askAt: now.add({ hours: askAgainHours.failed }) };
  }
}

/** The authorities in turn, until one issues or says something that no other would see otherwise. */
async function renew(shop: Workshop, host: string, before: StoredCertificate | null): Promise<void> {
  const failures = (await failuresOf(shop.needs.database, [host])).get(host)?.failures ?? 0;
  let refused: Refusal = { directory: '', reason: { why: 'no_authority', said: '', askedFor: null } };
  for (const directory of shop.needs.wanted?.directories ?? []) {
    const reason = await renewFrom(shop, directory, { host, failures, before });
    if (reason === null) return;
    refused = { directory, reason: { ...reason, askedFor: soonest(refused, reason) } };
    if (!mayAskAnother(reason.why)) break;
  }
  await fail(shop, host, refused);
}

/** Null when it issued. */
async function renewFrom(
  shop: Workshop,
  directory: string,
  about: { readonly host: string; readonly failures: number; readonly before: StoredCertificate | null },
): Promise<Reason | null> {
  const { needs, clients, sealing, proofs } = shop;
  try {
    const client = await clients.of(directory);
    await keep(shop, await obtain({ needs, sealing, proofs, client, directory, ...about }));
    return null;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason.why === 'inside') needs.log.error('a renewal failed', error);
    if (reason.why === 'accountDoesNotExist' || reason.why === 'noAccount') await clients.forget(directory);
    return reason;
  }
}

/** Of several authorities that want to be left alone, until the first of them may be asked; null where one does not. */
function soonest(before: Refusal, { askedFor }: Reason): Temporal.Instant | null {
  const other = before.reason.askedFor;
  if (before.directory === '' || askedFor === null || other === null) return before.directory === '' ? askedFor : null;
  return Temporal.Instant.compare(other, askedFor) < 0 ? other : askedFor;
}

/** From its commit on every process serves it. */
async function keep(shop: Workshop, { kept, keyPem }: Obtained): Promise<void> {
  const { database, clock, log } = shop.needs;
  const { host, certificateId, directory, notBefore, notAfter } = kept;
  const now = clock.now();
  const sealed = shop.sealing.seal(keyPem, certificatePlace(certificateId));
  await database.tx(async (tx) => {
    await addCertificate(tx, kept, { sealed, madeAt: now });
    for (const ended of [statements.dropOrdering, statements.dropFailure, statements.dropWish]) {
      await tx.rows(ended, [host]);
    }
    await dropOld(tx, host, now.subtract({ hours: 24 * keptDaysAfterEnd }));
    await tx.rows(statements.setDue, [host, firstLook(kept, now)]);
    await tx.rows(statements.tell, []);
  });
  log.info('certificate renewed', { until: notAfter.toString() });
  if (isValid(kept, now)) return;
  log.warn('the clock of this machine and that of the authority differ');
  await fail(shop, host, { directory, reason: { why: 'clock', said: '', askedFor: notBefore } });
}

/** Soon after, its authority is asked when it wants it renewed. */
function firstLook({ notBefore, notAfter }: Kept, now: Temporal.Instant): Temporal.Instant {
  const lifeMs = notBefore.until(notAfter).total('milliseconds');
  return now.add({ milliseconds: Math.floor(Math.min(lifeMs / 24, 60_000)) });
}

async function fail(shop: Workshop, host: string, { directory, reason }: Refusal): Promise<void> {
  const { database, clock, log } = shop.needs;
  const now = clock.now();
  const { why, said, askedFor: asked } = reason;
  const until = servedOf(await storedCertificates(database, [host]), now)?.notAfter ?? null;
  await database.tx(async (tx) => {
    const row = await tx.one<{ failures: number }>(statements.addFailure, [host, why, said, directory, now]);
    if (!isInterruption(why)) await tx.rows(statements.dropOrdering, [host]);
    await tx.rows(statements.setDue, [host, retryAt({ failures: row?.failures ?? 1, now, until, asked })]);
  });
  log.warn('no new certificate', { why });
}
