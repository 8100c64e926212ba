import { setTimeout as pause } from 'node:timers/promises';
import { realClock } from '#kit/clock';
import { createWorkerJobs } from '#kit/jobs';
import { createLog } from '#kit/log';
import { startMailbox } from '#kit/mailbox';
import { createHouse, type House } from '../../src/house.ts';
import { openBenchGround, type BenchGround } from '../parts/ground.ts';
import { placeAt } from '../../test/place.ts';

/** The whole house on the real clock, with its own jobs, whose mails leave signed by a mail server that others run. */
export type MailHouse = Pick<BenchGround, 'database' | 'shop' | 'settle'> & {
  readonly parcels: House['parcels'];
  /** Ends when no follower and no job has anything to do. */
  readonly rest: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const restMsMax = 120_000;

const statements = {
  // The keys' public halves stand in no DNS here; that they were seen is taken as read.
  seen: 'update mail.key_pair set seen_at = made_at where shop_id = $1',
  busy: `
    select exists (select from facts.cursor c join facts.lane l using (lane) where l.seq > c.seq)
      or exists (select from graphile_worker.jobs where run_at <= now()) as busy`,
};

export async function openMailHouse(smtpUrl: string): Promise<MailHouse> {
  const ground = await openBenchGround();
  const { url, database, keyring, shop } = ground;
  const log = createLog({ level: 'silent' });
  const mailbox = await startMailbox({ limit: 10, clock: realClock });
  const house = createHouse({
    ...{ database, keyring, log, mailbox },
    clock: realClock,
    jobs: createWorkerJobs({ database, url, log: () => {} }),
    publicUrl: 'https://paket.nordlicht.example',
    smtp: { url: smtpUrl, operator: 'relay.example' },
    dnsServers: [],
    about: { settings: () => [], version: '0' },
    place: placeAt('https://shop.example'),
    certificates: null,
    scanning: { own: [], allowPrivate: false, caPem: null, staff: [] },
    routeOf: () => null,
    pause: (ms) => pause(ms),
  });
  await house.mail.rotate(shop, 'bench');
  await database.rows(statements.seen, [shop.shopId]);
  await house.start();
  return {
    ...{ database, shop },
    settle: ground.settle,
    parcels: house.parcels,
    rest: async () => {
      const until = performance.now() + restMsMax;
      while ((await database.one<{ busy: boolean }>(statements.busy, []))?.busy !== false) {
        if (performance.now() > until) throw new Error('the house does not come to rest');
        await pause(50);
      }
    },
    close: async () => {
      await house.stop();
      await mailbox.stop();
      await ground.close();
    },
  };
}
