import type { Database, Queries } from '#kit/database';
import type { Delivery, DeliveryWhy, Failure, Kept, Ordering, ProofKind, StoredCertificate } from './shapes.ts';

const columns = `
  c.certificate_id as "certificateId", c.host, c.directory, c.chain, c.private, c.not_before as "notBefore",
  c.not_after as "notAfter", c.made_at as "madeAt", r.revoked_at as "revokedAt", w.starts_at as "startsAt",
  w.ends_at as "endsAt", w.ask_at as "askAt"`;

export const statements = {
  /** One works for all. The lock is gone with its transaction, and that with its process. */
  lock: `select pg_try_advisory_xact_lock($1, $2) as had`,
  beat: `select 1 as one`,
  tell: `select pg_notify('glasspost_tls', '')`,

  account: `select url, private from tls.account where directory = $1`,
  addAccount: `
    insert into tls.account (directory, url, private, made_at) values ($1, null, $2, $3)
    on conflict (directory) do nothing`,
  setAccountUrl: `update tls.account set url = $2 where directory = $1`,

  certificates: `
    select ${columns} from tls.certificate c
    left join tls.revoked r on r.certificate_id = c.certificate_id
    left join tls.renewal_window w on w.certificate_id = c.certificate_id
    where c.host = any ($1::text[]) order by c.made_at desc, c.certificate_id desc limit 1000`,
  addCertificate: `
    insert into tls.certificate (certificate_id, host, directory, chain, private, not_before, not_after, made_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  dropOldCertificates: `
    delete from tls.certificate c where c.host = $1 and (c.not_after < $2 or c.certificate_id not in (
      select n.certificate_id from tls.certificate n where n.host = $1
      order by n.made_at desc, n.certificate_id desc limit 5))`,
  dropLooseRevoked: `
    delete from tls.revoked r where not exists (
      select 1 from tls.certificate c where c.certificate_id = r.certificate_id)`,
  dropLooseWindows: `
    delete from tls.renewal_window w where not exists (
      select 1 from tls.certificate c where c.certificate_id = w.certificate_id)`,
  revoked: `insert into tls.revoked (certificate_id, revoked_at) values ($1, $2) on conflict do nothing`,
  setWindow: `
    insert into tls.renewal_window (certificate_id, starts_at, ends_at, ask_at) values ($1, $2, $3, $4)
    on conflict (certificate_id) do update
      set starts_at = excluded.starts_at, ends_at = excluded.ends_at, ask_at = excluded.ask_at`,

  due: `select host, due_at as "dueAt" from tls.due where host = any ($1::text[]) order by due_at, host limit 200`,
  setDue: `
    insert into tls.due (host, due_at) values ($1, $2) on conflict (host) do update set due_at = excluded.due_at`,
  dueWhereMissing: `
    insert into tls.due (host, due_at) select host, $2 from unnest($1::text[]) as g (host) on conflict do nothing`,

  wish: `select wished_at as "wishedAt" from tls.wish where host = $1`,
  addWish: `insert into tls.wish (host, wished_at) values ($1, $2) on conflict do nothing`,
  dropWish: `delete from tls.wish where host = $1`,

  // Whoever tried out with one authority and then named another is not served by the first until it would renew.
  dueWhereForeign: `
    update tls.due d set due_at = $3 where d.host = any ($1::text[]) and d.due_at > $3 and exists (
      select 1 from tls.certificate c where c.host = d.host and c.directory <> all ($2::text[])
        and c.made_at = (select max(n.made_at) from tls.certificate n where n.host = d.host))`,

  ordering: `
    select directory, order_url as "orderUrl", request, private, placed_at as "placedAt" from tls.ordering where host = $1`,
  setOrdering: `
    insert into tls.ordering (host, directory, order_url, request, private, placed_at) values ($1, $2, $3, $4, $5, $6)
    on conflict (host) do update set directory = excluded.directory, order_url = excluded.order_url,
      request = excluded.request, private = excluded.private, placed_at = excluded.placed_at`,
  dropOrdering: `delete from tls.ordering where host = $1`,

  failures: `
    select host, failures, why, said, directory, failed_at as "failedAt" from tls.failure where host = any ($1::text[])`,
  addFailure: `
    insert into tls.failure (host, failures, why, said, directory, failed_at) values ($1, 1, $2, $3, $4, $5)
    on conflict (host) do update set failures = least(tls.failure.failures + 1, 1000), why = excluded.why,
      said = excluded.said, directory = excluded.directory, failed_at = excluded.failed_at
    returning failures`,
  dropFailure: `delete from tls.failure where host = $1`,

  show: `
    insert into tls.proof (host, kind, token, shown, until) values ($1, $2, $3, $4, $5)
    on conflict (host, kind, token) do update set shown = excluded.shown, until = excluded.until`,
  shown: `select shown from tls.proof where host = $1 and kind = $2 and token = $3 and until > $4`,
  /** By its token alone, which nobody guesses: the host that it was led here from need not be named. */
  shownByToken: `
    select host, shown from tls.proof where kind = 'http-01' and token = $1 and until > $2 order by host limit 1`,
  hide: `delete from tls.proof where host = $1 and kind = $2 and token = $3`,
  dropOldProofs: `delete from tls.proof where until <= $1`,

  deliveries: `
    select host, place, certificate_id as "certificateId", delivered_at as "deliveredAt", tried_at as "triedAt", failures,
      why, code, said
    from tls.delivery where host = any ($1::text[]) order by host, place limit 1000`,
  delivered: `
    insert into tls.delivery (host, place, certificate_id, delivered_at, tried_at, failures, why, code, said)
    values ($1, $2, $3, $4, $4, 0, null, null, '')
    on conflict (host, place) do update set certificate_id = excluded.certificate_id, delivered_at = excluded.delivered_at,
      tried_at = excluded.tried_at, failures = 0, why = null, code = null, said = ''`,
  undelivered: `
    insert into tls.delivery (host, place, certificate_id, delivered_at, tried_at, failures, why, code, said)
    values ($1, $2, null, null, $3, 1, $4, $5, $6)
    on conflict (host, place) do update set tried_at = excluded.tried_at, failures = least(tls.delivery.failures + 1, 1000),
      why = excluded.why, code = excluded.code, said = excluded.said`,
  dropOldDeliveries: `delete from tls.delivery where tried_at < $1`,

  fetches: `
    select host, certificate_id as "certificateId", fetched_at as "fetchedAt" from tls.fetched
    where host = any ($1::text[])`,
  fetched: `
    insert into tls.fetched (host, certificate_id, fetched_at) values ($1, $2, $3)
    on conflict (host) do update set certificate_id = excluded.certificate_id, fetched_at = excluded.fetched_at`,

  hsts: `select stage, since from tls.hsts`,
  setHsts: `
    insert into tls.hsts (one, stage, since) values (true, $1, $2)
    on conflict (one) do update set stage = excluded.stage, since = excluded.since where tls.hsts.stage = $3
    returning stage`,
  hstsHosts: `select host, stage, since from tls.hsts_host where host = any ($1::text[])`,
  setHstsHost: `
    insert into tls.hsts_host (host, stage, since) values ($4, $1, $2)
    on conflict (host) do update set stage = excluded.stage, since = excluded.since where tls.hsts_host.stage = $3
    returning stage`,
};

export async function storedCertificates(
  queries: Queries,
  hosts: readonly string[],
): Promise<readonly StoredCertificate[]> {
  return await queries.rows<StoredCertificate>(statements.certificates, [hosts]);
}

export async function addCertificate(
  queries: Queries,
  kept: Kept,
  { sealed, madeAt }: { readonly sealed: Buffer; readonly madeAt: Temporal.Instant },
): Promise<void> {
  const { certificateId, host, directory, chain, notBefore, notAfter } = kept;
  await queries.rows(statements.addCertificate, [
    certificateId,
    host,
    directory,
    chain,
    sealed,
    notBefore,
    notAfter,
    madeAt,
  ]);
}

/** Everything that outlived its use by then. */
export async function dropOld(queries: Queries, host: string, before: Temporal.Instant): Promise<void> {
  await queries.rows(statements.dropOldCertificates, [host, before]);
  await queries.rows(statements.dropLooseRevoked, []);
  await queries.rows(statements.dropLooseWindows, []);
}

export async function orderingOf(queries: Queries, host: string): Promise<Ordering | null> {
  return await queries.one<Ordering>(statements.ordering, [host]);
}

export async function failuresOf(queries: Queries, hosts: readonly string[]): Promise<ReadonlyMap<string, Failure>> {
  const rows = await queries.rows<Failure>(statements.failures, [hosts]);
  return new Map(rows.map((row) => [row.host, row]));
}

/** The stages of HSTS of these fronted names, and under undefined that of the house; those that were never stepped are missing. */
export async function stagesOf(
  queries: Queries,
  fronts: readonly string[],
): Promise<ReadonlyMap<string | undefined, number>> {
  const house = await queries.one<{ stage: number }>(statements.hsts, []);
  const rows = await queries.rows<{ host: string; stage: number }>(statements.hstsHosts, [fronts]);
  return new Map<string | undefined, number>([
    [undefined, house?.stage ?? 0],
    ...rows.map(({ host, stage }): [string, number] => [host, stage]),
  ]);
}

export async function dueOf(
  queries: Queries,
  hosts: readonly string[],
): Promise<readonly { readonly host: string; readonly dueAt: Temporal.Instant }[]> {
  return await queries.rows(statements.due, [hosts]);
}

export async function proofShown(
  queries: Queries,
  { host, kind, token }: { readonly host: string; readonly kind: ProofKind; readonly token: string },
  now: Temporal.Instant,
): Promise<Buffer | null> {
  return (await queries.one<{ shown: Buffer }>(statements.shown, [host, kind, token, now]))?.shown ?? null;
}

/** A proof that is shown under this token, sealed, and the host it is for. */
export async function proofUnder(
  queries: Queries,
  token: string,
  now: Temporal.Instant,
): Promise<{ readonly host: string; readonly shown: Buffer } | null> {
  return await queries.one<{ host: string; shown: Buffer }>(statements.shownByToken, [token, now]);
}

type DeliveryRow = Omit<Delivery, 'failure'> & {
  readonly why: DeliveryWhy | null;
  readonly code: number | null;
  readonly said: string;
};

export async function deliveriesOf(queries: Queries, hosts: readonly string[]): Promise<readonly Delivery[]> {
  const rows = await queries.rows<DeliveryRow>(statements.deliveries, [hosts]);
  return rows.map(deliveryIn);
}

function deliveryIn({ why, code, said, ...row }: DeliveryRow): Delivery {
  return { ...row, failure: why === null ? null : { why, code, said } };
}

export async function fetchesOf(
  queries: Queries,
  hosts: readonly string[],
): Promise<readonly { readonly host: string; readonly certificateId: string; readonly fetchedAt: Temporal.Instant }[]> {
  return await queries.rows(statements.fetches, [hosts]);
}

const rooms = { renewal: 727_154, delivery: 727_155 } as const;

/**
 * Whoever gets the lock works alone, in whatever process; null when somebody has it. It is held by a transaction in which
 * nothing else happens, and which is kept from being taken for forgotten.
 */
export async function alone<T>(
  database: Database,
  { room, key }: { readonly room: keyof typeof rooms; readonly key: number },
  work: () => Promise<T>,
): Promise<T | null> {
  return await database.tx(async (tx) => {
    const row = await tx.one<{ had: boolean }>(statements.lock, [rooms[room], key]);
    if (row?.had !== true) return null;
    const beat = setInterval(() => {
      tx.rows(statements.beat, []).catch(() => {});
    }, beatMs);
    try {
      return await work();
    } finally {
      clearInterval(beat);
    }
  });
}

/** A third of the time after which the database ends a transaction that says nothing. */
const beatMs = 20_000;
