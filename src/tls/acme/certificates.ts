import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { offered } from './accounts.ts';
import { decided, orderAt, type Answered, type OrderCalls } from './orders.ts';
import { AcmeFault, ownProblem } from './problem.ts';
import { readChain } from './read.ts';
import { certificateIn, renewalIdOf } from './renewal.ts';
import type { AcmeChain, AcmeOrder, AcmeRenewalInfo } from './shapes.ts';
import { linksOf, plainText } from './text.ts';

/** RFC 5280 §5.3.1, those that a holder may give. */
const revocationReasons = { unspecified: 0, keyCompromise: 1, superseded: 4, cessationOfOperation: 5 } as const;

export type AcmeRevocationReason = keyof typeof revocationReasons;

const alternatesMax = 5;

/**
 * From an order whose names are proven to its certificate. May be called again with the same key after it was cut off:
 * what is done already is not done twice.
 */
export async function finishOrder(
  calls: OrderCalls,
  orderUrl: string,
  made: { readonly request: Buffer; readonly keyPem: string },
  wantedRoot: string | null,
): Promise<AcmeChain> {
  const look = (): Promise<Answered<AcmeOrder>> => orderAt(calls, orderUrl);
  const ready = await decided(calls, look, ({ status }) => status === 'pending');
  if (ready.status === 'ready') {
    await calls.wire.post(calls.signer, ready.finalize, { csr: made.request.toString('base64url') });
  }
  const done = await decided(calls, look, ({ status }) => status === 'processing' || status === 'ready');
  if (done.status !== 'valid' || done.certificate === null) {
    throw new AcmeFault(done.problem ?? ownProblem('orderNotReady', `The order is ${done.status}.`));
  }
  return download(calls, done, done.certificate, made.keyPem, wantedRoot);
}

/** The chain that leads to the wanted root, if one of those offered does; else the first. */
async function download(
  { wire, signer }: OrderCalls,
  order: AcmeOrder,
  url: string,
  keyPem: string,
  wantedRoot: string | null,
): Promise<AcmeChain> {
  const first = await wire.post(signer, url, null);
  const chain = chainFor(readChain(first), order, keyPem);
  if (wantedRoot === null || chain.root === wantedRoot) return chain;
  for (const other of linksOf(first.headers['link'], 'alternate', url).slice(0, alternatesMax)) {
    const alternate = chainFor(readChain(await wire.post(signer, other, null)), order, keyPem);
    if (alternate.root === wantedRoot) return alternate;
  }
  return chain;
}

/** A certificate for another key or other names is none. */
function chainFor(
  chain: readonly [X509Certificate, ...X509Certificate[]],
  order: AcmeOrder,
  keyPem: string,
): AcmeChain {
  const [leaf] = chain;
  const named = new Set(leaf.subjectAltName?.split(', '));
  const isOurs =
    leaf.checkPrivateKey(createPrivateKey(keyPem)) && order.names.every((name) => named.has(`DNS:${name}`));
  if (!isOurs) throw new AcmeFault(ownProblem('unreadable', 'The certificate is for another key or other names.'));
  const root = /^CN=(.*)$/m.exec(chain.at(-1)?.issuer ?? '')?.[1] ?? '';
  return { pem: chain.map(String).join(''), root: plainText(root) };
}

export async function revokeCertificate(
  { wire, signer }: OrderCalls,
  certPem: string,
  reason: AcmeRevocationReason,
): Promise<void> {
  const certificate = certificateIn(certPem).raw.toString('base64url');
  const url = offered(await wire.directory(), 'revokeCert');
  await wire.post(signer, url, { certificate, reason: revocationReasons[reason] });
}

/** Unsigned, so that it needs no account. Null where the authority or the certificate has no such thing. */
export async function askRenewalInfo(
  { wire, clock }: Pick<OrderCalls, 'wire' | 'clock'>,
  certPem: string,
): Promise<AcmeRenewalInfo | null> {
  const id = renewalIdOf(certPem);
  const { renewalInfo } = await wire.directory();
  if (id === null || renewalInfo === null) return null;
  return wire.reader.renewalInfo(await wire.get(`${renewalInfo.replace(/\/$/, '')}/${id}`), clock.now());
}
