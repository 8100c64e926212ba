import { answer, anyone, type Answer, type Http } from '#kit/http';
import { Fault } from '#kit/fault';
import type { DataNeeds } from '../doors.ts';
import { casePage } from '../pages/case-page.tsx';
import type { DataDoor, Visits } from '../visits.ts';
import { presentCase } from './present-cases.ts';

/** A conversation with the shop's people, word for word; only after a code, and only of this person. */
export function mountCases(http: Http, needs: DataNeeds, door: DataDoor, visits: Visits): void {
  http.route({
    method: 'GET',
    path: '/t/:token/data/:grant/cases/:number',
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: (request) =>
      visits.opened(request, async (visit): Promise<Answer> => {
        const from = Number(/^\d{1,3}$/.exec(request.query.get('from') ?? '')?.[0] ?? 0);
        const say = door.say(visit.language);
        const view = await presentCase(needs, visit, { number: request.params['number'] ?? '', from, say });
        if (view === null) throw new Fault('not_found', 'There is no such conversation.');
        return answer.page(casePage(view, { say, assetUrl: http.assetUrl }));
      }),
  });
}
