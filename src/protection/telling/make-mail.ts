import { z } from 'zod';
import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Grade } from '#tls';
import type { ProtectionNeeds } from '../needs.ts';
import { bySeverity, valuesShape, type OpenFinding, type SiteRow } from '../rows.ts';
import { statements } from '../store.ts';
import type { Telling } from './telling-of.ts';

/** Sends a mail to one place of the setting; the payload has no address. */
export const tellTask = 'protection.tell';

const shownMax = 8;
const grade = z.enum(['A+', 'A', 'A-', 'B', 'C', 'D', 'E', 'F', 'T', 'M']);

/** What a mail says, as it was when it was decided: every try sends the same. */
export const contentShape = z.object({
  kind: z.enum(['opened', 'mended']),
  host: z.string(),
  grade: grade.nullable(),
  fell: z.object({ from: grade, to: grade }).nullable(),
  findings: z
    .array(
      z.object({
        part: z.enum(['tls', 'web']),
        code: z.string(),
        severity: z.enum(['alarm', 'warning', 'note']),
        cap: grade.nullable(),
        values: valuesShape,
        visibleFrom: z.string().nullable(),
      }),
    )
    .max(shownMax),
  more: z.int(),
});

export type MailContents = z.infer<typeof contentShape>;

/** Writes the mail down with the job of each place, and what it tells as told. */
export async function makeMail(
  { clock, jobs, staff }: ProtectionNeeds,
  tx: Tx,
  made: {
    readonly site: SiteRow;
    readonly telling: Telling;
    readonly open: readonly OpenFinding[];
    readonly grade: Grade | null;
  },
): Promise<void> {
  const { site, telling, open } = made;
  const mailId = newId(clock);
  const told = open.filter(({ findingId }) => telling.findingIds.includes(findingId)).toSorted(bySeverity);
  const content: MailContents = {
    kind: telling.kind,
    host: site.host,
    grade: made.grade,
    fell: telling.fell,
    findings: told.slice(0, shownMax).map(({ part, code, severity, cap, details, visibleFrom }) => ({
      part,
      code,
      severity,
      cap,
      values: valuesShape.parse(details),
      visibleFrom: visibleFrom?.toString() ?? null,
    })),
    more: Math.max(0, told.length - shownMax),
  };
  await tx.rows(statements.addMail, [mailId, site.siteId, clock.now(), JSON.stringify(content)]);
  await tx.rows(statements.tellFindings, [site.siteId, telling.findingIds, mailId]);
  await jobs.add(tx, ...staff.map((_address, place) => ({ task: tellTask, payload: { mailId, place: `${place}` } })));
}
