import type { Queries, Tx } from '#kit/database';
import { forgetIn, type HeldRow, type Whose } from '#privacy';
import { createRounds } from './checking/rounds.ts';
import { inviteBuyers } from './inviting/invite.ts';
import { findIssuer } from './issuers/catalogue.ts';
import type { EvidenceNeeds } from './needs.ts';
import { evidenceTables } from './persons/tables.ts';
import type { Adapter } from './reading/adapter.ts';
import { decidingChecks, historyOf, sealOf, shownOf, type SealRow } from './rows.ts';
import type { Seal, SealInput, ShownSeal } from './shapes.ts';
import { isShown, type Check } from './standing.ts';
import { createStaffVerbs } from './staff-verbs.ts';
import { forgetSeals, sealRow, statements } from './store.ts';
import { sendTelling, tellTask } from './telling/telling.ts';

export { evidenceData } from './retention/data-map.ts';
export { evidenceSweeps } from './retention/sweeps.ts';
export { evidenceTables };
export { findIssuer, issuers, type Issuer } from './issuers/catalogue.ts';
export { invitationFields, invitationPurpose, invitationService } from './inviting/invite.ts';
export { asksForId, secretsOf, type Adapter } from './reading/adapter.ts';
export { SealFault } from './read-input.ts';
export { issuerJson, sealJson, sealStateJson, shownSealJson, trialJson } from './seal-json.ts';
export { sealKinds, type Seal, type SealInput, type SealKind, type ShownSeal } from './shapes.ts';
export { isShown, type Check } from './standing.ts';
export { readingText, sayReason } from './words.ts';
export type { EvidenceNeeds } from './needs.ts';

/** A seal with its history, newest check first, and how many buyers were invited through it, by outcome. */
export type SealState = {
  readonly seal: Seal;
  readonly checks: readonly Check[];
  readonly invitations: Readonly<Record<string, number>>;
};

/** What came of a trial, of which nothing is kept. */
export type Trial = Pick<Check, 'outcome' | 'reason' | 'reading' | 'tookMs'> & { readonly adapter: Adapter };

/** Seals and ratings of others, asked for by the house itself and hidden when they end. */
export type Evidence = {
  /** What customers and visitors see; what expired, was withdrawn or was never verified is not in it. */
  readonly sealsOf: (queries: Queries, shopId: string) => Promise<readonly ShownSeal[]>;
  /** All of a shop, in the order in which they were added, with how they stand. */
  readonly seals: (queries: Queries, shopId: string) => Promise<readonly Seal[]>;
  /** Null when there is no such seal. @param historyMax at most 400 */
  readonly state: (shopId: string, sealId: string, historyMax: number) => Promise<SealState | null>;
  /**
   * Adds and checks it.
   * @throws SealFault, a Fault('invalid') with the field; Fault('conflict') when it is there already, Fault('limit') beyond 20
   */
  readonly addSeal: (shopId: string, input: SealInput, actor: string) => Promise<Seal>;
  /** False when there is no such seal. */
  readonly removeSeal: (shopId: string, sealId: string, actor: string) => Promise<boolean>;
  /** @throws Fault('not_found'), Fault('limit') more often than every 10 seconds */
  readonly checkNow: (shopId: string, sealId: string, actor: string) => Promise<Seal>;
  /** Asks as a check would, and keeps nothing. @throws like `addSeal`; Fault('limit') more often than every 2 seconds */
  readonly tryReading: (shopId: string, input: SealInput) => Promise<Trial>;
  /** @throws Fault('not_found'), Fault('conflict') where nobody can be invited through it */
  readonly setInviting: (shopId: string, sealId: string, isOn: boolean, actor: string) => Promise<Seal>;
  /** Through whom this shop invites customers who allow it: by the ids that `disclose` knows. */
  readonly invitesThrough: (
    queries: Queries,
    shopId: string,
  ) => Promise<readonly { readonly issuer: string; readonly name: string }[]>;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
  /** Sees to it that there is a job for the next check; for processes that do jobs. */
  readonly start: () => Promise<void>;
};

const historyAtMost = 400;

export function createEvidence(needs: EvidenceNeeds): Evidence {
  const { clock, privacy, jobs } = needs;
  const rounds = createRounds(needs);
  inviteBuyers(needs, rounds.tokens);
  jobs.on(tellTask, (payload) => sendTelling(needs, payload));
  const sealsOf = async (queries: Queries, shopId: string): Promise<readonly Seal[]> => {
    const rows = await queries.rows<SealRow>(statements.seals, [shopId]);
    const ids = rows.map(({ sealId }) => sealId);
    const checks = ids.length === 0 ? new Map<string, readonly Check[]>() : await decidingChecks(queries, ids);
    return rows.map((row) => sealOf(row, checks.get(row.sealId) ?? [], clock.now()));
  };
  return {
    ...createStaffVerbs(needs, rounds),
    sealsOf: async (queries, shopId) => (await sealsOf(queries, shopId)).flatMap((seal) => shownOf(seal) ?? []),
    seals: sealsOf,
    state: (shopId, sealId, historyMax) => stateOf(needs, shopId, sealId, Math.min(historyMax, historyAtMost)),
    invitesThrough: async (queries, shopId) => {
      const inviting = (await sealsOf(queries, shopId)).filter(
        ({ invitesSince, mayInvite, standing }) => invitesSince !== null && mayInvite && isShown(standing),
      );
      const ids = [...new Set(inviting.map(({ issuer }) => issuer))];
      return ids.map((issuer) => ({ issuer, name: findIssuer(issuer)?.name ?? issuer }));
    },
    held: (queries, whose) => privacy.heldIn(queries, evidenceTables, whose),
    forget: (tx, whose) => forgetIn(tx, evidenceTables, whose),
    forgetShop: async (tx, shopId) => {
      const rows = await tx.rows<SealRow>(statements.seals, [shopId]);
      await forgetSeals(
        tx,
        rows.map(({ sealId }) => sealId),
      );
      await tx.rows(statements.forgetInvitations, [shopId]);
    },
    start: rounds.arm,
  };
}

async function stateOf(
  { database, clock }: EvidenceNeeds,
  shopId: string,
  sealId: string,
  historyMax: number,
): Promise<SealState | null> {
  const row = await sealRow<SealRow>(database, sealId);
  if (row === null || row.shopId !== shopId) return null;
  const [deciding, checks, counted] = await Promise.all([
    decidingChecks(database, [sealId]),
    historyOf(database, sealId, historyMax),
    database.rows<{ state: string; count: number }>(statements.countInvitations, [sealId]),
  ]);
  return {
    seal: sealOf(row, deciding.get(sealId) ?? [], clock.now()),
    checks,
    invitations: Object.fromEntries(counted.map(({ state, count }) => [state, count])),
  };
}
