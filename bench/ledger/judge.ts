import type { Database } from '#kit/database';
import type { Privacy } from '#privacy';
import { sha256 } from '../../src/privacy/ledger/log-keys.ts';
import { createMerkle } from '../../src/privacy/ledger/tree/merkle.ts';
import { readPolicy } from '../../src/privacy/ledger/tree/policy.ts';
import { readBundle } from '../../src/privacy/ledger/tree/tiles.ts';
import { verifyLog, type LogSource } from '../../src/privacy/ledger/tree/verify-log.ts';
import { checkByWebCrypto } from '../../src/privacy/ledger/tree/web-crypto.ts';

/** A checkpoint as a stranger saw it. */
export type SeenCheckpoint = { readonly size: number; readonly note: string };

export type Judged = {
  readonly records: number;
  readonly size: number;
  /** Everything that is not as it must be, in words. */
  readonly wrong: readonly string[];
};

const personsAsked = 100;

/** Each must answer with no row. */
const questions: readonly (readonly [wrong: string, sql: string])[] = [
  [
    'what left has no entry, or has two',
    `select disclosure_id from privacy.disclosure d where (select count(*) from privacy.ledger_own o
     where o.person_id = d.person_id and o.entry_id = d.disclosure_id and o.kind in ('disclosure', 'withheld')) <> 1`,
  ],
  [
    'a consent has no entry, or has two',
    `select consent_id from privacy.consent c where (select count(*) from privacy.ledger_own o
     where o.person_id = c.person_id and o.entry_id = c.consent_id and o.kind = 'consent') <> 1`,
  ],
  [
    'a person has other entries than records',
    `select person_id from privacy.ledger_person p where entries <>
       (select count(*) from privacy.disclosure where person_id = p.person_id) +
       (select count(*) from privacy.consent where person_id = p.person_id) +
       (select count(*) from privacy.withdrawal where person_id = p.person_id)`,
  ],
  [
    'a number is missing or there twice',
    `select o.person_id from privacy.ledger_own o join privacy.ledger_person p using (person_id)
     group by o.person_id, p.entries having count(*) <> p.entries or max(number) <> p.entries or min(number) <> 1`,
  ],
  ['an entry still waits', `select entry_id from privacy.ledger_waiting`],
  [
    'there is a gap between places',
    `select first_index from (select first_index, lag(first_index + octet_length(entry_ids) / 16, 1, 0::bigint)
       over (order by first_index) as expected from privacy.ledger_place) p where first_index <> expected`,
  ],
];

type Ground = { readonly database: Database; readonly privacy: Privacy };

/** Holds what was recorded against what was entered, and that against what strangers are shown and were shown before. */
export async function judge(ground: Ground, shopId: string, seen: readonly SeenCheckpoint[]): Promise<Judged> {
  const { database, privacy } = ground;
  while (((await privacy.ledger.sequence(shopId)) ?? []).length > 0);
  const own = await database.one<{ count: number }>('select count(*) from privacy.ledger_own', []);
  const { size } = await privacy.ledger.statusOf(database, shopId);
  const wrong = [
    ...(await recordedWrong(database)),
    ...(size === own?.count ? [] : [`${size} places for ${own?.count} entries`]),
    ...(await servedWrong(ground, shopId, size)),
    ...(await rolledBack(database, shopId, seen)),
    ...(await shownWrong(ground, shopId, size)),
  ];
  return { records: own?.count ?? 0, size, wrong };
}

async function recordedWrong(database: Database): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [text, sql] of questions) {
    const rows = await database.rows<object>(sql, []);
    if (rows.length > 0) wrong.push(`${text}: ${rows.length}, such as ${JSON.stringify(rows[0])}`);
  }
  return wrong;
}

/** As the verifier of strangers finds it, and as this house finds it itself. */
async function servedWrong({ database, privacy }: Ground, shopId: string, size: number): Promise<readonly string[]> {
  const { ledger } = privacy;
  const policy = readPolicy(sha256, await ledger.policyOf(shopId));
  const verdict = await verifyLog({
    ...{
      merkle: createMerkle(sha256),
      check: checkByWebCrypto,
      before: null,
      source: filesOf({ database, privacy }, shopId),
    },
    keys: 'line' in policy ? [] : policy.logs.map(({ key }) => key),
  });
  const { checked } = await ledger.checkNow(shopId, 'bench');
  return [
    ...(verdict?.wrong === null && verdict.checked === size ? [] : [`the verifier: ${JSON.stringify(verdict?.wrong)}`]),
    ...(checked?.wrong === null ? [] : [`read again: ${JSON.stringify(checked?.wrong)}`]),
  ];
}

function filesOf({ database, privacy }: Ground, shopId: string): LogSource {
  return async (path) => (await privacy.ledger.fileOf(database, shopId, path))?.bytes ?? null;
}

/** What was signed once and seen is signed still; that it is of the same tree is found by reading all again. */
async function rolledBack(
  database: Database,
  shopId: string,
  seen: readonly SeenCheckpoint[],
): Promise<readonly string[]> {
  const rows = await database.rows<SeenCheckpoint>(
    'select size, note from privacy.ledger_checkpoint where shop_id = $1',
    [shopId],
  );
  const kept = new Map(rows.map(({ size, note }) => [size, note]));
  const gone = seen.filter(({ size, note }) => kept.get(size) !== note);
  return gone.length === 0 ? [] : [`${gone.length} of ${seen.length} checkpoints that were seen are gone or others`];
}

/** Of some persons: what they are shown is what stands in the ledger at its place. */
async function shownWrong(ground: Ground, shopId: string, size: number): Promise<readonly string[]> {
  const { database, privacy } = ground;
  const people = await database.rows<{ personId: string }>(
    'select person_id as "personId" from privacy.ledger_person order by md5(person_id::text) limit $1',
    [personsAsked],
  );
  const wrong: string[] = [];
  for (const { personId } of people) {
    const { entries, count } = await privacy.ledger.ownEntries(database, { personId, shopId });
    if (entries.length !== count) wrong.push(`${personId} is shown ${entries.length} of ${count}`);
    for (const { index, text, number } of entries) {
      const standing = index === null ? null : await entryAt(filesOf(ground, shopId), index, size);
      if (standing !== text) wrong.push(`entry ${number} of ${personId} is not what stands at ${index}`);
    }
  }
  return wrong;
}

async function entryAt(source: LogSource, index: number, size: number): Promise<string | null> {
  const bundle = Math.floor(index / 256);
  const width = Math.min(256, size - bundle * 256);
  const place = String(bundle).padStart(3, '0');
  const bytes = await source(`tile/entries/${place}${width === 256 ? '' : `.p/${width}`}`);
  const entry = bytes === null ? undefined : readBundle(bytes)?.[index % 256];
  return entry === undefined ? null : new TextDecoder().decode(entry);
}
