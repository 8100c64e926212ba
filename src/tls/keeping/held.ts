import type { Issued } from '#kit/certificate';
import type { CertificateSource } from '#kit/http';
import { hstsHeaderOf, servedOf } from '../decide.ts';
import { stagesOf, storedCertificates } from '../store.ts';
import type { StoredCertificate, TlsNeeds } from '../shapes.ts';
import type { ProofsShown } from './proofs-shown.ts';
import { certificatePlace, createSealing } from './sealing.ts';

type HeldCertificate = StoredCertificate & { readonly pair: Issued };

/** What this process serves, in memory: it goes on when the database is away. */
export type Held = {
  readonly source: CertificateSource;
  readonly hsts: (front?: string) => string;
  /** Takes what the database has now; what is held already stays the same object. */
  readonly refresh: () => Promise<void>;
};

export function createHeld(needs: TlsNeeds, proofs: Pick<ProofsShown, 'pairFor'>): Held {
  const { database, clock, log, keyring } = needs;
  const names = needs.wanted?.names ?? [];
  const sealing = createSealing(keyring);
  let held: ReadonlyMap<string, readonly HeldCertificate[]> = new Map();
  let stages: ReadonlyMap<string | undefined, number> = new Map();

  /** The name as it was asked for, or the wildcard that covers it; null: none of ours. */
  const nameFor = (host: string): string | null => {
    const wildcard = `*.${host.slice(host.indexOf('.') + 1)}`;
    return names.find((name) => name === host) ?? names.find((name) => name === wildcard) ?? null;
  };

  const pairFor = (host: string): Issued | null => {
    const name = nameFor(host);
    return name === null ? null : (servedOf(held.get(name) ?? [], clock.now())?.pair ?? null);
  };

  const openOne = (row: StoredCertificate): HeldCertificate[] => {
    try {
      const keyPem = sealing.open(row.private, certificatePlace(row.certificateId));
      return [{ ...row, pair: { certPem: row.chain, keyPem } }];
    } catch (error) {
      // One that was tampered with must not take the others with it.
      log.error('a certificate cannot be opened', error, { certificate: row.certificateId });
      return [];
    }
  };

  return {
    source: {
      pairFor,
      proofFor: async (host) => (nameFor(host) === null ? null : await proofs.pairFor(host)),
      stateOf: (host) => (nameFor(host) === null ? 'unknown' : pairFor(host) === null ? 'waiting' : 'ready'),
    },
    hsts: (front) => hstsHeaderOf(stages.get(front) ?? 0),
    refresh: async () => {
      stages = await stagesOf(database, needs.fronted ?? []);
      if (names.length === 0) return;
      const before = new Map([...held.values()].flat().map((one) => [one.certificateId, one]));
      const rows = await storedCertificates(database, names);
      const opened = rows.flatMap((row) => {
        const same = before.get(row.certificateId);
        return same === undefined ? openOne(row) : [{ ...row, pair: same.pair }];
      });
      held = Map.groupBy(opened, ({ host }) => host);
    },
  };
}
