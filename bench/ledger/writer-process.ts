// A process that enters things in a ledger and gives places, until it is killed: what else it did before that is in the
// database, or never was.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openKeyring } from '#keys';
import { realClock } from '#kit/clock';
import { openDatabase, type Tx } from '#kit/database';
import { newId } from '#kit/ids';
import { createPrivacy, sealed } from '#privacy';

const [url = '', keysFolder = '', shopId = ''] = process.argv.slice(2);
const writers = 4;
const clock = realClock;
const database = openDatabase({ url, limits: { connectionsMax: writers + 3 } });
const privacy = createPrivacy({
  ...{ database, clock, publicUrl: 'https://shop.example' },
  keyring: await openKeyring({ folder: keysFolder, database }),
});

const people: string[] = [];
const chance = (percent: number): boolean => randomInt(100) < percent;

async function disclose(tx: Tx, personId: string, parcelId: string): Promise<void> {
  await privacy.disclose(tx, {
    ...{ shopId, personId, parcelId, service: 'parcel-de', country: 'AT', purpose: 'delivery notification by carrier' },
    recipient: { kind: 'carrier', name: 'dhl-unified' },
    values: { email: sealed('email', 'ada@kunde.example'), name: sealed('name', 'Ada') },
  });
}

async function allow(tx: Tx, personId: string): Promise<void> {
  await privacy.recordConsents(tx, { kind: 'person', id: personId, shopId }, [
    {
      ...{ purpose: 'delivery notification by carrier', recipient: 'dhl-unified', fields: ['email'] },
      ...{ givenAt: clock.now(), channel: 'page' },
      words: sealed('consent_words', 'DHL may write to me'),
    },
  ]);
}

async function takeBack(tx: Tx, personId: string): Promise<void> {
  const given = await tx.one<{ id: string }>(
    'select consent_id as id from privacy.consent where person_id = $1 limit 1',
    [personId],
  );
  if (given !== null) await privacy.withdrawConsent(tx, personId, given.id);
}

/** One transaction, as any of the product's may be: some of them change their mind at the end. */
async function write(): Promise<void> {
  const known = people.length > 0 && chance(70) ? (people[randomInt(people.length)] ?? null) : null;
  const personId = known ?? newId(clock);
  const parcelId = newId(clock);
  await database.tx(async (tx) => {
    if (known === null) await privacy.makeKeys(tx, [{ kind: 'person', id: personId, shopId }]);
    if (chance(30)) await allow(tx, personId);
    await disclose(tx, personId, parcelId);
    if (chance(30)) await disclose(tx, personId, parcelId);
    if (chance(15)) await takeBack(tx, personId);
    if (chance(10)) throw new Error('changed its mind');
  });
  if (known === null) people.push(personId);
}

await privacy.ledger.start();
process.stdout.write('ready\n');
await Promise.all(
  Array.from({ length: writers }, async () => {
    for (;;) await write().catch(() => sleep(5));
  }),
);
