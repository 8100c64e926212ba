import { Fault } from '#kit/fault';
import { AcmeFault } from './acme/problem.ts';
import { authorityName } from './authorities.ts';
import {
  allNames,
  hstsSecondsOf,
  hstsStages,
  isListed,
  leftOfLife,
  renewalDue,
  servedOf,
  stepAfter,
  upFrom,
  type HstsRefusal,
  type HstsState,
  type HstsStep,
} from './decide.ts';
import type { Clients } from './keeping/account-keys.ts';
import { triedAgainAt, type Delivering } from './delivering/deliver.ts';
import type { Renewing } from './renewing/renew.ts';
import { deliveriesOf, dueOf, failuresOf, fetchesOf, statements, storedCertificates } from './store.ts';
import type { Delivery, FailureWhy, StoredCertificate, TlsNeeds } from './shapes.ts';
import { measureStage, type StageWorth } from './stage-worth.ts';

/** How it stands with one name. */
export type CertificateLine = {
  readonly name: string;
  /** What is served; null: nothing that a browser would take. */
  readonly served: {
    /** As staff call the authority. */
    readonly authority: string;
    readonly notBefore: Temporal.Instant;
    readonly notAfter: Temporal.Instant;
    /** Of its own lifetime, 0 to 1. */
    readonly leftOfLife: number;
    readonly revoked: boolean;
  } | null;
  /** How its server gets it; null: it is served here. */
  readonly delivery: {
    /** One line for each machine that writes files. */
    readonly files: readonly FilesLine[];
    /** When it was last fetched, and whether that was the one that counts now; null: never. */
    readonly fetched: { readonly at: Temporal.Instant; readonly isCurrent: boolean } | null;
  } | null;
  /** When the next one is ordered, or tried again. */
  readonly nextAt: Temporal.Instant;
  /** Why there is no new one yet; gone with it. */
  readonly failure: {
    readonly why: FailureWhy;
    readonly said: string;
    readonly authority: string;
    readonly failures: number;
    readonly failedAt: Temporal.Instant;
  } | null;
};

export type FilesLine = {
  readonly place: string;
  readonly deliveredAt: Temporal.Instant | null;
  /** Whether its server took the one that counts now. */
  readonly isCurrent: boolean;
  readonly failure:
    | (NonNullable<Delivery['failure']> & {
        readonly failures: number;
        readonly triedAt: Temporal.Instant;
        readonly nextAt: Temporal.Instant;
      })
    | null;
};

export type HstsLine = {
  /** 0 to `stages` - 1. */
  readonly stage: number;
  readonly stages: number;
  readonly seconds: number;
  readonly nextSeconds: number | null;
  /** Whether this stage, and the next, bind all names below and ask for a place on the browsers' list. */
  readonly isListed: boolean;
  readonly nextIsListed: boolean;
  /** From when on it may be stepped up; null at the end. */
  readonly upAt: Temporal.Instant | null;
};

/** What staff see and do. Whoever does it stands in the audit. */
export type StaffVerbs = {
  readonly list: () => Promise<readonly CertificateLine[]>;
  /** Orders a new one now, by the process that renews. @throws Fault('not_found') */
  readonly renewNow: (name: string, actor: string) => Promise<void>;
  /**
   * Has the newest certificate taken back, and orders another; it is served until that is there, which takes seconds.
   * @throws Fault('not_found'), AcmeFault, EgressFault
   */
  readonly revoke: (name: string, actor: string) => Promise<void>;
  /**
   * Writes the files of a host and has its server take them now, by this process. A program that fails is said in the line.
   * @throws Fault('not_found'), Fault('conflict') where no folder is set or there is no certificate
   */
  readonly deliver: (name: string, actor: string) => Promise<FilesLine>;
  /** Of the house's own names, or of one that is fronted. @throws Fault('not_found') */
  readonly hsts: (front?: string) => Promise<HstsLine>;
  /** What the house's stage of now is worth beside the last one, by a look at our own page; null when it cannot be looked at. */
  readonly measureStage: () => Promise<StageWorth | null>;
  readonly stepHsts: (
    step: HstsStep,
    actor: string,
    front?: string,
  ) => Promise<{ readonly stage: number } | HstsRefusal>;
};

