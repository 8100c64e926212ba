import { newId } from '#kit/ids';
import { answer, type Answer } from '#kit/http';
import type { ExportFormat } from '#rights';
import { personOf, type DataNeeds, type Visit } from '../doors.ts';
import { hashOf } from '../step-up/step-up.ts';
import { statements } from '../store.ts';
import { tellDone } from './tell-done.ts';

/** Articles 15 and 20: everything as a file. The first one after a code is entered, told and written down. */
export async function takeAlong(needs: DataNeeds, visit: Visit, format: ExportFormat): Promise<Answer> {
  const { language } = visit;
  const file = await needs.rights.exportPerson(personOf(visit), { format, language, reader: 'customer' }, 'customer');
  await noteFirst(needs, visit, format);
  return answer.bytes(file.contentType, file.bytes, {
    headers: { 'content-disposition': `attachment; filename="${file.name}"` },
  });
}

async function noteFirst(needs: DataNeeds, visit: Visit, format: ExportFormat): Promise<void> {
  const { here, open } = visit;
  const { database, clock, privacy } = needs;
  if (open === null) return;
  await database.tx(async (tx) => {
    const of = [hashOf(open.grant), hashOf(here.token), clock.now()];
    if ((await tx.one(statements.firstDownload, of)) === null) return;
    const at = clock.now().round('second').toString();
    const happening = { entryId: newId(clock), shown: { kind: 'export' }, details: { format, at } } as const;
    await privacy.ledger.record(tx, here.personId, happening);
    await tellDone(needs, tx, visit, { what: 'download', kind: format === 'html' ? 'access' : 'portability' });
  });
}
