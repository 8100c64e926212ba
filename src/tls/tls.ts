import { createHeld } from './keeping/held.ts';
import { createClients } from './keeping/account-keys.ts';
import { createProofsShown } from './keeping/proofs-shown.ts';
import { createSealing } from './keeping/sealing.ts';
import { createRenewing } from './renewing/renew.ts';
import { createStaffVerbs, type StaffVerbs } from './staff-verbs.ts';
import { createDelivering } from './delivering/deliver.ts';
import { createHandOut, type HandOut } from './delivering/hand-out.ts';
import type { TlsNeeds } from './shapes.ts';
import type { CertificateSource, ProofReader } from '#kit/http';

// The front door of certificates: an account with an authority, what it issues, and the keeping of it.
export { createAcmeClient, type AcmeClient, type AcmeIssued } from './acme/acme.ts';
export { isCertificateName, type AcmeProving } from './acme/orders.ts';
export { AcmeFault } from './acme/problem.ts';
export type { AcmeProblemKind, AcmeProof } from './acme/shapes.ts';
export { authorities, authoritiesAsOf, directoryOf, type Authority } from './authorities.ts';
export type { DeliveredCertificates, TlsNeeds, WantedCertificates } from './shapes.ts';
export { certificateJson, filesJson } from './line-json.ts';
export type { CertificateLine, FilesLine, HstsLine } from './staff-verbs.ts';
export type { HstsRefusal, HstsStep } from './decide.ts';
export type { StageWorth } from './stage-worth.ts';
export { isFailureWhy, sayDelivery, sayTls } from './words.ts';
// What visitors' browsers see of a host.
export { scanTls, type TlsScanned, type TlsSeen } from './scanner/scan-host.ts';
export type { Grade } from './scanner/shapes.ts';
export { scanSite, visibleFrom } from './scanner/scan-site.ts';
export type { FindingText, SiteFinding, SiteScan, SiteScanned } from './scanner/site-shapes.ts';
export { scanMail } from './scanner/web/dns/scan-mail.ts';
export type { MailSeen } from './scanner/web/dns/mail-records.ts';
export { scanWeb } from './scanner/web/scan-web.ts';
export { findingCodes, sayFinding } from './scanner/words.ts';

/** Certificates by themselves: one for every wanted name, renewed in time, served by every process of this database. */
export type Tls = StaffVerbs & {
  /** For the server; null where its certificates are not of this house. */
  readonly source: CertificateSource | null;
  /** For every door that authorities can be led to; null where nothing is ordered. */
  readonly proofFor: ProofReader | null;
  readonly handOut: HandOut;
  /** What browsers are told (`Strict-Transport-Security`) at the stage that staff stepped to, the house's or a fronted name's; as of the last look. */
  readonly hstsHeader: (front?: string) => string;
  /**
   * Takes what there is, and goes on taking what is new. `now` orders at once what is missing: after the doors are open, for
   * authorities look at them. `late` leaves that to others for some seconds.
   */
  readonly start: (orders: 'now' | 'late') => Promise<void>;
  readonly stop: () => Promise<void>;
};

const waitingMax = 10;
const wakeEveryMs = 5_000;
/** Every process hears of a new certificate at once; this is for what it could not hear. */
const refreshEveryMs = 30_000;

export function createTls(needs: TlsNeeds): Tls {
  const { database, log, wanted } = needs;
  const proofs = createProofsShown(needs);
  const held = createHeld(needs, proofs);
  const clients = createClients(needs);
  const sealing = createSealing(needs.keyring);
  const renewing = createRenewing({ needs, clients, proofs, sealing });
  const delivering = createDelivering(needs, sealing);
  let stopListening: (() => Promise<void>) | null = null;
  let timers: readonly NodeJS.Timeout[] = [];
  const own = createLine((error) => log.error('certificates cannot be looked up', error));
  // A slow server must not hold up what is served here.
  const others = createLine((error) => log.error('certificates cannot be delivered', error));
  const look = own.add;
  const refresh = (): void => {
    look(held.refresh);
    others.add(delivering.deliverDue);
  };

  return {
    ...createStaffVerbs(needs, { clients, renewing, delivering }),
    source: wanted === null || wanted.names.length === 0 ? null : held.source,
    proofFor: wanted === null ? null : proofs.bodyFor,
    handOut: createHandOut(needs, sealing),
    hstsHeader: held.hsts,
    start: async (orders) => {
      await held.refresh();
      others.add(delivering.deliverDue);
      stopListening = await database.listen('glasspost_tls', refresh);
      if (wanted !== null) await renewing.wake(orders === 'now' ? 'always' : 'when late');
      timers = [
        setInterval(refresh, refreshEveryMs),
        ...(wanted === null ? [] : [setInterval(() => look(() => renewing.wake('when late')), wakeEveryMs)]),
      ];
      for (const timer of timers) timer.unref();
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await stopListening?.();
      await Promise.all([own.ended(), others.ended()]);
    },
  };
}

/** One after the other, and none behind many: the next timer looks too. */
function createLine(fail: (error: unknown) => void) {
  let last = Promise.resolve();
  let waiting = 0;
  return {
    add: (work: () => Promise<void>): void => {
      if (waiting >= waitingMax) return;
      waiting += 1;
      last = last
        .then(work)
        .catch(fail)
        .finally(() => {
          waiting -= 1;
        });
    },
    ended: async (): Promise<void> => await last,
  };
}
