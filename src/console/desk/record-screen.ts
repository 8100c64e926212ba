import { answer } from '#kit/http';
import { formatMoment } from '#kit/words';
import { recordJson } from '#rights';
import { consolePaths } from '../paths.ts';
import type { StaffRoute } from '../staff.ts';
import { recordPage } from './record-page.tsx';

/** The screen "Record of processing", and the same as JSON. */
export const recordRoutes: readonly StaffRoute[] = [
  {
    method: 'GET',
    path: consolePaths.record,
    act: async ({ needs, visit, pageNeeds }) => {
      const record = await needs.rights.record(visit.shop);
      // It lies in files for years.
      const made = { ...visit.moment(record.madeAt), at: formatMoment(visit.language, record.madeAt) };
      return answer.page(recordPage({ frame: visit.frame, made, record }, pageNeeds));
    },
  },
  {
    method: 'GET',
    path: consolePaths.recordJson,
    act: async ({ needs, visit }) => answer.json(recordJson(await needs.rights.record(visit.shop), visit.language)),
  },
];
