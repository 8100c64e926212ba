import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFaq, type Faq } from '#faq';
import { createBackup, type Backup } from '#backup';
import { createKeyRoom, openKeyring, type Keyring, type KeyRoom } from '#keys';
import { createManualClock, type ManualClock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { createEvidence, type Evidence } from '#evidence';
import { createLookup, EgressFault } from '#kit/egress';
import { createFacts, type Facts } from '#kit/facts';
import { createManualJobs, type ManualJobs } from '#kit/jobs';
import { createLog } from '#kit/log';
import { createMail, type MailRoom, type MailRoomNeeds } from '#mail';
import { createOrders, orderBody, readOrder, type Orders, type Shop, type TakenOrder } from '#orders';
import { createParcels, type Parcels } from '#parcels';
import { createPrivacy, ledgerHeads, subjectKeys, type Privacy } from '#privacy';
import { createProtection, type Protection } from '#protection';
import { createService, type Service } from '#service';
import { createTls, scanMail, type Tls } from '#tls';
import type { FrontState } from '#kit/http';
import { wireBreaches, type BreachRooms } from '../src/house/breaches.ts';
import { wireRights, type RightsRooms } from '../src/house/rights.ts';
import { openTestDatabase } from './database.ts';

/** The lower floors on a database of their own, on an injected clock: nothing runs by itself. */
export type Ground = {
  readonly url: string;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly jobs: ManualJobs;
  readonly keyring: Keyring;
  readonly keyRoom: KeyRoom;
  readonly backup: Backup;
  readonly facts: Facts;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly shop: Shop;
  readonly mail: MailRoom;
  readonly service: Service;
  /** Of what these rooms hold. */
  readonly rights: RightsRooms;
  /** Of an installation whose certificates come from elsewhere. */
  readonly tls: Tls;
  readonly fronts: () => Promise<readonly FrontState[]>;
  /** Of an installation without an address of its own; it scans nothing. */
  readonly protection: Protection;
  /** No issuer can be reached from it. */
  readonly evidence: Evidence;
  /** Staff have the address wache@nordlicht.example. */
  readonly breaches: BreachRooms['breaches'];
  readonly canaries: BreachRooms['canaries'];
  readonly faq: Faq;
  /** Puts an order as the API would: a body of `PUT /v1/orders/{number}`. */
  readonly putOrder: (number: string, body: object) => Promise<TakenOrder>;
  readonly close: () => Promise<void>;
};

export const start = Temporal.Instant.from('2026-11-20T08:00:00Z');

export const exampleFace: Shop['face'] = {
  brand: '#1f4e5f',
  onBrand: '#ffffff',
  logoUrl: null,
  contact: { email: 'hallo@nordlicht.example', phone: null, hours: null, url: null },
  sender: { name: 'Nordlicht', address: 'post@nordlicht.example' },
};

export function exampleOrder(more: object = {}): object {
  return {
    placed_at: '2026-11-19T10:00:00+01:00',
    language: 'de',
    customer: { id: 'c-1', name: 'Ada Beispiel', email: 'ada@kunde.example', phone: '+49 30 1234567' },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    items: [{ sku: 'T-1', title: 'Tasse', quantity: 2, price_minor: 1990, currency: 'EUR' }],
    parcels: [{ carrier: 'dhl-unified', tracking_number: '00340434161094015902', service: 'parcel-de' }],
    consents: [],
    ...more,
  };
}

/** `mail` replaces what its room needs, such as DNS servers on loopback. */
export async function openGround(mail: Partial<MailRoomNeeds> = {}): Promise<Ground> {
  const { url, close } = await openTestDatabase();
  const database = openDatabase({ url });
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-test-keys-'));
  const keyring = await openKeyring({ folder, database });
  const clock = createManualClock(start);
  const jobs = createManualJobs({ clock });
  const facts = createFacts({ database, clock, log: () => {} });
  const privacy = createPrivacy({ database, clock, keyring, publicUrl: 'https://shop.example' });
  const orders = createOrders({ database, clock, keyring, privacy, publicUrl: 'https://shop.example' });
  const parcels = createParcels({ database, clock, privacy, facts, orders });
  const mailNeeds: MailRoomNeeds = {
    ...{ database, clock, privacy, publicUrl: 'https://shop.example', dnsServers: ['127.0.0.1:9'], mailServer: null },
    transportOf: () => assert.fail('a test tried a mail without a way to send it'),
    ...mail,
  };
  const wrapped = subjectKeys;
  const keyRoom = createKeyRoom({ database, clock, keyring, jobs, wrapped, audit: privacy.audit, log: () => {} });
  const apart = wrapped.map(({ table }) => table);
  const backup = createBackup({ database, clock, keyring, apart, ledgerHeads, version: '0', own: [] });
  const tls = createTls({
    ...{ database, clock, keyring, jobs, log: createLog({ level: 'silent' }), wanted: null, audit: privacy.audit },
    send: () => assert.fail('a test asked an authority for a certificate'),
  });
  const mailRoom = createMail(mailNeeds);
  const service = createService({
    ...{ database, clock, jobs, privacy, orders, parcels, mail: mailRoom, log: createLog({ level: 'silent' }) },
    notices: { register: () => {}, tell: () => assert.fail('a test told of a message without a way to send it') },
    caseUrlOf: (number) => `https://shop.example/console/inbox/${number}`,
  });
  const protection = createProtection({
    ...{ database, clock, jobs, mail: mailRoom, scanMail, audit: privacy.audit, log: createLog({ level: 'silent' }) },
    ...{ own: [], allowPrivate: false, caPem: null, staff: [] },
    ...{ publicUrl: 'https://shop.example', version: '0', ownStart: () => '/', resolve: createLookup(['127.0.0.1:9']) },
    shops: () => orders.shops(database),
    certificates: tls.list,
    scan: () => assert.fail('a test scanned a host without saying how'),
  });
  const evidence = createEvidence({
    ...{ database, clock, jobs, facts, privacy, orders, parcels, mail: mailRoom, log: createLog({ level: 'silent' }) },
    ...{ staff: [], publicUrl: 'https://shop.example', routeOf: () => Promise.resolve(null) },
    send: () => Promise.reject(new EgressFault('connect', 'nobody.example', null)),
  });
  const { breaches, canaries } = wireBreaches({
    ...{ database, clock, jobs, keyring, privacy, orders, mail: mailRoom, log: createLog({ level: 'silent' }) },
    ...{ publicUrl: 'https://shop.example', staff: ['wache@nordlicht.example'] },
    notices: { register: () => {}, tell: () => assert.fail('a test told a customer without a way to') },
  });
  const rights = wireRights({
    ...{ database, clock, jobs, facts, keyring, privacy, orders, mail: mailRoom, protection, mailServer: null },
    rooms: [evidence, service, mailRoom, parcels, orders],
    carriers: { accounts: () => Promise.resolve([]) },
    log: createLog({ level: 'silent' }),
    staff: [],
    deskUrl: 'https://shop.example/console/requests',
  });
  const faq = createFaq({
    ...{ database, clock, privacy },
    valuesOf: async (queries, shopId) => {
      const known = (await orders.shops(queries)).find((one) => one.shopId === shopId);
      if (known === undefined) return null;
      const { phone, email, hours } = known.face.contact;
      const contact = { contactPhone: phone, contactEmail: email, contactHours: hours, answerTime: null };
      return { language: known.language, shop: known.name, ...contact };
    },
  });
  const shop = await orders.addShop(database, { name: 'Nordlicht', language: 'de', sample: false, face: exampleFace });
  return {
    ...{
      url,
      database,
      clock,
      jobs,
      keyring,
      facts,
      privacy,
      orders,
      parcels,
      shop,
      tls,
      mail: mailRoom,
      service,
      protection,
      evidence,
      rights,
      breaches,
      canaries,
      faq,
      keyRoom,
      backup,
    },
    fronts: () => Promise.resolve([]),
    putOrder: (number, body) =>
      database.tx((tx) => parcels.takeOrder(tx, shop.shopId, readOrder(number, orderBody.parse(body)))),
    close: async () => {
      await database.close();
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
