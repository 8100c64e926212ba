import type { KeyObject } from 'node:crypto';
import { requestCertificate } from '#kit/certificate';
import { Fault } from '#kit/fault';
import { findAccount, registerAccount, rollAccountKey, type AcmeRegistration } from './accounts.ts';
import { askRenewalInfo, finishOrder, revokeCertificate, type AcmeRevocationReason } from './certificates.ts';
import { jwkOf } from './jws.ts';
import { orderAt, placeOrder, proveOrder, type AcmeProving, type AcmeWish } from './orders.ts';
import { AcmeFault, ownProblem } from './problem.ts';
import { lifetimeOf, renewalIdOf, type Lifetime } from './renewal.ts';
import type { AcmeAccount, AcmeChain, AcmeDirectory, AcmeOrder, AcmeRenewalInfo } from './shapes.ts';
import { createWire, type Signer, type WireNeeds } from './wire.ts';

export type AcmeIssued = Lifetime & {
  readonly chain: AcmeChain;
  /** PKCS #8, P-256, made for this certificate. A secret. */
  readonly keyPem: string;
  /** For `replaces` of the next; null where the certificate has none. */
  readonly renewalId: string | null;
};

/**
 * One account with one certificate authority (RFC 8555, 8737, 9773). What the authority refuses is an `AcmeFault`; that it
 * cannot be reached is whatever `send` throws. Nothing is kept but nonces, the directory for an hour and the account's
 * url: whoever calls keeps the account's key, orders that go on later, and certificates.
 */
export type AcmeClient = {
  readonly directory: () => Promise<AcmeDirectory>;
  /** Makes the account, or finds the one that the key has already. @throws Fault('invalid'), AcmeFault */
  readonly register: (registration: AcmeRegistration) => Promise<AcmeAccount>;
  /** Null when the key has no account there. */
  readonly findAccount: () => Promise<AcmeAccount | null>;
  /** From the answer on this client signs with `next`. Where none came, `findAccount` says which key it belongs to. */
  readonly rollKey: (next: KeyObject) => Promise<void>;
  /** All at once: order, proofs, a new key, the certificate. Waits at most 5 minutes for each decision. */
  readonly obtain: (wish: AcmeWish, proving: AcmeProving, wantedRoot?: string) => Promise<AcmeIssued>;
  // The same in steps, for whoever writes down what is done between them.
  readonly place: (wish: AcmeWish) => Promise<AcmeOrder>;
  readonly orderAt: (url: string) => Promise<AcmeOrder>;
  readonly prove: (order: AcmeOrder, proving: AcmeProving) => Promise<void>;
  /** @param made `requestCertificate` for the order's names; the same when it is called again */
  readonly finish: (
    orderUrl: string,
    made: { readonly request: Buffer; readonly keyPem: string },
    wantedRoot?: string,
  ) => Promise<AcmeIssued>;
  /** As the account that ordered it, or one that proved all its names. */
  readonly revoke: (certPem: string, reason: AcmeRevocationReason) => Promise<void>;
  /** When the authority wants it renewed; null where it or the certificate has no such thing. */
  readonly renewalInfo: (certPem: string) => Promise<AcmeRenewalInfo | null>;
};

export type AcmeNeeds = Omit<WireNeeds, 'hosts'> & {
  /** P-256, private. */
  readonly accountKey: KeyObject;
  /** As `register` gave it; without it the first request that needs it asks for it. */
  readonly accountUrl?: string;
};

/** @throws Fault('invalid') for a directory that is not `https:` on port 443, or a key of another curve */
export function createAcmeClient(needs: AcmeNeeds): AcmeClient {
  const { clock, log } = needs;
  const host = URL.parse(needs.directoryUrl)?.hostname ?? '';
  if (!/^https:\/\/[^/:@]+(?:\/|$)/.test(needs.directoryUrl) || host === '') {
    throw new Fault('invalid', 'The directory of a certificate authority is an address with https, on port 443.');
  }
  const wire = createWire({ ...needs, hosts: [host] });
  let key = needs.accountKey;
  let jwk = jwkOf(key);
  let account = needs.accountUrl ?? null;

  const known = <T extends AcmeAccount | null>(found: T): T => {
    account = found?.url ?? null;
    return found;
  };

  const find = async (): Promise<AcmeAccount | null> => known(await findAccount(wire, key));

  const signer = async (): Promise<Signer> => {
    if (account === null) await find();
    if (account === null) throw new AcmeFault(ownProblem('noAccount', ''));
    return { key, jwk, account };
  };

  const calls = async () => ({ wire, signer: await signer(), clock, log });

  const finish: AcmeClient['finish'] = async (orderUrl, made, wantedRoot) => {
    const chain = await finishOrder(await calls(), orderUrl, made, wantedRoot ?? null);
    log.info('certificate issued');
    return { chain, keyPem: made.keyPem, renewalId: renewalIdOf(chain.pem), ...lifetimeOf(chain.pem) };
  };

  return {
    directory: wire.directory,
    register: async (registration) => known(await registerAccount(wire, key, registration)),
    findAccount: find,
    rollKey: async (next) => {
      const nextJwk = jwkOf(next);
      await rollAccountKey(wire, await signer(), next);
      [key, jwk] = [next, nextJwk];
    },
    obtain: async (wish, proving, wantedRoot) => {
      const order = await placeOrder(await calls(), wish);
      await proveOrder(await calls(), order, proving);
      return finish(order.url, requestCertificate(order.names), wantedRoot);
    },
    place: async (wish) => placeOrder(await calls(), wish),
    orderAt: async (url) => (await orderAt(await calls(), url)).value,
    prove: async (order, proving) => proveOrder(await calls(), order, proving),
    finish,
    revoke: async (certPem, reason) => revokeCertificate(await calls(), certPem, reason),
    renewalInfo: (certPem) => askRenewalInfo({ wire, clock }, certPem),
  };
}
