import type { Queries } from '#kit/database';
import { Fault, type FieldError } from '#kit/fault';
import { showId } from '#kit/ids';
import type { ReviewsNeeds } from './needs.ts';
import { bases, type Basis, type Settings } from './shapes.ts';
import { statements } from './store.ts';

const houseSettings: Settings = {
  invites: true,
  basis: 'consent',
  toldAt: null,
  delayDays: 3,
  fallbackDays: 21,
  publishDays: 3,
};

/** Whole days, both ends included. */
export const dayLimits = {
  delayDays: { atLeast: 0, atMost: 30 },
  fallbackDays: { atLeast: 7, atMost: 60 },
  publishDays: { atLeast: 0, atMost: 14 },
} as const;

/** `told`: staff say that customers are told at the order, and in each mail, that they may object (UWG, § 7(3) no. 4). */
export type SettingsChange = Omit<Settings, 'toldAt'> & { readonly told: boolean };

export async function settingsOf(queries: Queries, shopId: string): Promise<Settings> {
  return (await queries.one<Settings>(statements.setting, [shopId])) ?? houseSettings;
}

/** @throws Fault('invalid') that names the wrong fields */
export async function changeSettings(
  { database, clock, privacy }: Pick<ReviewsNeeds, 'database' | 'clock' | 'privacy'>,
  shopId: string,
  change: SettingsChange,
  actor: string,
): Promise<Settings> {
  const errors = faultsIn(change);
  if (errors.length > 0) throw new Fault('invalid', errors.map(({ message }) => message).join(' '), { errors });
  return await database.tx(async (tx) => {
    const before = await settingsOf(tx, shopId);
    const now = clock.now();
    const { invites, basis, told, delayDays, fallbackDays, publishDays } = change;
    const toldAt = told ? (before.toldAt ?? now) : null;
    await tx.rows(statements.setSetting, [shopId, invites, basis, toldAt, delayDays, fallbackDays, publishDays, now]);
    const subject = `${invites ? basis : 'off'} ${delayDays}/${fallbackDays}/${publishDays} ${showId('shp', shopId)}`;
    await privacy.audit(tx, { shopId, actor, verb: 'review.settings', subject });
    return { invites, basis, toldAt, delayDays, fallbackDays, publishDays };
  });
}

function faultsIn(change: SettingsChange): readonly FieldError[] {
  const faults: FieldError[] = [];
  for (const [name, { atLeast, atMost }] of Object.entries(dayLimits)) {
    const days = new Map<string, number>(Object.entries(dayLimits).map(([key]) => [key, daysOf(change, key)])).get(
      name,
    );
    if (days === undefined || !Number.isInteger(days) || days < atLeast || days > atMost) {
      faults.push(fault(name, `${name} is a whole number from ${atLeast} to ${atMost}.`));
    }
  }
  if (change.basis === 'existing customers' && !change.told) {
    const why =
      'Existing customers may be asked only when they are told so at the order and in each mail: say that they are.';
    faults.push(fault('told', why));
  }
  return faults;
}

function daysOf({ delayDays, fallbackDays, publishDays }: SettingsChange, name: string): number {
  return { delayDays, fallbackDays, publishDays }[name] ?? Number.NaN;
}

function fault(name: string, message: string): FieldError {
  return { pointer: `/${name}`, code: 'invalid', message };
}

export function readBasis(text: string): Basis | null {
  return bases.find((one) => one === text) ?? null;
}
