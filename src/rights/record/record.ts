import type { Carriers } from '#carriers';
import { findConnector } from '#carriers';
import type { Evidence } from '#evidence';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Shop } from '#orders';
import {
  consentBasis,
  interests,
  mappedColumns,
  rules,
  type Field,
  type MapBasis,
  type MappedColumn,
  type MapPurpose,
  type OutsideKind,
  type RetentionClock,
  type RoomMap,
} from '#privacy';
import type { Protection } from '#protection';
import type { Requests } from '../requests/requests.ts';
import type { Retention, ShopClock } from '../retention/retention.ts';

/** Somebody outside who may get data for a purpose, by the rules of `disclose`. */
export type RecordRecipient = {
  readonly kind: OutsideKind;
  /** Those that the shop works with now; empty while it works with none. */
  readonly names: readonly string[];
  readonly fields: readonly Field[];
  readonly basis: string;
  readonly sources: readonly string[];
};

/** One purpose of processing with all that art. 30(1)(b) to (f) asks for. */
export type RecordActivity = {
  readonly purpose: MapPurpose;
  readonly bases: readonly MapBasis[];
  /** Categories of persons. */
  readonly about: readonly ('customers' | 'staff')[];
  /** Categories of data; empty where ids, codes and times are enough. */
  readonly fields: readonly Field[];
  readonly tables: readonly string[];
  readonly recipients: readonly RecordRecipient[];
  readonly clocks: readonly ShopClock[];
};

/** What is done to keep data safe (art. 30(1)(g), 32), as known and measured; the words are in `words`. */
export type RecordMeasure = {
  readonly measure: 'sealed' | 'keys' | 'exit' | 'tls' | 'ledger' | 'retention' | 'requests' | 'audit';
  readonly values: Readonly<Record<string, string | number>>;
};

export type RecordOfProcessing = {
  readonly madeAt: Temporal.Instant;
  readonly controller: {
    readonly name: string;
    readonly email: string | null;
    readonly phone: string | null;
    readonly url: string | null;
  };
  readonly activities: readonly RecordActivity[];
  readonly measures: readonly RecordMeasure[];
  readonly clocks: readonly ShopClock[];
  /** The data map itself, line by line. */
  readonly columns: readonly MappedColumn[];
};

export type RecordNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly map: RoomMap;
  readonly carriers: Pick<Carriers, 'accounts'>;
  readonly protection: Pick<Protection, 'sites'>;
  /** Through whom customers are invited to rate; a house without seals has none. */
  readonly evidence?: Pick<Evidence, 'invitesThrough'>;
  readonly retention: Pick<Retention, 'clocks' | 'runs'>;
  readonly requests: Pick<Requests, 'count'>;
  /** Null while mails stay inside. `operator` is null when the shop is. */
  readonly mailServer: { readonly host: string; readonly operator: string | null } | null;
};

/** The record of processing activities (GDPR art. 30(1)) of one shop, made from the data map, the rules and what is measured. */
export async function recordOf(needs: RecordNeeds, shop: Shop): Promise<RecordOfProcessing> {
  const columns = mappedColumns(needs.map);
  const clocks = await needs.retention.clocks(needs.database, shop.shopId);
  const named = await namesOf(needs, shop);
  const { email, phone, url } = shop.face.contact;
  return {
    madeAt: needs.clock.now(),
    controller: { name: shop.name, email, phone, url },
    activities: purposesIn(columns).map((purpose) => activityOf(purpose, columns, clocks, named)),
    measures: await measuresOf(needs, shop, columns),
    clocks,
    columns,
  };
}

function purposesIn(columns: readonly MappedColumn[]): readonly MapPurpose[] {
  return [...new Set(columns.flatMap(({ purposes }) => purposes))];
}

type Named = Readonly<Record<RecordRecipient['kind'], readonly string[]>>;

