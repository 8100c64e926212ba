import { lastBackups, type BackupMade } from '#keys';
import type { Queries } from '#kit/database';
import { timeOfId } from '#kit/ids';
import type { Shop } from '#orders';
import type { Check } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { warning } = checksOf('keys');

/** A copy that is older leaves out more than a shop could put together again. */
const oldDays = 7;

const codes = {
  data: { none: 'keys.backup_none_data', old: 'keys.backup_old_data' },
  keys: { none: 'keys.backup_none_keys', old: 'keys.backup_old_keys' },
} as const;

export type BackupsSeen = {
  /** Days since the last copy; null where none was made. */
  readonly days: Readonly<Record<BackupMade['kind'], number | null>>;
  /** Since when there is a shop whose loss would matter; null where there is none. */
  readonly shopDays: number | null;
};

/** Nothing is said while all is well: the keys have a check of their own. */
export function backupChecks({ days, shopDays }: BackupsSeen): readonly Check[] {
  if (shopDays === null || shopDays < oldDays) return [];
  return (['data', 'keys'] as const).flatMap((kind): readonly Check[] => {
    const since = days[kind];
    if (since === null) return [warning(codes[kind].none)];
    return since < oldDays ? [] : [warning(codes[kind].old, { days: since })];
  });
}

export async function lookAtBackups(needs: {
  readonly database: Queries;
  readonly shops: readonly Shop[];
  readonly now: Temporal.Instant;
}): Promise<BackupsSeen> {
  const { database, shops, now } = needs;
  const backups = await lastBackups(database);
  const since = (kind: BackupMade['kind']): number | null => {
    const last = backups.find((one) => one.kind === kind);
    return last === undefined ? null : daysBetween(last.madeAt, now);
  };
  const ages = shops.filter(({ sample }) => !sample).map(({ shopId }) => daysBetween(timeOfId(shopId), now));
  return {
    days: { data: since('data'), keys: since('keys') },
    shopDays: ages.length === 0 ? null : Math.max(...ages),
  };
}

function daysBetween(before: Temporal.Instant, now: Temporal.Instant): number {
  return Math.floor(before.until(now).total('hours') / 24);
}
