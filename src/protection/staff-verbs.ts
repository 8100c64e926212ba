import { randomBytes } from 'node:crypto';
import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import { readHost } from './hosts.ts';
import type { ProtectionNeeds } from './needs.ts';
import type { Protection } from './protection.ts';
import { lineOf, siteOf, type SiteRow } from './rows.ts';
import type { Rounds } from './scanning/rounds.ts';
import { forgetSites, siteRow, statements } from './store.ts';

const sitesMax = 50;
const tokenBytes = 16;
const scanEvery = { seconds: 60 };
const proofEvery = { seconds: 2 };

type Verbs = Pick<Protection, 'addSite' | 'removeSite' | 'proveSite' | 'scanNow'>;

/** A site that a shop may see: its own, or the installation's. @throws Fault('not_found') */
async function seenBy({ database }: ProtectionNeeds, shopId: string, siteId: string): Promise<SiteRow> {
  const site = await siteRow(database, siteId);
  if (site === null || (site.shopId !== null && site.shopId !== shopId)) {
    throw new Fault('not_found', 'There is no such host here.');
  }
  return site;
}

/** What staff do. Whoever does it stands in the audit. */
export function createStaffVerbs(needs: ProtectionNeeds, rounds: Rounds): Verbs {
  const { database, clock } = needs;
  const audit = async (tx: Tx | ProtectionNeeds['database'], shopId: string, actor: string, verb: string, id: string) =>
    await needs.audit(tx, { shopId, actor, verb: `protection.site_${verb}`, subject: showId('sit', id) });

  return {
    addSite: (shopId, wanted, actor) =>
      addSite(needs, shopId, wanted, async (tx, id) => audit(tx, shopId, actor, 'add', id)),
    removeSite: async (shopId, siteId, actor) => {
      const site = await siteRow(database, siteId);
      if (site === null || site.shopId !== shopId || site.token === null) return false;
      await database.tx(async (tx) => {
        await forgetSites(tx, [siteId]);
        await audit(tx, shopId, actor, 'remove', siteId);
      });
      return true;
    },
    proveSite: async (shopId, siteId, actor) => {
      const site = await seenBy(needs, shopId, siteId);
      if (site.token === null) return siteOf(site);
      await takeTurn(needs, statements.askProof, siteId, proofEvery);
      await audit(database, shopId, actor, 'prove', siteId);
      const look = await rounds.look(site);
      if ('no' in look) return look;
      await database.rows(statements.proved, [siteId, look.by, clock.now()]);
      const proven = await seenBy(needs, shopId, siteId);
      await rounds.scanNow(proven);
      await rounds.arm();
      return siteOf(await seenBy(needs, shopId, siteId));
    },
    scanNow: async (shopId, siteId, actor) => {
      const site = await seenBy(needs, shopId, siteId);
      if (siteOf(site).proven === null)
        throw new Fault('unauthorized', 'Nothing is scanned before its proof was seen.');
      await takeTurn(needs, statements.askScan, siteId, scanEvery);
      await audit(database, shopId, actor, 'scan', siteId);
      const line = await rounds.scanNow(site);
      await rounds.arm();
      if (line !== null) return lineOf(line);
      const why =
        'This name leads into your own network, where nothing is scanned unless GLASSPOST_SCAN_PRIVATE is on.';
      throw new Fault('unavailable', why);
    },
  };
}

async function addSite(
  { database, clock }: ProtectionNeeds,
  shopId: string,
  { host: text, port, kind }: Parameters<Protection['addSite']>[1],
  audit: (tx: Tx, siteId: string) => Promise<void>,
): ReturnType<Protection['addSite']> {
  const read = readHost(text);
  const wantedPort = port ?? read?.port ?? 0;
  if (read === null || !Number.isInteger(wantedPort) || wantedPort < 1 || wantedPort > 65_535) {
    throw new Fault('invalid', 'A host looks like shop.example or www.shop.example:8443.');
  }
  const siteId = newId(clock);
  return await database.tx(async (tx) => {
    const rows = await tx.rows<SiteRow>(statements.sites, [shopId]);
    const isThere = rows.some(
      (row) => row.host === read.host && row.port === wantedPort && (row.kind === 'mail') === (kind === 'mail'),
    );
    if (isThere) throw new Fault('conflict', 'This host is there already.');
    if (rows.filter((row) => row.shopId !== null).length >= sitesMax) {
      throw new Fault('limit', `A shop has at most ${sitesMax} hosts here.`);
    }
    const token = randomBytes(tokenBytes).toString('hex');
    const values = [siteId, shopId, read.host, wantedPort, kind, token, clock.now(), null];
    if ((await tx.one(statements.addSite, values)) === null) throw new Fault('conflict', 'This host is there already.');
    await audit(tx, siteId);
    const added = await siteRow(tx, siteId);
    if (added === null) throw new Fault('not_found', 'There is no such host here.');
    return siteOf(added);
  });
}

/** Whoever asks sooner than that waits, in whatever process. @throws Fault('limit') */
async function takeTurn(
  { database, clock }: ProtectionNeeds,
  statement: string,
  siteId: string,
  every: { readonly seconds: number },
): Promise<void> {
  const now = clock.now();
  const had = await database.one(statement, [siteId, now, now.subtract(every)]);
  if (had === null)
    throw new Fault('limit', `This host was just looked at: once every ${every.seconds} seconds is enough.`);
}
