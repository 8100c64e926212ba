import { milestones } from '#carriers';
import { createManualClock } from '#kit/clock';
import type { Shop, StoredOrder } from '#orders';
import type { Parcel, Scan } from '#parcels';
import { createPrivacy, sealed, type Privacy } from '#privacy';
import { composeCorrection } from '../compose-correction.ts';
import { composeNotice } from '../compose.ts';
import type { FactKind } from '../decide.ts';
import type { Tell } from '../told-parcel.ts';

// An invented order, its parcels and their scans, as far as a message is made from them.

const now = Temporal.Instant.from('2026-11-20T12:00:00Z');
export const url = 'https://shop.example/t/k3f9abcdefghijklmnopqrstuvw';

/** To open what came in a moment ago takes no database, and no key that somebody has. */
const nobodysKeys = { derive: () => Buffer.alloc(32), kept: { folder: '/nowhere' } };
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const privacy: Pick<Privacy, 'open'> = createPrivacy({
  clock: createManualClock(now),
  keyring: nobodysKeys,
} as unknown as Parameters<typeof createPrivacy>[0]);

export const tell: Tell = (language, { subStatus, carrierName }) => ({
  headline: `${language.startsWith('de') ? 'Nun' : 'Now'}: ${subStatus}`,
  explanation: subStatus === 'delivered.recipient' ? null : `${carrierName} says ${subStatus}.`,
  nextStep: /failed|exception|neighbour|locker/u.test(subStatus ?? '') ? `Do this about ${subStatus}.` : null,
});

export const shop: Shop = {
  shopId: '01938a3c-1111-7000-8000-000000000001',
  name: 'Nordlicht',
  language: 'de',
  sample: false,
  face: {
    brand: '#1f4e5f',
    onBrand: '#ffffff',
    logoUrl: null,
    contact: {
      email: 'hallo@nordlicht.example',
      phone: '+49 431 123',
      hours: '9–17',
      url: 'https://nordlicht.example/help',
    },
    sender: { name: 'Nordlicht', address: 'post@nordlicht.example' },
  },
};

/** What a test wants otherwise. */
export type Wanted = {
  readonly language?: string;
  readonly name?: string | null;
  readonly number?: string;
  /** Parcels of the order, when that is more than the message tells of. */
  readonly total?: number;
  readonly place?: { readonly name: string; readonly country: string | null } | null;
  readonly text?: string | null;
  readonly parcel?: Partial<Parcel>;
  readonly scan?: Partial<Scan>;
  readonly shop?: Partial<Shop>;
};

function order({ language = 'de', name = 'Ada Beispiel', number = 'NK-1042', total = 1 }: Wanted): StoredOrder {
  return {
    shopId: '01938a3c-1111-7000-8000-000000000001',
    personId: 'person',
    orderId: 'order',
    placedAt: now,
    language,
    country: 'DE',
    linkGeneration: 1,
    number: sealed('order_number', number),
    items: sealed('order_contents', '[{"title":"Secret gift"}]'),
    address: sealed('address', '{"street":"Musterweg 1"}'),
    buyer: {
      name: name === null ? null : sealed('name', name),
      email: sealed('email', 'ada@kunde.example'),
      phone: sealed('phone', '+49 30 7654321'),
      id: sealed('customer_id', 'c-4711'),
    },
    receiver: sealed('name', 'Bert Beschenkt'),
    parcelIds: Array.from({ length: total }, (_, at) => `parcel ${at}`),
  };
}

export function parcel(at: number, subStatus: string, more: Partial<Parcel> = {}): Parcel {
  return {
    parcelId: `parcel ${at}`,
    shopId: '01938a3c-1111-7000-8000-000000000001',
    personId: 'person',
    orderId: 'order',
    carrier: 'dhl-unified',
    service: null,
    number: sealed('tracking_number', `0034043416109401590${at}`),
    shipFrom: now,
    milestone: milestones.find((one) => one === subStatus.split('.')[0]) ?? 'unknown',
    subStatus,
    leg: 'outbound',
    milestoneAt: now,
    movedAt: now,
    lastSignAt: now,
    attempts: 0,
    scanCount: 1,
    arrival: null,
    ...more,
  };
}

function scan(at: number, { place = { name: 'Leipzig', country: 'DE' }, text = null, scan: more = {} }: Wanted): Scan {
  return {
    parcelId: `parcel ${at}`,
    scanId: `${at}`,
    occurredAt: now,
    localTime: '2026-11-20T12:54:00',
    offset: null,
    zone: 'Europe/Berlin',
    confidence: 'located',
    code: 'x',
    milestone: 'in_transit',
    subStatus: null,
    retracts: false,
    leg: 'outbound',
    source: 'api',
    receivedAt: now,
    content: sealed('scan', JSON.stringify({ place, text })),
    ...more,
  };
}

/** The message about parcels that stand at these sub-statuses. */
export function composed(kind: FactKind, words: readonly string[], wanted: Wanted = {}) {
  return composeNotice({
    privacy,
    tell,
    kind,
    url,
    order: order({ total: words.length, ...wanted }),
    shop: { ...shop, ...wanted.shop },
    parcels: words.map((word, at) => parcel(at, word, wanted.parcel)),
    scans: words.map((_, at) => scan(at, wanted)),
  });
}

/** The message that takes back what was told of a parcel which now stands at this sub-status. */
export function corrected(ofKind: FactKind, word: string, wanted: Wanted = {}, inWords: Tell = tell) {
  return composeCorrection(
    {
      privacy,
      tell: inWords,
      url,
      order: order({ total: 1, ...wanted }),
      shop: { ...shop, ...wanted.shop },
      parcels: [parcel(0, word, wanted.parcel)],
      scans: [scan(0, wanted)],
    },
    { ofKind, ofSentAt: now },
  );
}
