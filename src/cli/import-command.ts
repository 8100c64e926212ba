import { readFile, stat } from 'node:fs/promises';
import { Fault } from '#kit/fault';
import type { Separator } from '#shops';
import { bytesOf } from './bytes-of.ts';
import type { Call, ImportedOrders, RefusedOrder } from './command.ts';
import { shopOf } from './shop-of.ts';

const mapBytesMax = 256 * 1024;
const ordersPerRemark = 5_000;
const refusedShownMax = 100;
const refusedInJsonMax = 100_000;
const zoneOfShops = 'Europe/Berlin';

const separators: Readonly<Record<string, Separator>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  pipe: '|',
};

export async function importOrdersFile(call: Call): Promise<number> {
  const { values, positionals } = call;
  const [path = ''] = positionals;
  const separator = separatorOf(values['separator']);
  await checkFile(path);
  if (values['suggest'] === true) return await suggest(call, path, separator);
  if (typeof values['map'] !== 'string') {
    throw new Fault('invalid', 'Say which column is what: --map MAP.json. --suggest prints one to begin with.');
  }
  return await take(call, path, await jsonIn(values['map']), separator);
}

async function suggest({ world, values, json }: Call, path: string, separator: Separator | null): Promise<number> {
  const suggestion = await world.withHouse(async (house) => {
    const { language } = await shopOf(house, values['shop']);
    return await house.suggestMapping(bytesOf(path), separator, { language, zone: zoneOfShops });
  });
  const { mapping, unused, missing } = suggestion;
  world.out(JSON.stringify(json ? suggestion : mapping, null, 2));
  if (json) return 0;
  world.err('Look at it before you use it: it was made from the names of the columns alone.');
  if (unused.length > 0) world.err(`Columns that it does not use: ${unused.map((name) => `"${name}"`).join(', ')}.`);
  if (missing.length > 0) world.err(`Put a column or a value where it says "?": ${missing.join(', ')}.`);
  return 0;
}

async function take(call: Call, path: string, mapping: unknown, separator: Separator | null): Promise<number> {
  const { world, values, json } = call;
  const dryRun = values['dry-run'] === true;
  const refused: RefusedOrder[] = [];
  let told = 0;
  const { shop, outcome } = await world.withHouse(async (house) => {
    const one = await shopOf(house, values['shop']);
    const imported = await house.importOrders({
      shopId: one.shopId,
      bytes: bytesOf(path),
      mapping,
      separator,
      dryRun,
      progress: (counts, fresh) => {
        refused.push(...fresh.slice(0, Math.max(0, refusedInJsonMax - refused.length)));
        if (json || counts.orders < told + ordersPerRemark) return;
        told = counts.orders;
        world.err(`${counts.rows} rows, ${counts.orders} orders, ${counts.refused} refused …`);
      },
    });
    return { shop: one.name, outcome: imported };
  });
  if (json) world.out(JSON.stringify(jsonOf(shop, dryRun, outcome, refused)));
  else sayOutcome(call, shop, dryRun, outcome, refused);
  return outcome.counts.refused === 0 && outcome.end === null ? 0 : 1;
}

function jsonOf(
  shop: string,
  dryRun: boolean,
  { counts, end }: ImportedOrders,
  refused: readonly RefusedOrder[],
): object {
  return {
    shop,
    dry_run: dryRun,
    ...counts,
    unread_from_line: end?.line ?? null,
    refused_orders: refused.map(({ number, lines, reasons }) => ({
      order_number: number,
      first_line: lines.first,
      last_line: lines.last,
      reasons,
    })),
  };
}

function sayOutcome(
  { world }: Call,
  shop: string,
  dryRun: boolean,
  { counts, end }: ImportedOrders,
  refused: readonly RefusedOrder[],
): void {
  for (const { number, lines, reasons } of refused.slice(0, refusedShownMax)) {
    const where = lines.first === lines.last ? `line ${lines.first}` : `lines ${lines.first} to ${lines.last}`;
    for (const { field, columns, message } of reasons) {
      const column = columns.length === 0 ? '' : ` (${columns.map((name) => `"${name}"`).join(', ')})`;
      world.err(`${where}, order ${shownOf(number)}: ${field}${column}: ${message}`);
    }
  }
  const more = counts.refused - Math.min(refused.length, refusedShownMax);
  if (more > 0) world.err(`… and ${more} more refused; --json lists them all.`);
  if (end !== null) world.err(`Nothing was read from line ${end.line} on: ${whyEnded[end.end]}`);
  const { rows, added, changed, unchanged } = counts;
  const done = dryRun
    ? `${rows} rows: ${added} orders could be taken, ${counts.refused} could not. Nothing was written.`
    : `${rows} rows: ${added} orders new, ${changed} changed, ${unchanged} as they were, ${counts.refused} refused; shop "${shop}".`;
  world.out(done);
}

const whyEnded: Readonly<Record<NonNullable<ImportedOrders['end']>['end'], string>> = {
  quote: 'a quoted field is not closed.',
  length: 'a row is too long; a quoted field may not be closed.',
  columns: 'a row has too many columns; it may be another separator.',
  rows: 'the file has too many rows; split it.',
};

/** Without what could take hold of a terminal. */
function shownOf(number: string): string {
  return number === '' ? '(none)' : number.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 100);
}

function separatorOf(named: Call['values'][string]): Separator | null {
  if (typeof named !== 'string') return null;
  const separator = separators[named] ?? Object.values(separators).find((one) => one === named);
  if (separator !== undefined) return separator;
  throw new Fault('invalid', `The separator is one of ${Object.keys(separators).join(', ')}.`);
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new Fault('not_found', `There is no file ${path}, or this user may not read it.`);
  if (!found.isFile()) throw new Fault('invalid', `${path} is no file.`);
}

async function jsonIn(path: string): Promise<unknown> {
  await checkFile(path);
  if ((await stat(path)).size > mapBytesMax) throw new Fault('limit', `${path} is larger than ${mapBytesMax} bytes.`);
  const text = await readFile(path, 'utf8');
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return json;
  } catch (error) {
    throw new Fault('invalid', `${path} is not valid JSON.`, { cause: error });
  }
}
