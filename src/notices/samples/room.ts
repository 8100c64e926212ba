import { findConnector, type ReadScan } from '#carriers';
import type { ManualClock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Facts } from '#kit/facts';
import { createLog } from '#kit/log';
import type { ManualJobs } from '#kit/jobs';
import { createSmtpTransport, type MailTransport } from '#kit/mail';
import { startMailbox, type CaughtMail, type Mailbox } from '#kit/mailbox';
import type { MailRoom } from '#mail';
import type { Orders, Shop } from '#orders';
import type { Parcels } from '#parcels';
import { sealed, type Privacy } from '#privacy';
import { createNotices, type Notices } from '../notices.ts';
import { tell } from './messages.ts';

/** The floors below, on an injected clock. */
type Below = {
  readonly database: Database;
  readonly clock: ManualClock;
  readonly facts: Facts;
  readonly jobs: ManualJobs;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly shop: Shop;
  readonly mail: MailRoom;
};

/** The notices of a house with a real mail server inside, moved by hand. */
export type Room = {
  readonly notices: Notices;
  readonly mailbox: Mailbox;
  /** The way into the mailbox; what a test puts between wraps it. */
  readonly inside: MailTransport;
  /** From now on mails go this way. */
  readonly sendBy: (way: MailTransport) => void;
  /** A scan of DHL that happened this long ago, on German clocks. */
  readonly scan: (code: string, minutesAgo?: number, town?: string) => ReadScan;
  /** Takes these scans in one batch; what follows from them waits for `settle`. */
  readonly take: (number: string, ...scans: readonly ReadScan[]) => Promise<void>;
  /** Lets followers read and jobs run until nothing is due. */
  readonly settle: () => Promise<void>;
  readonly hear: (number: string, ...scans: readonly ReadScan[]) => Promise<void>;
  /** What came into the mailbox since this was asked last, oldest first. */
  readonly mails: () => readonly CaughtMail[];
  readonly pass: (seconds: number) => void;
  readonly close: () => Promise<void>;
};

export async function openRoom(below: Below): Promise<Room> {
  const { database, clock, facts, jobs, parcels, shop } = below;
  const mailbox = await startMailbox({ limit: 1_000, clock });
  const inside = createSmtpTransport({ url: mailbox.url, operator: null, log: () => {} });
  let way = inside;
  const log = createLog({ level: 'silent' });
  const notices = createNotices({ ...below, log, tell, transportOf: () => way, mailHost: 'shop.example', publicUrl: 'https://shop.example' });
  const take: Room['take'] = async (number, ...scans) => {
    const incoming = scans.map((scan) => ({ carrier: 'dhl-unified', number: sealed('tracking_number', number), scan }));
    await database.tx((tx) => parcels.takeScans(tx, shop.shopId, incoming, 'api'));
  };
  const settle = async (): Promise<void> => {
    await facts.settle();
    await jobs.runDue();
  };
  return {
    notices,
    mailbox,
    inside,
    sendBy: (other) => {
      way = other;
    },
    scan: (code, minutesAgo = 5, town = 'Leipzig') => scanAt(code, clock.now().subtract({ minutes: minutesAgo }), town),
    take,
    settle,
    hear: async (number, ...scans) => {
      await take(number, ...scans);
      await settle();
    },
    mails: () => {
      const mails = mailbox.mails().toReversed();
      mailbox.clear();
      return mails;
    },
    pass: (seconds) => clock.advanceTo(clock.now().add({ seconds })),
    close: async () => {
      await inside.close();
      await mailbox.stop();
    },
  };
}

function scanAt(code: string, at: Temporal.Instant, town: string): ReadScan {
  const meaning = findConnector('dhl-unified')?.meaning(code, null);
  if (meaning === undefined) throw new Error('DHL is not connected.');
  return {
    code,
    ...meaning,
    localTime: at.toZonedDateTimeISO('Europe/Berlin').toPlainDateTime().toString({ smallestUnit: 'second' }),
    offset: null,
    zone: 'Europe/Berlin',
    timeConfidence: 'located',
    place: { name: town, country: 'DE' },
    text: null,
  };
}
