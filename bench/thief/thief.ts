// Somebody has the database and neither the keyring nor an account. Ten thousand customers in each of two shops: what he
// finds by guessing, by counting, and by looking for equal values; then a whole day of a shop, its disk searched for every
// text of its customers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGround } from '../../test/ground.ts';
import { onDatabase } from '../../test/stories/running-program.ts';
import {
  dictionaryAttack,
  equalityAttack,
  frequencyAttack,
  linksAcross,
  plainValuesOf,
  stolenColumns,
} from '../../test/stories/theft/attack.ts';
import { makeKnownWorld } from '../../test/stories/theft/known-world.ts';
import { createSearch } from '../../test/stories/theft/search.ts';
import { steal } from '../../test/stories/theft/stolen.ts';
import { figure, type Figure } from '../parts/figures.ts';

const customersUsually = 10_000;
const searchedUsually = 3_000;

export async function run(customers = customersUsually, searched = searchedUsually): Promise<readonly Figure[]> {
  return [...(await attacked(customers)), ...(searched === 0 ? [] : await markers(searched))];
}

async function attacked(customers: number): Promise<readonly Figure[]> {
  const ground = await openGround();
  try {
    const world = await makeKnownWorld(ground, customers, 2);
    const columns = await onDatabase(ground.url, stolenColumns);
    const { tried, hits } = dictionaryAttack(columns, world, plainValuesOf(world));
    const [equal] = equalityAttack(columns, world);
    const [frequent] = frequencyAttack(columns, world);
    return [
      figure('customers, in each of two shops', customers),
      figure('columns', columns.length),
      figure(
        'values in them',
        columns.reduce((sum, { held }) => sum + held.length, 0),
      ),
      figure('hashes tried', tried),
      figure('values guessed', hits.length, { aim: 0 }),
      figure('persons linked across shops', linksAcross(columns, world).length, { aim: 0 }),
      figure('equal values: right', equal?.right ?? 0, { reference: equal?.chance ?? 1, against: 'by chance', aim: 1 }),
      figure('frequencies: right', frequent?.right ?? 0, {
        reference: frequent?.chance ?? 1,
        against: 'by chance',
        aim: 1,
      }),
    ];
  } finally {
    await ground.close();
  }
}

async function markers(customers: number): Promise<readonly Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'glasspost-thief-'));
  try {
    const loot = await steal({ home, customers });
    const search = createSearch(loot.needles);
    const { findings, bytes } = search.inFolder(loot.folder);
    const inTables = [...loot.texts].flatMap(([place, text]) => search.inBytes(text, place));
    return [
      figure('customers of one day', customers),
      figure('rows dumped', loot.rows),
      figure('megabytes on the disk', bytes / 1e6),
      figure('needles', loot.needles.length),
      figure('needles found', findings.length + inTables.length, { aim: 0 }),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
