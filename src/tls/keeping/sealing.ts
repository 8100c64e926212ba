import type { Keyring } from '#keys';

/** Secrets in the tables of certificates: each opens only where it was put. */
export type Sealing = {
  readonly seal: (secret: string, place: string) => Buffer;
  /** @throws Fault('unavailable') when it was changed or moved */
  readonly open: (sealed: Uint8Array, place: string) => string;
};

export function createSealing(keyring: Keyring): Sealing {
  const key = keyring.derive('tls');
  return {
    seal: (secret, place) => keyring.seal(key, Buffer.from(secret), place),
    open: (sealed, place) => keyring.open(key, sealed, place).toString(),
  };
}

export const accountPlace = (directory: string): string => `tls.account.private|${directory}`;
export const certificatePlace = (certificateId: string): string => `tls.certificate.private|${certificateId}`;
export const orderingPlace = (host: string, orderUrl: string): string => `tls.ordering.private|${host} ${orderUrl}`;
export const proofPlace = (host: string, kind: string, token: string): string =>
  `tls.proof.shown|${host} ${kind} ${token}`;