async function namesOf({ database, carriers, evidence, mailServer }: RecordNeeds, { shopId }: Shop): Promise<Named> {
  const accounts = await carriers.accounts(database, shopId);
  const names = accounts.map(({ carrier }) => findConnector(carrier)?.manifest.name ?? carrier);
  const relay =
    mailServer === null || mailServer.operator === null ? [] : [`${mailServer.operator} (${mailServer.host})`];
  const platforms = (await evidence?.invitesThrough(database, shopId)) ?? [];
  return {
    carrier: [...new Set(names)].toSorted(),
    mail_relay: relay,
    review_platform: platforms.map(({ name }) => name),
  };
}

function activityOf(
  purpose: MapPurpose,
  columns: readonly MappedColumn[],
  clocks: readonly ShopClock[],
  named: Named,
): RecordActivity {
  const ours = columns.filter(({ purposes }) => purposes.includes(purpose));
  const kept = new Set<string>(ours.map(({ keptFor }) => keptFor));
  return {
    purpose,
    bases: basesOf(purpose, ours),
    about: unique(ours.flatMap(({ about }) => (about === 'nobody' ? [] : about))),
    fields: unique(ours.flatMap(fieldOf)),
    tables: unique(ours.map(({ table }) => table)),
    recipients: recipientsOf(purpose, named),
    clocks: clocks.filter(({ name }: RetentionClock) => kept.has(name)),
  };
}

/**
 * What a table rests on is the basis of keeping it. What leaves with consent only rests on that; mails that ask for a review
 * do where the shop asks for consent, and otherwise on UWG § 7(3).
 */
function basesOf(purpose: MapPurpose, ours: readonly MappedColumn[]): readonly MapBasis[] {
  if (purpose === 'review invitation') return [consentBasis, interests];
  const going = rules.filter((rule) => rule.purpose === purpose && rule.verdict !== 'never');
  if (going.length > 0 && going.every(({ verdict }) => verdict === consentBasis)) return [consentBasis];
  return unique(ours.flatMap(({ basis }) => basis ?? []));
}

function fieldOf({ holds, as }: MappedColumn): readonly Field[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is kept in some way is no plain word
  return as === null ? [] : [holds as Field];
}

function recipientsOf(purpose: MapPurpose, named: Named): readonly RecordRecipient[] {
  const going = rules.filter((rule) => rule.purpose === purpose && rule.verdict !== 'never');
  return [...Map.groupBy(going, ({ to, verdict }) => `${to} ${verdict}`).values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const all = [first, ...more];
    return [
      {
        kind: first.to,
        names: named[first.to],
        fields: unique(all.flatMap(({ fields }) => fields)),
        basis: first.verdict,
        sources: unique(all.map(({ source }) => source)),
      },
    ];
  });
}

async function measuresOf(
  needs: RecordNeeds,
  { shopId }: Shop,
  columns: readonly MappedColumn[],
): Promise<readonly RecordMeasure[]> {
  const { database, protection, retention, requests } = needs;
  const [sites, [run], counts] = await Promise.all([
    protection.sites(shopId),
    retention.runs(database, 1),
    requests.count(database, shopId),
  ]);
  const own = sites.find((site) => site.shopId === null && site.last !== null)?.last ?? null;
  const count = (as: MappedColumn['as']): number => columns.filter((column) => column.as === as).length;
  return [
    { measure: 'sealed', values: { sealed: count('sealed'), hash: count('hash'), plain: count('plain') } },
    { measure: 'keys', values: {} },
    { measure: 'exit', values: { rules: rules.length } },
    {
      measure: 'tls',
      values: own === null ? { grade: 'none', day: '' } : { grade: own.grade ?? 'none', day: dayOf(own.at) },
    },
    { measure: 'ledger', values: {} },
    { measure: 'retention', values: { day: run === undefined ? 'none' : dayOf(run.ranAt) } },
    { measure: 'requests', values: { ...counts } },
    { measure: 'audit', values: {} },
  ];
}

/** In UTC, as ISO 8601: whoever shows it writes it out. */
function dayOf(at: Temporal.Instant): string {
  return at.toZonedDateTimeISO('UTC').toPlainDate().toString();
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
