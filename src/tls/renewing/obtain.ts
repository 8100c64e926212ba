import { requestCertificate } from '#kit/certificate';
import { newId } from '#kit/ids';
import type { AcmeClient } from '../acme/acme.ts';
import { AcmeFault } from '../acme/problem.ts';
import { renewalIdOf } from '../acme/renewal.ts';
import type { AcmeOrder } from '../acme/shapes.ts';
import { kindsAfter, type ProofsShown } from '../keeping/proofs-shown.ts';
import { orderingPlace, type Sealing } from '../keeping/sealing.ts';
import { orderingOf, statements } from '../store.ts';
import type { Kept, StoredCertificate, TlsNeeds } from '../shapes.ts';

type Obtaining = {
  readonly needs: TlsNeeds;
  readonly sealing: Sealing;
  readonly proofs: ProofsShown;
  readonly client: AcmeClient;
  readonly directory: string;
  readonly host: string;
  readonly failures: number;
  /** The newest certificate of this host; null: it is the first. */
  readonly before: StoredCertificate | null;
};

export type Obtained = { readonly kept: Kept; readonly keyPem: string };

type Placed = { readonly order: AcmeOrder; readonly made: ReturnType<typeof requestCertificate> };

/** What the authority recommends for a web server, where it lets choose. */
const profile = 'tlsserver';
/** An order lives for a week at the authorities we know; a day is enough to go on with it. */
const orderHoursMax = 24;

/**
 * A certificate with a new key. The order and its key are written down before anything is shown, so that whoever comes after
 * a process that was killed goes on with it. @throws AcmeFault, EgressFault, HookFault
 */
export async function obtain(given: Obtaining): Promise<Obtained> {
  const { needs, client, proofs, host, failures, directory } = given;
  const { order, made } = (await resume(given)) ?? (await place(given));
  if (order.status === 'pending' && needs.wanted !== null) {
    const isDelivered = needs.wanted.delivered?.hosts.includes(host) ?? false;
    await client.prove(order, proofs.proving(kindsAfter(needs.wanted, failures, isDelivered)));
  }
  const issued = await client.finish(order.url, made);
  const { notBefore, notAfter, keyPem } = issued;
  const certificateId = newId(needs.clock);
  return { keyPem, kept: { certificateId, host, directory, chain: issued.chain.pem, notBefore, notAfter } };
}

async function resume({ needs, sealing, client, directory, host }: Obtaining): Promise<Placed | null> {
  const { database, clock, log } = needs;
  const ordering = await orderingOf(database, host);
  if (ordering === null || ordering.directory !== directory) return null;
  if (ordering.placedAt.until(clock.now()).total('hours') > orderHoursMax) return null;
  try {
    const order = await client.orderAt(ordering.orderUrl);
    if (order.status === 'invalid') return null;
    log.info('goes on with an order');
    const keyPem = sealing.open(ordering.private, orderingPlace(host, ordering.orderUrl));
    return { order, made: { request: ordering.request, keyPem } };
  } catch (error) {
    // The authority has forgotten it.
    if (error instanceof AcmeFault && error.problem.status === 404) return null;
    throw error;
  }
}

async function place({ needs, sealing, client, directory, host, before }: Obtaining): Promise<Placed> {
  const { profiles } = await client.directory();
  const order = await client.place({
    names: [host],
    profile: Object.hasOwn(profiles, profile) ? profile : null,
    replaces: before?.directory === directory ? renewalIdOf(before.chain) : null,
  });
  const made = requestCertificate([host]);
  await needs.database.rows(statements.setOrdering, [
    host,
    directory,
    order.url,
    made.request,
    sealing.seal(made.keyPem, orderingPlace(host, order.url)),
    needs.clock.now(),
  ]);
  return { order, made };
}
