import { findConnector, subStatus } from '#carriers';
import { readId, showId } from '#kit/ids';
import { isTown } from '#kit/places';
import type { ToldFact } from '#notices';
import type { StoredOrder } from '#orders';
import { readContent, type Parcel, type Scan } from '#parcels';
import { findIssuer } from '#evidence';
import { explained, type StoredDisclosure } from '#privacy';
import type { ConsoleNeeds } from '../needs.ts';
import type { DisclosureRow, ParcelPageView, RestraintsView, StoredScan, ToldNotice, Withheld } from '../view.ts';
import { sayCode, type ConsoleWord, type Say } from '../words.ts';
import { carrierName, rowOf } from './rows.ts';
import { why, type Visit } from './visit.ts';

/** Null when there is no such parcel in this shop. */
export async function parcelView(needs: ConsoleNeeds, visit: Visit): Promise<ParcelPageView | null> {
  const parcelId = readId('par', visit.params['id'] ?? '');
  const [parcel] = parcelId === null ? [] : await needs.parcels.read(needs.database, [parcelId]);
  if (parcel === undefined || parcel.shopId !== visit.shop.shopId) return null;
  const order = await needs.orders.read(needs.database, parcel.personId, parcel.orderId);
  const row = rowOf(needs, visit, parcel, order ?? undefined);
  const scans = await needs.parcels.scans(needs.database, [parcel]);
  return {
    frame: visit.frame,
    parcel: { ...row, ...standingOf(parcel) },
    customerUrl: order === null ? null : needs.orders.customerUrl(order),
    carrierUrl: carrierUrl(parcel, row.trackingNumber),
    ...(await askingOf(needs, visit, parcel)),
    siblings: order === null ? [] : await siblingsOf(needs, order, parcel),
    scans: scans.map((scan) => scanOf(needs, visit, scan)).toReversed(),
    notices: await noticesOf(needs, visit, parcel),
    disclosures: await disclosuresOf(needs, visit, parcel),
    restraints: await restraintsOf(needs, visit, parcel),
  };
}

type Standing = Pick<ParcelPageView['parcel'], 'service' | 'attempts' | 'leg' | 'problem' | 'actor'>;

function standingOf({ service, attempts, leg, subStatus: word }: Parcel): Standing {
  const meaning = word === null ? null : subStatus(word);
  return { service, attempts, leg, problem: meaning?.problem ?? null, actor: meaning?.actor ?? null };
}

function carrierUrl(parcel: Parcel, number: string | null): string | null {
  const page = findConnector(parcel.carrier)?.manifest.publicPage ?? null;
  return page === null || number === null ? null : page.replace('{number}', encodeURIComponent(number));
}

async function askingOf(
  needs: ConsoleNeeds,
  visit: Visit,
  parcel: Parcel,
): Promise<Pick<ParcelPageView, 'nextAsk' | 'askOutcome'>> {
  const watched = await needs.watch.watched(needs.database, parcel.parcelId);
  if (watched === null) return { nextAsk: null, askOutcome: null };
  return { nextAsk: watched.dueAt === null ? null : visit.moment(watched.dueAt), askOutcome: watched.outcome };
}

async function siblingsOf(
  needs: ConsoleNeeds,
  order: StoredOrder,
  parcel: Parcel,
): Promise<ParcelPageView['siblings']> {
  const others = await needs.parcels.read(
    needs.database,
    order.parcelIds.filter((id) => id !== parcel.parcelId),
  );
  return others.map(({ parcelId, milestone }) => ({
    id: showId('par', parcelId),
    position: order.parcelIds.indexOf(parcelId) + 1,
    milestone,
  }));
}

