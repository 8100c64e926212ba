// The whole way: persons and consents in PostgreSQL, `disclose`, the commit, then the bytes to a carrier on a real socket.
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import { sealed, type Disclosed, type Privacy, type Subject } from '#privacy';
import { openCarrierStub, type CarrierStub } from './carrier-stub.ts';
import { casesOf, markerOf, markersIn, valuesOf, type AskedField, type Case } from './cases.ts';
import { lawLets } from './law.ts';
import { hoursFrom } from './pure.ts';

export type GateGround = {
  readonly database: Database;
  readonly privacy: Privacy;
  readonly clock: Clock;
  readonly shopId: string;
};

export type Sent = {
  readonly cases: number;
  readonly bytes: number;
  /** Values that left, as the carrier read them. */
  readonly left: number;
  readonly forbidden: readonly string[];
  readonly missed: readonly string[];
  /** Values that left without a row of their disclosure, or whose row has no entry in the ledger. */
  readonly unwritten: readonly string[];
  readonly unentered: readonly string[];
};

type Placed = { readonly one: Case; readonly person: Subject };

const together = 100;
const lines = 4;
const shownMax = 20;

export async function sendAll(ground: GateGround, seed: number, count: number): Promise<Sent> {
  const stub = await openCarrierStub(lines);
  let cases = 0;
  const found = { bytes: 0, left: 0, forbidden: [], missed: [], unwritten: [], unentered: [] } as {
    [Name in 'bytes' | 'left']: number;
  } & { [Name in 'forbidden' | 'missed' | 'unwritten' | 'unentered']: string[] };
  try {
    const now = ground.clock.now();
    for (const batch of batchesOf(casesOf(seed, count))) {
      cases += batch.length;
      const placed = batch.map((one): Placed => ({
        one,
        person: { kind: 'person', id: newId(ground.clock), shopId: ground.shopId },
      }));
      const shares = Array.from({ length: lines }, (_, line) => placed.filter((__, at) => at % lines === line));
      await Promise.all(
        shares.map(async (share, line) => {
          await ground.database.tx((tx) => prepare(ground, tx, share, now));
          await sendShare(ground, stub, line, share);
        }),
      );
      await judge(ground, placed, stub.taken(), found);
    }
  } finally {
    stub.close();
  }
  const { bytes, left, ...lists } = found;
  const shown = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.slice(0, shownMax)]));
  return { cases, bytes, left, ...shown } as Sent;
}

function* batchesOf(cases: Iterable<Case>): Generator<readonly Case[]> {
  let batch: Case[] = [];
  for (const one of cases) {
    batch.push(one);
    if (batch.length < together * lines) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function prepare(
  { privacy }: GateGround,
  tx: Tx,
  share: readonly Placed[],
  now: Temporal.Instant,
): Promise<void> {
  const people = share.map(({ person }) => person);
  await privacy.makeKeys(tx, people);
  for (const { one, person } of share) {
    // What is taken back takes along what was like it until then: what still holds was given after.
    for (const consent of one.consents.toSorted((left, right) => Number(right.withdrawn) - Number(left.withdrawn))) {
      const { purpose, recipient, fields, givenHours, untilHours, unticked, withdrawn } = consent;
      const given = { purpose, recipient, fields, givenAt: hoursFrom(now, givenHours), channel: 'order' } as const;
      const holdsUntil = untilHours === null ? null : hoursFrom(now, untilHours);
      const words = sealed('consent_words', `I allow ${recipient}`);
      const preset = unticked ? 'unticked' : null;
      const [consentId] = await privacy.recordConsents(tx, person, [{ ...given, holdsUntil, words, preset }]);
      if (withdrawn && consentId !== undefined) await privacy.withdrawConsent(tx, person.id, consentId);
    }
    if (one.restricted) await privacy.restrict(tx, person, true);
    for (const purpose of one.objections) await privacy.objectTo(tx, person, purpose, true);
  }
  const gone = share.filter(({ one }) => one.erased).map(({ person }) => person.id);
  if (gone.length > 0) await privacy.dropKeys(tx, 'person', gone);
}

/** As the host of the carriers does it: disclosed and committed together, and only then is there anything to send. */
async function sendShare(
  { database, privacy }: GateGround,
  stub: CarrierStub,
  line: number,
  share: readonly Placed[],
): Promise<void> {
  const disclosed = await database.tx(async (tx) => {
    const all: Disclosed<AskedField>[] = [];
    for (const { one, person } of share) {
      const { to, recipient, service, purpose, country } = one;
      all.push(
        await privacy.disclose(tx, {
          shopId: person.shopId,
          personId: person.id,
          parcelId: null,
          recipient: { kind: to, name: recipient },
          ...{ service, purpose, country },
          values: valuesOf(one),
        }),
      );
    }
    return all;
  });
  for (const { values } of disclosed) {
    if (Object.keys(values).length > 0) await stub.send(line, JSON.stringify(values));
  }
}

type Found = { bytes: number; left: number } & Record<'forbidden' | 'missed' | 'unwritten' | 'unentered', string[]>;

/** What the carrier read, against the law, the rows and the ledger. */
async function judge(ground: GateGround, placed: readonly Placed[], raw: Buffer, found: Found): Promise<void> {
  const read = new Set(markersIn(raw).map(({ index, field }) => markerOf(index, field)));
  const rows = await ground.database.rows<{ personId: string; fields: readonly string[]; entered: boolean }>(
    `select d.person_id as "personId", d.fields, exists (
       select from privacy.ledger_own o where o.person_id = d.person_id and o.entry_id = d.disclosure_id) as entered
     from privacy.disclosure d where d.person_id = any ($1::uuid[])`,
    [placed.map(({ person }) => person.id)],
  );
  const written = new Map(rows.flatMap((row) => row.fields.map((field) => [`${row.personId} ${field}`, row.entered])));
  found.bytes += raw.length;
  found.left += read.size;
  const known = new Set<string>();
  for (const { one, person } of placed) {
    for (const field of one.asked) {
      const marker = markerOf(one.index, field);
      known.add(marker);
      const isRead = read.has(marker);
      if (isRead !== lawLets(one, field))
        (isRead ? found.forbidden : found.missed).push(`${field} ${JSON.stringify(one)}`);
      if (!isRead) continue;
      const entered = written.get(`${person.id} ${field}`);
      if (entered === undefined) found.unwritten.push(marker);
      else if (!entered) found.unentered.push(marker);
    }
  }
  found.forbidden.push(...[...read].filter((marker) => !known.has(marker)));
}
