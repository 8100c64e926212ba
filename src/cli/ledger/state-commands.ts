import { Fault } from '#kit/fault';
import { ledgerJson, type LedgerStatus, type MissingEntries } from '#privacy';
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

export const resumeHelp = [
  '    What each ledger signed last lies beside the keys too. Where the database has',
  '    less, or another, the ledger takes no entries: rows are missing, or an older',
  '    backup was put back. Without --confirm this says what is missing. With the',
  '    number that it says the ledger goes on, and its next entry tells everybody.',
  '    Exit codes: 0 it goes on, 1 something is missing and nothing was confirmed.',
].join('\n');

/** Without --confirm it only says what is missing: the number that it says is what --confirm takes. */
export async function resumeLedger({ world, values, json }: Call): Promise<number> {
  const confirm = signedOf(values['confirm']);
  return await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const { ledger } = house.privacy;
    const missing = confirm === null ? await ledger.missingOf(shopId) : await ledger.resume(shopId, confirm, actor);
    const goesOn = missing === null || confirm !== null;
    if (json) world.out(JSON.stringify({ goes_on: goesOn, missing: missing === null ? null : missingJson(missing) }));
    else for (const line of resumedLines(missing, goesOn)) world.out(line);
    return goesOn ? 0 : 1;
  });
}

function signedOf(text: Call['values'][string]): number | null {
  if (text === undefined) return null;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw new Fault('invalid', '--confirm takes the number of entries that the command without it says.');
}

function missingJson({ size, signed, root }: MissingEntries): object {
  return { size, signed, root: Buffer.from(root).toString('base64') };
}

function resumedLines(missing: MissingEntries | null, goesOn: boolean): readonly string[] {
  if (missing === null) return ['Nothing is missing: the ledger goes on from what it signed last.'];
  const { size, signed, root } = missing;
  const had = `${signed} entries had been signed (root ${Buffer.from(root).toString('base64')})`;
  if (goesOn) {
    return [
      `The ledger goes on from ${size} entries; ${had}. Its next entry says so to everybody.`,
      'Witnesses and visitors who saw the longer one will find the fork: tell them when you restored which backup.',
    ];
  }
  return [
    `The ledger has ${size} entries, and ${had}. It takes no entries.`,
    'If nobody put an older backup back, somebody took rows out of the database: put them back, then `ledger check`.',
    `If it was you: the same with --confirm ${signed}.`,
  ];
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
    'backup (privacy.ledger_tile, privacy.ledger_checkpoint), then `ledger check`. If it was you who put an older backup',
    'back: `ledger resume`.',
    ...now,
  ];
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'second' });
}
