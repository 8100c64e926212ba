import { formatDate, formatDayTime } from '#kit/words';
import type { Why } from '#privacy';
import { sayCaseCode, type Case, type CaseEntry } from '#service';
import type { Say } from '../../words.ts';
import { pathsOf, type DataNeeds, type Visit } from '../doors.ts';
import { inLanguage } from '../pages/frame.tsx';
import type { CaseView } from '../pages/case-page.tsx';
import { dateOf } from '../recipients.ts';
import { homeZone } from '../../parts/home-day.ts';
import type { CaseLine, DataView } from '../view.ts';

const why: Why = { purpose: 'rights of the person', reader: 'customer' };
/** Of what was written, on one page: it has to open fast, whatever somebody has to say. */
const pageBytesMax = 12 * 1024;

const linesMax = 3;

/** The newest conversations of a person, with where each is read. */
export async function caseLines(needs: DataNeeds, visit: Visit): Promise<DataView['cases']> {
  const cases = await needs.service.cases.ofPerson(needs.database, visit.here.personId);
  return {
    shown: cases.slice(0, linesMax).map((one) => lineOf(visit, one)),
    more: Math.max(0, cases.length - linesMax),
  };
}

function lineOf(visit: Visit, { number, topic, state, openedAt }: Case): CaseLine {
  const { language, open } = visit;
  return {
    number,
    topic: sayCaseCode(language, 'topic', topic),
    state: sayCaseCode(language, 'state', state),
    day: formatDate(language, dateOf(openedAt)),
    url: open === null ? null : inLanguage(`${pathsOf(visit).own}/cases/${number}`, language),
  };
}

/** One of them, from an entry on; null where it is none of this person. */
export async function presentCase(
  needs: DataNeeds,
  visit: Visit,
  { number, from, say }: { readonly number: string; readonly from: number; readonly say: Say },
): Promise<CaseView | null> {
  const read = await needs.service.cases.read(needs.database, visit.here.shopId, number);
  if (read === null || read.one.personId !== visit.here.personId) return null;
  const { shop, language } = visit;
  const { own } = pathsOf(visit);
  const line = lineOf(visit, read.one);
  const told = read.entries.slice(from).map((entry) => entryOf(needs, visit, entry, say));
  const shown = told.slice(0, countWithin(told.map(({ words }) => bytesOf(words ?? ''))));
  const next = from + shown.length;
  const isOpenDoor = read.one.via === 'page';
  return {
    shop,
    language,
    path: `${own}/cases/${read.one.number}`,
    dataPath: own,
    line,
    caution: isOpenDoor ? say('data.case.by_address') : null,
    entries: shown,
    firstUrl: from > 0 ? line.url : null,
    nextUrl: next < read.entries.length ? `${line.url}&from=${next}` : null,
  };
}

function entryOf({ privacy }: DataNeeds, visit: Visit, entry: CaseEntry, say: Say): CaseView['entries'][number] {
  const { entryId: id, at, kind, actor, words } = entry;
  return {
    id,
    who: actor === 'customer' ? say('data.case.you') : visit.shop.name,
    when: formatDayTime(visit.language, at.toZonedDateTimeISO(homeZone).toPlainDateTime()),
    kind: sayCaseCode(visit.language, 'kind', kind),
    words: words === null ? null : privacy.open(words, why),
  };
}

/** As it stands in HTML. */
function bytesOf(text: string): number {
  return Buffer.byteLength(text) + 5 * (text.match(/[&<>"]/gu)?.length ?? 0);
}

/** How many fit, one at the least. */
function countWithin(sizes: readonly number[]): number {
  let left = pageBytesMax;
  const over = sizes.findIndex((size) => (left -= size) < 0);
  return over < 0 ? sizes.length : Math.max(1, over);
}
