import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readId } from '#kit/ids';
import { keyringStates, suspects } from './case.ts';
import type { OpenedBreach } from './desk.ts';

const wordsMax = 4_000;
const tablesMax = 200;
const moment = z.iso.datetime({ offset: true });

/** What a case is opened with, at whatever door. */
export const breachBody = z.strictObject({
  suspect: z.enum(suspects),
  key_id: z.string().max(64).nullish(),
  tables: z
    .array(z.string().regex(/^[a-z_]{1,63}\.[a-z_]{1,63}$/, 'must be schema.table'))
    .max(tablesMax)
    .default([]),
  from: moment,
  until: moment,
  keyring: z.enum(keyringStates).default('unknown'),
  aware_at: moment.nullish(),
  found: z.string().trim().min(1, 'must say how it was found').max(wordsMax),
});

/** @throws Fault('invalid') where a key is named that could not be one */
export function readBreach(
  body: z.output<typeof breachBody>,
  shopId: string | null,
  now: Temporal.Instant,
): OpenedBreach {
  checkMeant(body);
  return {
    shopId,
    suspect: body.suspect,
    keyId: body.key_id ?? null,
    tables: body.tables,
    from: Temporal.Instant.from(body.from),
    until: Temporal.Instant.from(body.until),
    keyring: body.keyring,
    awareAt: body.aware_at == null ? now : Temporal.Instant.from(body.aware_at),
    found: body.found,
  };
}

/** What a suspicion must name besides what it is. */
function checkMeant({ suspect, key_id: keyId, tables }: z.output<typeof breachBody>): void {
  if (suspect === 'api key' && readId('key', keyId ?? '') === null) {
    throw new Fault('invalid', 'Say which key of the API: key_…');
  }
  if (suspect === 'wrapping key' && keyId != null && !/^[0-9a-f]{8}$/.test(keyId)) {
    throw new Fault('invalid', 'A key of the keyring is named by eight hex digits.');
  }
  if (suspect === 'tables' && tables.length === 0) throw new Fault('invalid', 'Say which tables.');
}
