import { answer, anyone, type Answer, type Http } from '#kit/http';
import type { Say } from '../../words.ts';
import { pathsOf, personOf, type DataNeeds, type Visit } from '../doors.ts';
import { inLanguage } from '../pages/frame.tsx';
import { givenPage, type GivenView } from '../pages/given-page.tsx';
import { disclosuresFrom, listedMax } from '../recipients.ts';
import type { DataDoor, Visits } from '../visits.ts';

/** Every passing-on of somebody's data. It says kinds of data and no data: it is there before a code, too. */
export function mountGiven(http: Http, needs: DataNeeds, door: DataDoor, visits: Visits): void {
  const get = { method: 'GET', audience: 'people', takes: 'nothing', admit: anyone } as const;
  const shown = async (visit: Visit, from: string | null): Promise<Answer> => {
    const say = door.say(visit.language);
    const wanted = Number(/^\d{1,6}$/.exec(from ?? '')?.[0] ?? 0);
    return answer.page(givenPage(await presentGiven(needs, visit, say, wanted), { say, assetUrl: http.assetUrl }));
  };
  http.route({
    ...get,
    path: '/t/:token/data/given',
    handle: (request) => visits.behind(request, (visit) => shown(visit, request.query.get('from'))),
  });
  http.route({
    ...get,
    path: '/t/:token/data/:grant/given',
    handle: (request) => visits.opened(request, (visit) => shown(visit, request.query.get('from'))),
  });
}

async function presentGiven(needs: DataNeeds, visit: Visit, say: Say, wanted: number): Promise<GivenView> {
  const { database, privacy } = needs;
  const { shop, language, here } = visit;
  const { own: dataPath } = pathsOf(visit);
  const [disclosures, own] = await Promise.all([
    privacy.disclosuresOf(database, here.personId),
    privacy.ledger.ownEntries(database, personOf(visit)),
  ]);
  const all = disclosures.length;
  const from = wanted < all ? wanted : 0;
  const places = { count: own.count, byId: new Map(own.entries.map((entry) => [entry.entryId, entry])) };
  const told = disclosuresFrom({ say, language, shop: shop.name, places, path: dataPath }, disclosures, from);
  const path = `${dataPath}/given`;
  const urlFrom = (at: number): string => `${inLanguage(path, language)}&from=${at}`;
  return {
    shop,
    language,
    path,
    dataPath,
    place: say('data.given.place', { from: Math.min(from + 1, all), until: from + told.length, all }),
    disclosures: told,
    earlierUrl: from + told.length < all ? urlFrom(from + listedMax) : null,
    laterUrl: from > 0 ? urlFrom(Math.max(0, from - listedMax)) : null,
  };
}
