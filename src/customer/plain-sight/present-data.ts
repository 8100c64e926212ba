import { formatDate, formatTime } from '#kit/words';
import { effectAt, ledgerPathOf, type Restraints, type Why } from '#privacy';
import type { Say } from '../words.ts';
import { caseLines } from './cases/present-cases.ts';
import { pathsOf, personOf, type DataNeeds, type Visit } from './doors.ts';
import { decidedOf, heldViewsOf } from './holdings.ts';
import { maskedEmail } from './mask.ts';
import { doneWords } from './messages.ts';
import { dateOf, recipientsOf, type Places } from './recipients.ts';
import type { DataView, Opening, RightView } from './view.ts';
import { homeZone } from '../parts/home-day.ts';

const why: Why = { purpose: 'rights of the person', reader: 'customer' };

/** What was just done on the page. */
const saids = [
  ...doneWords.filter((word) => word !== 'download' && word !== 'email'),
  ...(['asked', 'nothing', 'closed'] as const),
];
export type Said = (typeof saids)[number];

/** From the page's own address; what is none of its words says nothing. */
export function readSaid(text: string | null): Said | null {
  return saids.find((word) => word === text) ?? null;
}

/** Everything that the page says, read from the rooms below. */
export async function presentData(needs: DataNeeds, visit: Visit, say: Say, said: Said | null): Promise<DataView> {
  const { database, privacy, rights, notices, clock } = needs;
  const { here, shop, language, open } = visit;
  const person = personOf(visit);
  const [disclosures, held, told, consents, restraints, own, opening, cases] = await Promise.all([
    privacy.disclosuresOf(database, here.personId),
    rights.held(database, person, 'customer'),
    notices.ofOrder(database, here.personId, here.orderId),
    privacy.consentsOf(database, here.personId),
    privacy.restrictionsOf(database, here.personId),
    privacy.ledger.ownEntries(database, person),
    openingOf(needs, visit),
    caseLines(needs, visit),
  ]);
  const paths = pathsOf(visit);
  const places: Places = { count: own.count, byId: new Map(own.entries.map((entry) => [entry.entryId, entry])) };
  return {
    shop,
    language,
    path: paths.own,
    orderPath: paths.order,
    said: said === null ? null : sentenceFor(say, said),
    opening,
    recipients: recipientsOf({ say, language, shop: shop.name, places, path: paths.own }, disclosures),
    held: heldViewsOf(say, held.categories, open === null ? here.orderId : null),
    cases,
    decided: decidedOf(say, told),
    consents: consents.filter((one) => effectAt(one, clock.now()) === 'counts').length,
    consentsPath: `${paths.order}/consents`,
    rights: rightsOf(say, language, paths.own, restraints),
    ledger: open === null ? null : { entriesUrl: `${paths.own}/entries`, ledgerUrl: ledgerPathOf(here.shopId) },
  };
}

function sentenceFor(say: Say, said: Said): string {
  return said === 'closed' ? say('data.closed') : say(`data.done.${said}`);
}

async function openingOf(needs: DataNeeds, visit: Visit): Promise<Opening> {
  const { here, order, open, language } = visit;
  if (open !== null) {
    const own = `${pathsOf(visit).own}/download`;
    const until = formatTime(language, open.until.toZonedDateTimeISO(homeZone).toPlainTime());
    return { kind: 'open', until, downloads: { html: `${own}/html`, csv: `${own}/csv`, json: `${own}/json` } };
  }
  const { email } = order.buyer;
  if (email === null) return { kind: 'no address' };
  const { shopId, personId } = here;
  const isReached = await needs.mail.reaches(needs.database, { shopId, personId, email });
  const masked = maskedEmail(needs.privacy.open(email, why));
  return { kind: isReached ? 'code' : 'suppressed', email: masked };
}

function rightsOf(say: Say, language: string, path: string, restraints: Restraints): readonly RightView[] {
  const { restricted, objections } = restraints;
  const day = restricted === null ? '' : formatDate(language, dateOf(restricted));
  return [
    { key: 'correct', url: `${path}/correct`, state: null },
    {
      key: 'restrict',
      url: `${path}/restrict`,
      state: restricted === null ? null : say('data.right.restrict.on', { day }),
    },
    {
      key: 'object',
      url: `${path}/object`,
      state: objections.length === 0 ? null : say('data.right.object.on', { count: objections.length }),
    },
    { key: 'erase', url: `${path}/erase`, state: null },
  ];
}
