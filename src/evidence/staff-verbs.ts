import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import type { Shop } from '#orders';
import { checkSeal } from './checking/check.ts';
import { lease, type Rounds } from './checking/rounds.ts';
import type { Evidence } from './evidence.ts';
import { mayInvite } from './inviting/platforms.ts';
import type { EvidenceNeeds } from './needs.ts';
import { readSeal, type ReadSeal } from './read-input.ts';
import { decidingChecks, secretsPlace, sealOf, type SealRow } from './rows.ts';
import type { Seal } from './shapes.ts';
import { forgetSeals, sealRow, statements } from './store.ts';

const sealsMax = 20;
const checkEvery = { seconds: 10 };
const tryEveryMs = 2_000;

type Verbs = Pick<Evidence, 'addSeal' | 'removeSeal' | 'checkNow' | 'setInviting' | 'tryReading'>;

/** What staff do. Whoever does it stands in the audit. */
export function createStaffVerbs(needs: EvidenceNeeds, rounds: Rounds): Verbs {
  const { database, clock } = needs;
  const audit = async (tx: Tx | EvidenceNeeds['database'], shopId: string, actor: string, verb: string, id: string) =>
    await needs.privacy.audit(tx, { shopId, actor, verb: `evidence.seal_${verb}`, subject: showId('sea', id) });

  const ownSeal = async (shopId: string, sealId: string): Promise<SealRow> => {
    const row = await sealRow<SealRow>(database, sealId);
    if (row === null || row.shopId !== shopId) throw noSeal();
    return row;
  };
  const shown = async (row: SealRow): Promise<Seal> => {
    const checks = await decidingChecks(database, [row.sealId]);
    return sealOf(row, checks.get(row.sealId) ?? [], clock.now());
  };

  return {
    addSeal: async (shopId, input, actor) => {
      const read = readSeal(await shopOf(needs, shopId), input);
      const sealId = await database.tx(async (tx) => {
        const id = await addRow(needs, rounds, tx, shopId, read);
        await audit(tx, shopId, actor, 'add', id);
        return id;
      });
      await rounds.checkNow(await ownSeal(shopId, sealId));
      await rounds.arm();
      return await shown(await ownSeal(shopId, sealId));
    },
    removeSeal: async (shopId, sealId, actor) => {
      const row = await sealRow<SealRow>(database, sealId);
      if (row === null || row.shopId !== shopId) return false;
      await database.tx(async (tx) => {
        await forgetSeals(tx, [sealId]);
        await audit(tx, shopId, actor, 'remove', sealId);
      });
      rounds.tokens.drop(sealId);
      return true;
    },
    checkNow: async (shopId, sealId, actor) => {
      const row = await ownSeal(shopId, sealId);
      const now = clock.now();
      if ((await database.one(statements.askCheck, [sealId, now, now.subtract(checkEvery)])) === null) {
        throw new Fault('limit', `This seal was just checked: once every ${checkEvery.seconds} seconds is enough.`);
      }
      await audit(database, shopId, actor, 'check', sealId);
      await rounds.checkNow(row);
      await rounds.arm();
      return await shown(await ownSeal(shopId, sealId));
    },
    setInviting: async (shopId, sealId, isOn, actor) => {
      const row = await ownSeal(shopId, sealId);
      if (isOn && !mayInvite(row)) throw new Fault('conflict', 'Customers cannot be invited through this one.');
      await database.tx(async (tx) => {
        await tx.rows(statements.setInvites, [sealId, isOn ? (row.invitesSince ?? clock.now()) : null]);
        await audit(tx, shopId, actor, isOn ? 'invite' : 'invite_no_more', sealId);
      });
      return await shown(await ownSeal(shopId, sealId));
    },
    tryReading: createTrial(needs, rounds),
  };
}

/** The same question, of which nothing is kept. */
function createTrial(needs: EvidenceNeeds, rounds: Rounds): Verbs['tryReading'] {
  const triedAt = new Map<string, number>();
  return async (shopId, input) => {
    const shop = await shopOf(needs, shopId);
    const read = readSeal(shop, input);
    const nowMs = needs.clock.now().epochMilliseconds;
    if (nowMs - (triedAt.get(shopId) ?? 0) < tryEveryMs) {
      throw new Fault('limit', 'This was just tried: once every two seconds is enough.');
    }
    triedAt.set(shopId, nowMs);
    const { adapter, secrets, certificateUrl, domain, issuerRef } = read;
    const asked = {
      sealId: newId(needs.clock),
      shopId,
      adapter: read.way,
      secrets,
      filling: {
        certificate: certificateUrl,
        domain,
        name: shop.name,
        id: issuerRef,
      },
    };
    const { outcome, reason, reading, tookMs } = await checkSeal({ ...needs, tokens: rounds.tokens }, asked);
    rounds.tokens.drop(asked.sealId);
    return { outcome, reason, reading, tookMs, adapter: adapter ?? read.way };
  };
}

async function shopOf({ orders, database }: EvidenceNeeds, shopId: string): Promise<Shop> {
  const shop = (await orders.shops(database)).find((one) => one.shopId === shopId);
  if (shop === undefined) throw new Fault('not_found', 'There is no such shop.');
  return shop;
}

async function addRow(
  { clock, privacy }: EvidenceNeeds,
  rounds: Rounds,
  tx: Tx,
  shopId: string,
  read: ReadSeal,
): Promise<string> {
  const sealId = newId(clock);
  await tx.rows(statements.lockShop, [shopId]);
  const { count } = (await tx.one<{ count: number }>(statements.countSeals, [shopId])) ?? { count: 0 };
  if (count >= sealsMax) throw new Fault('limit', `A shop has at most ${sealsMax} seals and ratings here.`);
  const { issuer, kind, name, certificateUrl, domain, issuerRef, adapter, secrets } = read;
  const isProof = Object.keys(secrets).length > 0;
  const description = adapter === null ? null : JSON.stringify(adapter);
  const sealedSecrets = isProof
    ? privacy.lockForShop(shopId, 'seals', JSON.stringify(secrets), secretsPlace(sealId))
    : null;
  const given = [sealId, shopId, issuer, kind, name, certificateUrl, domain, issuerRef];
  const kept = [description, sealedSecrets, clock.now(), clock.now().add(lease)];
  const row = await tx.one(statements.addSeal, [...given, ...kept]);
  if (row === null) throw new Fault('conflict', 'This one is there already.');
  await rounds.armFirst(tx, clock.now().add(lease));
  return sealId;
}

function noSeal(): Fault {
  return new Fault('not_found', 'There is no such seal here.');
}
