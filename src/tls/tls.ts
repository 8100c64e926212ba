import { createHeld } from './keeping/held.ts';
import { createClients } from './keeping/account-keys.ts';
import { createProofsShown } from './keeping/proofs-shown.ts';
import { createSealing } from './keeping/sealing.ts';
import { createRenewing } from './renewing/renew.ts';
import { createStaffVerbs, type StaffVerbs } from './staff-verbs.ts';
import type { TlsNeeds } from './shapes.ts';
import type { CertificateSource } from '#kit/http';

// The front door of certificates: an account with an authority, what it issues, and the keeping of it.
export { createAcmeClient, type AcmeClient, type AcmeIssued } from './acme/acme.ts';
export { isCertificateName, type AcmeProving } from './acme/orders.ts';
export { AcmeFault } from './acme/problem.ts';
export type { AcmeProblemKind, AcmeProof } from './acme/shapes.ts';
export { authorities, directoryOf } from './authorities.ts';
export type { TlsNeeds, WantedCertificates } from './shapes.ts';
export { certificateJson } from './line-json.ts';
export type { CertificateLine, HstsLine } from './staff-verbs.ts';
export { sayTls } from './words.ts';

/** Certificates by themselves: one for every wanted name, renewed in time, served by every process of this database. */
export type Tls = StaffVerbs & {
  /** For the server; null where certificates are not of this house. */
  readonly source: CertificateSource | null;
  /** What browsers are told at the stage that staff stepped to; as of the last look at the database. */
  readonly hstsSeconds: () => number;
  /** After the doors are open, for authorities look at them: takes what there is, and orders what is missing. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Every process hears of a new certificate at once; this is for what it could not hear. */
const lookEveryMs = 5_000;

export function createTls(needs: TlsNeeds): Tls {
  const { database, log, wanted } = needs;
  const proofs = createProofsShown(needs);
  const held = createHeld(needs, proofs);
  const clients = createClients(needs);
  const renewing = createRenewing({ needs, clients, proofs, sealing: createSealing(needs.keyring) });
  let stopListening: (() => Promise<void>) | null = null;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();

  const look = (work: () => Promise<void>): void => {
    looking = looking.then(work).catch((error: unknown) => log.error('certificates cannot be looked up', error));
  };

  return {
    ...createStaffVerbs(needs, clients, renewing),
    source: wanted === null ? null : held.source,
    hstsSeconds: held.hstsSeconds,
    start: async () => {
      await held.refresh();
      stopListening = await database.listen('glasspost_tls', () => look(held.refresh));
      if (wanted !== null) await renewing.wake('always');
      timer = setInterval(() => {
        look(held.refresh);
        if (wanted !== null) look(() => renewing.wake('when late'));
      }, lookEveryMs).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await stopListening?.();
      await looking;
    },
  };
}