type Workers = { readonly clients: Clients; readonly renewing: Renewing; readonly delivering: Delivering };

export function createStaffVerbs(needs: TlsNeeds, { clients, renewing, delivering }: Workers): StaffVerbs {
  const { database, clock, audit, wanted } = needs;
  const names = allNames(wanted);

  const known = (name: string): string => {
    const found = names.find((one) => one === name.trim().toLowerCase());
    if (found === undefined)
      throw new Fault(
        'not_found',
        'This name is in none of GLASSPOST_DOMAIN, GLASSPOST_FRONT, GLASSPOST_CERTIFICATE_HOSTS.',
      );
    return found;
  };

  const order = async (name: string, entry: { readonly actor: string; readonly verb: string }): Promise<void> => {
    const now = clock.now();
    await database.tx(async (tx) => {
      await tx.rows(statements.addWish, [name, now]);
      await tx.rows(statements.setDue, [name, now]);
      await audit(tx, { shopId: null, ...entry, subject: name });
    });
    await renewing.wake('always');
  };

  return {
    list: () => linesOf(needs),
    renewNow: async (name, actor) => await order(known(name), { actor, verb: 'certificate.renew' }),
    revoke: async (name, actor) => {
      const host = known(name);
      const [newest] = await storedCertificates(database, [host]);
      if (newest === undefined) throw new Fault('not_found', 'There is no certificate for this name.');
      const client = await clients.of(newest.directory);
      await client.revoke(newest.chain, 'keyCompromise').catch((error: unknown) => {
        // It was done before, and the answer was lost on its way.
        if (!(error instanceof AcmeFault && error.problem.kind === 'alreadyRevoked')) throw error;
      });
      await database.rows(statements.revoked, [newest.certificateId, clock.now()]);
      await order(host, { actor, verb: 'certificate.revoke' });
    },
    deliver: async (name, actor) => await deliver(needs, delivering, { host: known(name), actor }),
    ...createHstsVerbs(needs),
  };
}

function createHstsVerbs(needs: TlsNeeds): Pick<StaffVerbs, 'hsts' | 'measureStage' | 'stepHsts'> {
  const { database, clock, audit, ownPage, fronted = [] } = needs;
  const never = { stage: 0, since: Temporal.Instant.fromEpochMilliseconds(0) };
  const state = async (front?: string): Promise<HstsState> => {
    if (front === undefined) return (await database.one<HstsState>(statements.hsts, [])) ?? never;
    if (!fronted.includes(front)) throw new Fault('not_found', 'This name is none of those in GLASSPOST_FRONT.');
    return (await database.one<HstsState>(statements.hstsHosts, [[front]])) ?? never;
  };
  return {
    hsts: async (front) => hstsLine(await state(front)),
    measureStage: async () => {
      return ownPage === undefined ? null : await measureStage(ownPage, (await state()).stage);
    },
    stepHsts: async (step, actor, front) => {
      const before = await state(front);
      const after = stepAfter(before, step, clock.now());
      if ('no' in after) return after;
      await database.tx(async (tx) => {
        // Two who step at the same time make one step.
        const values = [after.stage, clock.now(), before.stage];
        const [stepped] = await (front === undefined
          ? tx.rows(statements.setHsts, values)
          : tx.rows(statements.setHstsHost, [...values, front]));
        if (stepped === undefined) throw new Fault('conflict', 'Somebody else has just stepped it.');
        await tx.rows(statements.tell, []);
        const subject = front === undefined ? String(after.stage) : `${front} ${after.stage}`;
        await audit(tx, { shopId: null, actor, verb: `certificate.hsts_${step === 'down' ? 'down' : 'up'}`, subject });
      });
      return after;
    },
  };
}

