import { isDatabaseAway } from '#kit/database';
import type { SiteFinding } from '#tls';
import type { ProtectionNeeds } from '../needs.ts';
import { lookForProof, type ProofLook } from '../proof.ts';
import type { LineRow, SiteRow } from '../rows.ts';
import { siteRow, statements } from '../store.ts';
import { ownFinding } from './findings-after.ts';
import { keep } from './keep.ts';
import { keepOwnSites } from './own-sites.ts';
import { lookAt, plainPortOf } from './look-at.ts';

const roundTask = 'protection.round';
const atOnce = 3;
/** Whoever took a site and ended in the middle gives it back after this. */
const lease = { minutes: 20 };
const proofLookedEvery = { hours: 24 };
const proofMissingMax = { hours: 7 * 24 };

export type Rounds = {
  /** Scans a site now and keeps what came of it; null when nothing was scanned. */
  readonly scanNow: (site: SiteRow) => Promise<LineRow | null>;
  readonly look: (site: SiteRow) => Promise<ProofLook>;
  /** Sees to it that there is a job for what is due first. */
  readonly arm: () => Promise<void>;
};

/** Every site in its turn: one worker takes it, whichever, and nobody else until its lease is over. */
export function createRounds(needs: ProtectionNeeds): Rounds {
  const { database, clock, jobs, log } = needs;

  const arm = async (): Promise<void> => {
    const next = await database.one<{ dueAt: Temporal.Instant | null }>(statements.nextDue, []);
    const dueAt = next?.dueAt ?? null;
    if (dueAt === null) return;
    await database.tx((tx) => jobs.add(tx, { task: roundTask, payload: {}, key: roundTask, dueAt }));
  };

  const scanNow = async (site: SiteRow, more: readonly SiteFinding[] = []): Promise<LineRow | null> => {
    const looked = await lookAt(needs, site);
    const findings = [...more, ...looked.findings];
    return await database.tx((tx) => keep(needs, tx, site, { ...looked, findings }));
  };

  const takeTurn = async (siteId: string): Promise<void> => {
    const site = await siteRow(database, siteId);
    if (site === null) return;
    const proof = await proofFindings(needs, site);
    if (proof !== 'lost') await scanNow(site, proof);
    else await giveUp(needs, site);
  };

  const round = async (): Promise<void> => {
    await keepOwnSites(needs);
    const now = clock.now();
    const claimed = await database.rows<{ siteId: string }>(statements.claimDue, [now, now.add(lease)]);
    // All take from one list, so that a slow host holds up only its own.
    const left = claimed.values();
    const work = async (): Promise<void> => {
      for (const { siteId } of left) {
        await takeTurn(siteId).catch((error: unknown) => {
          if (isDatabaseAway(error)) throw error;
          log.error('a site could not be scanned', error);
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    await arm();
  };
  jobs.on(roundTask, round);
  return { scanNow, look: (site) => lookFor(needs, site), arm };
}

async function lookFor(needs: ProtectionNeeds, site: SiteRow): Promise<ProofLook> {
  const { host, port, token, shopId } = site;
  if (token === null) return { by: 'dns' };
  const { resolve, allowPrivate } = needs;
  const rows = shopId === null ? [] : await needs.database.rows<SiteRow>(statements.sites, [shopId]);
  const parents = rows.flatMap((row) =>
    row.siteId !== site.siteId && row.token !== null && row.shownBy === 'dns'
      ? [{ host: row.host, token: row.token }]
      : [],
  );
  const reach = { resolve, allowPrivate, plainPort: plainPortOf(site) };
  return await lookForProof(reach, { host, port, token }, parents);
}

/** Looks at the proof again when its day is over; what is to be said of it. */
async function proofFindings(needs: ProtectionNeeds, site: SiteRow): Promise<readonly SiteFinding[] | 'lost'> {
  const { database, clock } = needs;
  const { siteId, host, token, shownBy, proofLookedAt } = site;
  if (token === null) return [];
  if (shownBy === null || proofLookedAt === null) return 'lost';
  const now = clock.now();
  let { missingSince } = site;
  if (Temporal.Instant.compare(proofLookedAt.add(proofLookedEvery), now) <= 0) {
    const look = await lookFor(needs, site);
    if ('by' in look) {
      await database.rows(statements.proved, [siteId, look.by, now]);
      return [];
    }
    const row = await database.one<{ missingSince: Temporal.Instant }>(statements.proofMissing, [siteId, now]);
    missingSince = row?.missingSince ?? now;
  }
  if (missingSince === null) return [];
  const until = missingSince.add(proofMissingMax);
  if (Temporal.Instant.compare(until, now) <= 0) return 'lost';
  return [ownFinding('proof.missing', 'note', { host, until: until.toString().slice(0, 10) })];
}

/** Nothing is scanned without a proof; what was found stays as it was last seen. */
async function giveUp(needs: ProtectionNeeds, site: SiteRow): Promise<void> {
  const { siteId, host } = site;
  const findings = [ownFinding('proof.lost', 'warning', { host })];
  await needs.database.tx(async (tx) => {
    await keep(needs, tx, site, { scanned: null, findings, facts: null, seen: null, tookMs: 0 });
    await tx.rows(statements.dropProof, [siteId]);
    await tx.rows(statements.stopScanning, [siteId]);
  });
}
