import { ledgerJson, type LedgerStatus } from '#privacy';
import type { Call, OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';

type Seen = { readonly status: LedgerStatus; readonly url: string };

/** Exit code 1 when an entry was found wrong. */
export async function showLedger(call: Call): Promise<number> {
  return await told(call, async ({ privacy: { ledger }, database }, shopId) => ({
    status: await ledger.statusOf(database, shopId),
    url: ledger.urlOf(shopId),
  }));
}

/** Reads all of it again, however long it takes. */
export async function checkLedger(call: Call): Promise<number> {
  let said = 0;
  return await told(call, async ({ privacy: { ledger } }, shopId) => ({
    status: await ledger.checkNow(shopId, actor, (read, size) => {
      const tenths = Math.floor((read * 10) / size);
      if (tenths > said) call.world.err(`${read} of ${size} entries are read.`);
      said = tenths;
    }),
    url: ledger.urlOf(shopId),
  }));
}

async function told(
  { world, values, json }: Call,
  look: (house: OpenedHouse, shopId: string) => Promise<Seen>,
): Promise<number> {
  const seen = await world.withHouse(async (house) => await look(house, (await shopOf(house, values['shop'])).shopId));
  const { status, url } = seen;
  world.out(json ? JSON.stringify({ ...ledgerJson(status), url }, null, 2) : linesOf(seen).join('\n'));
  return status.checked?.wrong === null || status.checked === null ? 0 : 1;
}

function linesOf({ status, url }: Seen): readonly string[] {
  const { origin, size, signedAt, waiting, waitingSince } = status;
  if (origin === null) return [`The ledger has no entry yet. It will be read at ${url}`];
  return [
    `${size} entries, last signed ${signedAt === null ? 'never' : at(signedAt)}.`,
    ...(waitingSince === null ? [] : [`${waiting} wait for a place, the first since ${at(waitingSince)}.`]),
    ...checkLines(status),
    `Name: ${origin}`,
    `Anybody checks it with: ledger verify ${url}`,
  ];
}

function checkLines({ checked, reading, isAsked }: LedgerStatus): readonly string[] {
  const now =
    reading === null ? (isAsked ? ['It is read again soon.'] : []) : [`It is read again now: ${reading} so far.`];
  if (checked === null) return ['It was not read again yet.', ...now];
  const { at: moment, size, wrong } = checked;
  if (wrong === null) return [`Read again ${at(moment)}: all ${size} entries are as they were signed.`, ...now];
  return [
    `Read again ${at(moment)}: WRONG from the entry with index ${wrong.index} on (${wrong.what}, in ${wrong.of}).`,
    'Entries before it are as they were signed. Somebody or something changed the database: put these rows back from a',
    'backup (privacy.ledger_tile, privacy.ledger_checkpoint), then `ledger check`.',
    ...now,
  ];
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'second' });
}