function scanOf(needs: ConsoleNeeds, visit: Visit, scan: Scan): StoredScan {
  const content = scan.content === null ? null : readContent(needs.privacy.open(scan.content, why));
  const place = content?.place ?? null;
  const { zone, confidence, code, milestone, retracts, leg } = scan;
  return {
    received: visit.moment(scan.receivedAt),
    way: scan.source,
    localTime: `${scan.localTime}${scan.offset ?? ''}`,
    zone,
    confidence,
    code,
    milestone,
    retracts,
    leg,
    subStatus: scan.subStatus,
    place: place === null ? null : [isTown(place) ? place.name : null, place.country].filter(Boolean).join(', '),
    text: content?.text ?? null,
  };
}

async function noticesOf(needs: ConsoleNeeds, visit: Visit, parcel: Parcel): Promise<readonly ToldNotice[]> {
  const told = await needs.notices.ofOrder(needs.database, parcel.personId, parcel.orderId);
  return told.filter(({ parcelId }) => parcelId === parcel.parcelId).map((fact) => noticeOf(visit, fact));
}

function noticeOf(visit: Visit, fact: ToldFact): ToldNotice {
  const { kind, ofKind, verdict, outcome, answer, tries } = fact;
  return {
    kind,
    ofKind,
    verdict,
    outcome,
    tries,
    answer: answer === '' ? null : answer,
    subStatus: fact.subStatus,
    decided: visit.moment(fact.decidedAt),
    due: visit.moment(fact.dueAt),
    held: fact.heldUntil === null ? null : visit.moment(fact.heldUntil),
    channel: 'mail',
    concluded: fact.concludedAt === null ? null : visit.moment(fact.concludedAt),
  };
}

/** What left because of this parcel, and what left about its person apart from any parcel. */
async function disclosuresOf(needs: ConsoleNeeds, visit: Visit, parcel: Parcel): Promise<readonly DisclosureRow[]> {
  const disclosed = await needs.privacy.disclosuresOf(needs.database, parcel.personId);
  return disclosed
    .filter(({ parcelId }) => parcelId === parcel.parcelId || parcelId === null)
    .map((one) => disclosureOf(visit, one));
}

function disclosureOf(visit: Visit, one: StoredDisclosure): DisclosureRow {
  const { service, purpose, fields } = one;
  const [basis = ''] = one.basis.split(':');
  return {
    disclosed: visit.moment(one.disclosedAt),
    recipient: recipientName(one.recipient),
    service: service === purpose ? null : service,
    purpose: sayCode(visit.say, 'purpose', purpose),
    basis: sayCode(visit.say, 'basis', basis),
    fields,
    withheld: explained(one)
      .filter(({ reason }) => reason !== null)
      .map((field) => withheldOf(visit.say, field)),
  };
}

/** `carrier: dhl-unified` as people call it. */
function recipientName(recipient: string): string {
  const name = recipient.slice(recipient.indexOf(':') + 1).trim();
  if (recipient.startsWith('review_platform:')) return findIssuer(name)?.name ?? name;
  return recipient.startsWith('carrier:') ? carrierName(name) : name;
}

const reasons = {
  'no consent': 'withheld.no_consent',
  'no rule': 'withheld.no_rule',
  never: 'withheld.never',
  restricted: 'withheld.restricted',
  objected: 'withheld.objected',
  erased: 'withheld.erased',
} as const satisfies Record<string, ConsoleWord>;

function withheldOf(say: Say, { field, reason, rule }: ReturnType<typeof explained>[number]): Withheld {
  const name = sayCode(say, 'field', field);
  const word = Object.entries(reasons).find(([known]) => known === reason)?.[1];
  return { text: word === undefined ? name : say(word, { field: name }), rule: rule?.id ?? null };
}

/** What the parcel's person has said against the use of their data. */
async function restraintsOf(needs: ConsoleNeeds, visit: Visit, parcel: Parcel): Promise<RestraintsView> {
  const { restricted, objections } = await needs.privacy.restrictionsOf(needs.database, parcel.personId);
  return {
    restricted: restricted === null ? null : visit.moment(restricted),
    objections: objections.map(({ purpose, at }) => ({
      purpose: sayCode(visit.say, 'purpose', purpose),
      at: visit.moment(at),
    })),
  };
}
