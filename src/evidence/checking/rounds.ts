import { isDatabaseAway, type Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { EvidenceNeeds } from '../needs.ts';
import { askedOf, type SealRow } from '../rows.ts';
import { sealRow, statements } from '../store.ts';
import { checkSeal, type Checked } from './check.ts';
import { keep } from './keep.ts';
import { createTokens, type Tokens } from './tokens.ts';

const roundTask = 'evidence.round';
const atOnce = 3;
/** Whoever took a seal and ended in the middle gives it back after this. */
export const lease = { minutes: 10 };

export type Rounds = {
  readonly tokens: Tokens;
  /** Checks a seal now and keeps what came of it. */
  readonly checkNow: (seal: SealRow) => Promise<Checked>;
  /** Sees to it that there is a job for what is due first. */
  readonly arm: () => Promise<void>;
  /** The same for a seal that is added: should whoever adds it end before the first check, it is checked all the same. */
  readonly armFirst: (tx: Tx, dueAt: Temporal.Instant) => Promise<void>;
};

/** Every seal in its turn: one worker takes it, whichever, and nobody else until its lease is over. */
export function createRounds(needs: EvidenceNeeds): Rounds {
  const { database, clock, jobs, log } = needs;
  const tokens = createTokens();

  const arm = async (): Promise<void> => {
    const dueAt = (await database.one<{ dueAt: Temporal.Instant | null }>(statements.nextDue, []))?.dueAt ?? null;
    if (dueAt === null) return;
    await database.tx((tx) => jobs.add(tx, { task: roundTask, payload: {}, key: roundTask, dueAt }));
  };

  const checkNow = async (seal: SealRow): Promise<Checked> => {
    const checked = await asked(needs, tokens, seal);
    await database.tx((tx) => keep(needs, tx, seal, checked));
    return checked;
  };

  const takeTurn = async (sealId: string): Promise<void> => {
    const seal = await sealRow<SealRow>(database, sealId);
    if (seal !== null) await checkNow(seal);
  };

  jobs.on(roundTask, async () => {
    const now = clock.now();
    const claimed = await database.rows<{ sealId: string }>(statements.claimDue, [now, now.add(lease)]);
    // All take from one list, so that a slow issuer holds up only its own.
    const left = claimed.values();
    const work = async (): Promise<void> => {
      for (const { sealId } of left) {
        await takeTurn(sealId).catch((error: unknown) => {
          if (isDatabaseAway(error)) throw error;
          log.error('a seal could not be checked', error);
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    await arm();
  });
  const armFirst: Rounds['armFirst'] = (tx, dueAt) =>
    jobs.add(tx, { task: roundTask, payload: {}, key: roundTask, dueAt });
  return { tokens, checkNow, arm, armFirst };
}

/** A seal without a way to ask for it has failed like one that does not answer. */
async function asked(needs: EvidenceNeeds, tokens: Tokens, seal: SealRow): Promise<Checked> {
  const shop = (await needs.orders.shops(needs.database)).find(({ shopId }) => shopId === seal.shopId);
  const question = askedOf(needs.privacy, seal, shop?.name ?? '');
  if (question !== null) return await checkSeal({ ...needs, tokens }, question);
  const none = { outcome: 'failed', reason: 'not_allowed', reading: null, tookMs: 0, retryAfterSeconds: null } as const;
  return { checkId: newId(needs.clock), at: needs.clock.now(), ...none };
}
