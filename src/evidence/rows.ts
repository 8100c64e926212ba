import { z } from 'zod';
import type { Queries } from '#kit/database';
import type { Privacy } from '#privacy';
import type { AskedSeal } from './checking/ask.ts';
import { mayInvite } from './inviting/platforms.ts';
import { findIssuer } from './issuers/catalogue.ts';
import { adapterShape, type Adapter } from './reading/adapter.ts';
import type { Seal, SealKind, ShownSeal } from './shapes.ts';
import { isShown, standingOf, type Check } from './standing.ts';
import { statements } from './store.ts';

export type SealRow = {
  readonly sealId: string;
  readonly shopId: string;
  readonly issuer: string;
  readonly kind: SealKind;
  readonly name: string;
  readonly certificateUrl: string;
  readonly domain: string;
  readonly issuerRef: string;
  readonly adapter: unknown;
  readonly secrets: Uint8Array | null;
  readonly addedAt: Temporal.Instant;
  readonly dueAt: Temporal.Instant;
  readonly failures: number;
  readonly invitesSince: Temporal.Instant | null;
};

type CheckRow = Omit<Check, 'reading'> & {
  readonly sealId: string;
  readonly grade: number | null;
  readonly scale: number | null;
  readonly count: number | null;
  readonly label: string | null;
  readonly validUntil: Temporal.Instant | null;
};

function checkOf(row: CheckRow): Check {
  const { checkId, at, outcome, reason, grade, scale, count, label, validUntil, tookMs } = row;
  const reading = outcome === 'valid' ? { grade, scale, count, label, validUntil } : null;
  return { checkId, at, outcome, reason, reading, tookMs };
}

/** By which way a seal is asked about: its own, or its issuer's; null when neither is there any more. */
function adapterOf({ adapter, issuer, kind }: Pick<SealRow, 'adapter' | 'issuer' | 'kind'>): Adapter | null {
  if (adapter === null) return findIssuer(issuer)?.adapters[kind] ?? null;
  const own = adapterShape.safeParse(adapter);
  return own.success ? own.data : null;
}

/** What the ciphertext of a seal's secrets is bound to. */
export function secretsPlace(sealId: string): string {
  return `evidence.seal.secrets ${sealId}`;
}

const secretsShape = z.record(z.string(), z.string());

/** Null when there is no way to ask. @throws Fault('unavailable') for secrets that do not open */
export function askedOf(privacy: Pick<Privacy, 'openForShop'>, row: SealRow, shopName: string): AskedSeal | null {
  const adapter = adapterOf(row);
  if (adapter === null) return null;
  const { sealId, shopId, certificateUrl, domain, issuerRef, secrets } = row;
  const opened = secrets === null ? '{}' : privacy.openForShop(shopId, 'seals', secrets, secretsPlace(sealId));
  return {
    sealId,
    shopId,
    adapter,
    secrets: secretsShape.parse(JSON.parse(opened)),
    filling: { certificate: certificateUrl, domain, name: shopName, id: issuerRef },
  };
}

/** The checks that decide how these seals stand, newest first. */
export async function decidingChecks(
  queries: Queries,
  sealIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Check[]>> {
  const rows = await queries.rows<CheckRow>(statements.lastChecks, [sealIds]);
  const bySeal = Map.groupBy(rows, ({ sealId }) => sealId);
  return new Map([...bySeal].map(([sealId, checks]) => [sealId, checks.map(checkOf)]));
}

export async function historyOf(queries: Queries, sealId: string, limit: number): Promise<readonly Check[]> {
  return (await queries.rows<CheckRow>(statements.checks, [sealId, limit])).map(checkOf);
}

export async function checkRow(queries: Queries, sealId: string, checkId: string): Promise<Check | null> {
  const row = await queries.one<CheckRow>(statements.check, [sealId, checkId]);
  return row === null ? null : checkOf(row);
}

/** Of an issuer that is not in the catalogue only the host is known that its certificate stands on. */
function issuerNameOf({ issuer, certificateUrl }: SealRow): string {
  const known = issuer === 'custom' ? null : findIssuer(issuer);
  return known?.by ?? URL.parse(certificateUrl)?.hostname ?? issuer;
}

export function sealOf(row: SealRow, checks: readonly Check[], now: Temporal.Instant): Seal {
  const { sealId, issuer, kind, name, certificateUrl, domain, issuerRef, secrets, addedAt, dueAt, invitesSince } = row;
  const known = findIssuer(issuer);
  return {
    sealId,
    kind,
    name,
    certificateUrl,
    domain,
    issuerRef,
    addedAt,
    invitesSince,
    issuer: known?.id ?? 'custom',
    issuerName: issuerNameOf(row),
    adapter: row.adapter === null ? null : adapterOf(row),
    hasSecrets: secrets !== null,
    nextAt: dueAt,
    mayInvite: mayInvite(row),
    standing: standingOf(checks, now),
    last: checks[0] ?? null,
  };
}

/** Null for what nobody outside is shown. */
export function shownOf({ sealId, issuerName, kind, name, certificateUrl, standing }: Seal): ShownSeal | null {
  if (!isShown(standing) || !('good' in standing)) return null;
  const { good, reading, state } = standing;
  const { grade, scale, label, count } = reading;
  return {
    id: sealId,
    kind,
    name,
    certificateUrl,
    grade,
    scale,
    label,
    count,
    issuer: issuerName,
    checkedAt: good.at,
    isStale: state === 'stale',
    image: null,
  };
}
