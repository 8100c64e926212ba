import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { Fault } from '#kit/fault';
import { retryAt, servedOf } from '../decide.ts';
import { certificatePlace, type Sealing } from '../keeping/sealing.ts';
import type { Delivery, DeliveryWhy, StoredCertificate, TlsNeeds } from '../shapes.ts';
import { alone, deliveriesOf, statements, storedCertificates } from '../store.ts';
import type { Pems } from './bundle.ts';
import { areThere, folderOf, writeFiles } from './files.ts';
import { runReload, saidMax } from './run-reload.ts';

export type Delivering = {
  /** Writes what is new, has it reloaded, and tries again what failed when its pause is over. */
  readonly deliverDue: () => Promise<void>;
  /** Writes and reloads this host now, and says what came of it. @throws Fault('conflict') when that cannot be done here */
  readonly deliverNow: (host: string) => Promise<Delivery>;
};

/** Where this process writes. */
type Place = { readonly name: string; readonly directory: string; readonly reload: string | null };
type Work = { readonly needs: TlsNeeds; readonly place: Place; readonly host: string };
type Wrong = { readonly why: DeliveryWhy; readonly code: number | null; readonly said: string };

/** A machine that is gone is forgotten after this. */
const placeHoursMax = 24 * 90;
const placeNameMax = 500;

/** Every process with a folder of its own keeps the files in it; several with the same one take turns. */
export function createDelivering(needs: TlsNeeds, sealing: Sealing): Delivering {
  const { database, wanted } = needs;
  const place = placeOf(wanted?.delivered);
  /** What was seen to be well in this life; its files are not read again. */
  const well = new Map<string, string>();

  const deliver = async (at: Place, current: StoredCertificate, isWished: boolean): Promise<boolean> => {
    const { host, certificateId, chain } = current;
    const work = { needs, place: at, host };
    const key = createHash('sha256').update(`${at.name} ${host}`).digest().readInt32BE();
    const had = await alone(database, { room: 'delivery', key }, async () => {
      const pems = { chain, keyPem: sealing.open(current.private, certificatePlace(certificateId)) };
      const row = await deliveryHere(work);
      const isWell = !isWished && (await isDelivered(work, row, current, pems));
      const isPaused = !isWished && !isWell && isResting(needs, row, current);
      if (isPaused) return false;
      const wrong = isWell ? null : await tryToDeliver(work, certificateId, pems);
      if (!isWell) await keep(work, certificateId, wrong);
      if (wrong === null) well.set(host, certificateId);
      return true;
    });
    return had ?? false;
  };

  return {
    deliverDue: async () => {
      if (place === null) return;
      for (const current of await currentOf(needs, wanted?.delivered?.hosts ?? [])) {
        if (well.get(current.host) !== current.certificateId) await deliver(place, current, false);
      }
    },
    deliverNow: async (host) => {
      if (place === null)
        throw new Fault('conflict', 'GLASSPOST_CERTIFICATE_DIR is not set: there is no folder for files.');
      const [current] = await currentOf(needs, [host]);
      if (current === undefined) throw new Fault('conflict', 'There is no certificate for this name yet.');
      const isDone = await deliver(place, current, true);
      const row = isDone ? await deliveryHere({ needs, place, host }) : null;
      if (row === null) throw new Fault('conflict', 'It is being delivered by another process at this moment.');
      return row;
    },
  };
}

function placeOf(
  delivered: { readonly directory: string | null; readonly reload: string | null } | undefined,
): Place | null {
  if (delivered === undefined || delivered.directory === null) return null;
  const { directory, reload } = delivered;
  return { directory, reload, name: `${hostname()}:${directory}`.slice(0, placeNameMax) };
}

/** Of each of these hosts, what its server is to show now. */
export async function currentOf(
  { database, clock }: TlsNeeds,
  hosts: readonly string[],
): Promise<readonly StoredCertificate[]> {
  const rows = Map.groupBy(await storedCertificates(database, hosts), ({ host }) => host);
  return [...rows.values()].flatMap((own) => servedOf(own, clock.now()) ?? []);
}

async function deliveryHere({ needs, place, host }: Work): Promise<Delivery | null> {
  const rows = await deliveriesOf(needs.database, [host]);
  return rows.find((row) => row.place === place.name) ?? null;
}

/** Its server took this certificate, and it lies there unchanged. */
async function isDelivered(work: Work, row: Delivery | null, current: StoredCertificate, pems: Pems): Promise<boolean> {
  const wasTaken = row !== null && row.failure === null && row.certificateId === current.certificateId;
  return wasTaken && (await areThere(work.place.directory, work.host, pems));
}

/** A new certificate is not held up by what became of the one before. */
function isResting({ clock }: TlsNeeds, row: Delivery | null, current: StoredCertificate): boolean {
  if (row === null || row.failure === null) return false;
  if (Temporal.Instant.compare(current.madeAt, row.triedAt) > 0) return false;
  return Temporal.Instant.compare(triedAgainAt(row, current.notAfter), clock.now()) > 0;
}

/** With growing pauses, and often enough before the certificate ends. */
export function triedAgainAt({ failures, triedAt }: Delivery, until: Temporal.Instant): Temporal.Instant {
  return retryAt({ failures, now: triedAt, until, asked: null });
}

async function tryToDeliver({ place, host }: Work, certificateId: string, pems: Pems): Promise<Wrong | null> {
  const { directory, reload } = place;
  try {
    if (!(await areThere(directory, host, pems))) await writeFiles(directory, host, certificateId, pems);
  } catch (error) {
    return { why: 'files', code: null, said: error instanceof Error ? error.message : String(error) };
  }
  if (reload === null) return null;
  const { code, said } = await runReload(reload, { host, folder: folderOf(directory, host) });
  if (code === 0) return null;
  return { why: code === null ? 'not_run' : 'reload', code, said };
}

async function keep({ needs, place, host }: Work, certificateId: string, wrong: Wrong | null): Promise<void> {
  const { database, clock, log } = needs;
  const now = clock.now();
  if (wrong === null) await database.rows(statements.delivered, [host, place.name, certificateId, now]);
  else {
    const { why, code, said } = wrong;
    await database.rows(statements.undelivered, [host, place.name, now, why, code, clean(said)]);
  }
  await database.rows(statements.dropOldDeliveries, [now.subtract({ hours: placeHoursMax })]);
  if (wrong === null) log.info('certificate delivered');
  else log.warn('a certificate was not delivered', { why: wrong.why });
}

/** Without what could take hold of a terminal, or PostgreSQL refuses. */
function clean(said: string): string {
  return said
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(-saidMax);
}
