import { stat, writeFile } from 'node:fs/promises';
import { Fault } from '#kit/fault';
import { bytesOf } from '../bytes-of.ts';
import type { Call, Command } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const text = { type: 'string' } as const;
const fileBytesMax = 50 * 1024 * 1024;
const reviewsMax = 1_000_000;
const errorsShown = 20;

/** Reviews as CSV: away from here, and here from elsewhere. */
export const exchangeCommands: readonly Command[] = [
  {
    name: ['review', 'export'],
    usage: '[--out FILE] [--shop NAME]',
    meaning: 'everything published as CSV',
    takes: [0, 0],
    options: { shop: text, out: text },
    run: exportReviews,
  },
  {
    name: ['review', 'import'],
    usage: 'FILE --source NAME [--shop NAME] [--json]',
    meaning: 'reviews from elsewhere: shown apart, counted nowhere',
    takes: [1, 1],
    options: { shop: text, source: text },
    run: importReviews,
    more: () => Promise.resolve('    Columns: stars, date, title, text, sku. Names of persons are not read.'),
  },
  {
    name: ['review', 'drop-import'],
    usage: 'NAME [--shop NAME] [--json]',
    meaning: 'takes all reviews from this source away again',
    takes: [1, 1],
    options: { shop: text },
    run: dropImport,
  },
];

async function exportReviews({ world, values }: Call): Promise<number> {
  const { out: path } = values;
  const pieces = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await Array.fromAsync(house.reviews.exportCsv(house.database, shopId, reviewsMax));
  });
  if (typeof path !== 'string') world.out(pieces.join('').trimEnd());
  else {
    await writeNew(path, pieces.join(''));
    world.out(`Written: ${path}`);
  }
  return 0;
}

/** @throws Fault('invalid') where a file is already */
async function writeNew(path: string, csv: string): Promise<void> {
  try {
    await writeFile(path, csv, { flag: 'wx' });
  } catch (cause) {
    throw new Fault('invalid', `${path} cannot be written, or is there already.`, { cause });
  }
}

async function importReviews({ world, values, positionals, json }: Call): Promise<number> {
  const [path = ''] = positionals;
  const { source } = values;
  if (typeof source !== 'string') throw new Fault('invalid', 'Say with --source where the reviews come from.');
  await checkFile(path);
  const done = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.reviews.importCsv({ shopId, source, csv: bytesOf(path), actor });
  });
  if (json) world.out(JSON.stringify(done, null, 2));
  else {
    world.out(`${done.imported} taken, ${done.repeated} were there already, ${done.errors.length} refused.`);
    for (const { line, message } of done.errors.slice(0, errorsShown)) world.out(`  line ${line}: ${message}`);
    if (done.errors.length > errorsShown) world.out('  … --json has the rest.');
  }
  return done.errors.length === 0 ? 0 : 1;
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) throw new Fault('not_found', `There is no file ${path}.`);
  if (found.size > fileBytesMax) throw new Fault('limit', 'The file is larger than 50 MB.');
}

async function dropImport({ world, values, positionals, json }: Call): Promise<number> {
  const [source = ''] = positionals;
  const dropped = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.reviews.dropImported(shopId, source, actor);
  });
  if (json) world.out(JSON.stringify({ dropped }));
  else world.out(dropped === 0 ? `There is nothing from ${source}.` : `${dropped} taken away.`);
  return dropped === 0 ? 1 : 0;
}
