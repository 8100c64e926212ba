import { callbackify } from 'node:util';
import { createSecureContext, type SecureContext, type TlsOptions, type TLSSocket } from 'node:tls';
import type { Issued } from '#kit/certificate';
import type { Log } from '#kit/log';
import { tlsProfile } from '../tls.ts';

/** Where certificates come from that do not lie in files. Hosts are in lower case. */
export type CertificateSource = {
  /** What to show for this host now; the same object for the same certificate. Null: no handshake. */
  readonly pairFor: (host: string) => Issued | null;
  /** What an authority is to see in a handshake for this host (RFC 8737). */
  readonly proofFor: (host: string) => Promise<Issued | null>;
  /** `waiting`: one of ours that has no certificate yet. */
  readonly stateOf: (host: string) => 'ready' | 'waiting' | 'unknown';
};

/**
 * What an authority is to read at `/.well-known/acme-challenge/<token>` (RFC 8555 §8.3), whatever host it asks for: a server
 * of another name may lead it here. Null: nothing.
 */
export type ProofReader = (token: string) => Promise<string | null>;

const acmeProtocol = 'acme-tls/1';

/**
 * A server whose certificate is chosen by name at every handshake, so that a new one is served from the next on and no
 * connection is lost. Who names no host, or none of ours, gets no handshake: there is no certificate that would be right.
 *
 * An authority that looks for a proof speaks `acme-tls/1` and nothing else. In TLS 1.3 OpenSSL asks for the protocol before
 * the certificate, so that the first can decide on the second; in 1.2 it is the other way round, and no proof is shown.
 */
export function sniOptions(source: CertificateSource, log: Log): TlsOptions {
  const contexts = new WeakMap<Issued, SecureContext>();
  const proving = new WeakSet<object>();

  // Whatever is not given again falls back to Node's defaults, so the whole profile goes with every certificate.
  const contextOf = (pair: Issued): SecureContext => {
    const context = contexts.get(pair) ?? createSecureContext({ ...tlsProfile, cert: pair.certPem, key: pair.keyPem });
    contexts.set(pair, context);
    return context;
  };
  const find = async (host: string, isProof: boolean): Promise<SecureContext> => {
    const pair = isProof ? await source.proofFor(host) : source.pairFor(host);
    if (pair === null) throw new Error('no certificate for this name');
    return contextOf(pair);
  };
  return {
    ALPNCallback(this: TLSSocket, { protocols }) {
      if (protocols.length === 1 && protocols[0] === acmeProtocol) proving.add(this);
      return protocols.find((one) => one === 'http/1.1' || (one === acmeProtocol && proving.has(this)));
    },
    SNICallback(this: unknown, servername, done) {
      const isProof = typeof this === 'object' && this !== null && proving.has(this);
      callbackify(find)(servername.toLowerCase(), isProof, (error, context) => {
        if (error !== null && isProof) log.warn('no proof to show in a handshake');
        done(error, context);
      });
    },
  };
}

/** What spoke `acme-tls/1` has seen what it came for (RFC 8737 §3). */
export function endProofs(socket: TLSSocket): void {
  if (socket.alpnProtocol === acmeProtocol) socket.destroy();
}
