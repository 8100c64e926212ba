// How fast the wrapping key is turned around persons' keys, and how fast all of it is copied away, on a database that keeps
// what it acknowledges.
import { join } from 'node:path';
import { createBackup } from '#backup';
import { createKeyRoom } from '#keys';
import { createManualClock, realClock } from '#kit/clock';
import { newId } from '#kit/ids';
import { createManualJobs } from '#kit/jobs';
import { ledgerHeads, subjectKeys } from '#privacy';
import { figure, type Figure } from '../parts/figures.ts';
import { openBenchGround } from '../parts/ground.ts';

const personsUsually = 50_000;
const batch = 2_000;

export async function run(count: number = personsUsually): Promise<readonly Figure[]> {
  const ground = await openBenchGround();
  const { database, keyring, privacy, folder } = ground;
  const clock = realClock;
  const jobs = createManualJobs({ clock: createManualClock(clock.now()) });
  const room = createKeyRoom({
    ...{ database, clock, keyring, jobs, wrapped: subjectKeys, audit: privacy.audit, log: () => {} },
  });
  try {
    const { shopId } = ground.shop;
    for (let made = 0; made < count; made += batch) {
      const persons = Array.from({ length: batch }, () => ({ kind: 'person', id: newId(clock), shopId }) as const);
      await database.tx((tx) => privacy.makeKeys(tx, persons));
    }
    await ground.settle();
    const turned = await timed(() => room.rotate('bench'));
    const apart = subjectKeys.map(({ table }) => table);
    const backup = createBackup({ database, clock, keyring, apart, ledgerHeads, version: '0', own: [] });
    const copied = await timed(() => backup.writeKeys({ under: join(folder, 'copies'), recipients: [], keepDays: 1 }));
    return [
      figure('keys, turned', turned.value.rewrapped),
      figure('keys, turned a second', turned.value.rewrapped / turned.seconds),
      figure('keys, left of the old one', (await room.retire('bench')).length - 1, { aim: 0 }),
      figure('keys, rows copied away a second', copied.value.rowCount / copied.seconds),
    ];
  } finally {
    await ground.close();
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const begun = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - begun) / 1_000 };
}