async function deliver(
  { database, clock, audit, wanted }: TlsNeeds,
  delivering: Delivering,
  { host, actor }: { readonly host: string; readonly actor: string },
): Promise<FilesLine> {
  if (wanted?.delivered?.hosts.includes(host) !== true) {
    throw new Fault('conflict', 'This name is served here; nothing of it is delivered.');
  }
  await database.tx((tx) => audit(tx, { shopId: null, actor, verb: 'certificate.deliver', subject: host }));
  const row = await delivering.deliverNow(host);
  return filesLine(row, servedOf(await storedCertificates(database, [host]), clock.now()));
}

function hstsLine(state: HstsState): HstsLine {
  const { stage } = state;
  const isLast = stage >= hstsStages.length - 1;
  const seconds = hstsSecondsOf(stage);
  return {
    stage,
    stages: hstsStages.length,
    seconds,
    nextSeconds: isLast ? null : hstsSecondsOf(stage + 1),
    isListed: isListed(stage),
    nextIsListed: !isLast && isListed(stage + 1),
    upAt: isLast ? null : upFrom(state),
  };
}

async function linesOf({ database, clock, wanted }: TlsNeeds): Promise<readonly CertificateLine[]> {
  const names = allNames(wanted);
  const hosts = wanted?.delivered?.hosts ?? [];
  const now = clock.now();
  const deliveries = Map.groupBy(await deliveriesOf(database, hosts), ({ host }) => host);
  const fetches = new Map((await fetchesOf(database, hosts)).map((row) => [row.host, row]));
  const certificates = Map.groupBy(await storedCertificates(database, names), ({ host }) => host);
  const failures = await failuresOf(database, names);
  const due = new Map((await dueOf(database, names)).map(({ host, dueAt }) => [host, dueAt]));
  return names.map((name) => {
    const own = certificates.get(name) ?? [];
    const served = servedOf(own, now);
    const failure = failures.get(name) ?? null;
    const delivery = deliveryOf(deliveries.get(name), fetches.get(name) ?? null, served);
    return {
      name,
      served: served === null ? null : servedLine(served, now),
      delivery: hosts.includes(name) ? delivery : null,
      nextAt: failure === null ? renewalDue(own[0] ?? null, now) : (due.get(name) ?? now),
      failure: failure === null ? null : { ...failure, authority: authorityName(failure.directory) },
    };
  });
}

function servedLine(served: StoredCertificate, now: Temporal.Instant): NonNullable<CertificateLine['served']> {
  const { directory, notBefore, notAfter, revokedAt } = served;
  return {
    authority: authorityName(directory),
    notBefore,
    notAfter,
    leftOfLife: leftOfLife(served, now),
    revoked: revokedAt !== null,
  };
}

type Fetch = { readonly certificateId: string; readonly fetchedAt: Temporal.Instant };

function deliveryOf(
  rows: readonly Delivery[] = [],
  fetch: Fetch | null,
  served: StoredCertificate | null,
): CertificateLine['delivery'] {
  const isCurrent = fetch !== null && fetch.certificateId === served?.certificateId;
  return {
    files: rows.map((row) => filesLine(row, served)),
    fetched: fetch === null ? null : { at: fetch.fetchedAt, isCurrent },
  };
}

function filesLine(row: Delivery, served: StoredCertificate | null): FilesLine {
  const { place, deliveredAt, certificateId, failure, failures, triedAt } = row;
  const nextAt = triedAgainAt(row, served?.notAfter ?? triedAt);
  return {
    place,
    deliveredAt,
    isCurrent: certificateId !== null && certificateId === served?.certificateId,
    failure: failure === null ? null : { ...failure, failures, triedAt, nextAt },
  };
}
