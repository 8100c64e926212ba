import { sayCheck } from '#doctor';
import { answer, type Answer } from '#kit/http';
import type { ConsoleNeeds } from '../needs.ts';
import { consolePaths } from '../paths.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { createExaminations } from './examinations.ts';
import { healthPage } from './health-page.tsx';

/** While one runs the browser itself asks again, without a script. */
const refreshSeconds = 3;

/** The screen "Health": the doctor's last examination, and the button for another. */
export function healthRoutes({ doctor, log }: Pick<ConsoleNeeds, 'doctor' | 'log'>): readonly StaffRoute[] {
  const examinations = createExaminations(doctor, log);

  const show = async ({ visit, pageNeeds }: Work): Promise<Answer> => {
    const { last: kept, hasFailed: failedBefore } = examinations.state();
    if (kept === null && !failedBefore) await examinations.look();
    const { last, isRunning, hasFailed } = examinations.state();
    const view = {
      frame: visit.frame,
      isRunning,
      hasFailed,
      examined: last === null ? null : visit.moment(last.at),
      checks: (last?.checks ?? []).map((check) => ({
        name: check.name,
        state: check.state,
        text: sayCheck(visit.language, check),
      })),
    };
    const headers: Record<string, string> = isRunning ? { refresh: String(refreshSeconds) } : {};
    return answer.page(healthPage(view, pageNeeds), { headers });
  };

  const examine = async (): Promise<Answer> => {
    await examinations.look();
    return answer.redirect(consolePaths.health);
  };

  return [
    { method: 'GET', path: consolePaths.health, act: show },
    { method: 'POST', path: consolePaths.health, act: examine },
  ];
}
