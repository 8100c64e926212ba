import { showId } from '#kit/ids';
import type { BreachDesk } from './desk.ts';

const personsMax = 200_000;
const pageSize = 1_000;

/** Everybody who may be affected, as CSV (RFC 4180) with who and where to write to. */
export async function personsCsv(
  breaches: Pick<BreachDesk, 'persons'>,
  shopId: string | null,
  caseId: string,
  actor: string,
): Promise<string> {
  const lines = ['person,shop,name,email'];
  let after: string | null = null;
  while (lines.length <= personsMax) {
    const page: Awaited<ReturnType<typeof breaches.persons>> = await breaches.persons(shopId, caseId, after, actor);
    for (const one of page) {
      const cells = [showId('per', one.personId), showId('shp', one.shopId), one.name, one.email];
      lines.push(cells.map(cell).join(','));
    }
    after = page.at(-1)?.personId ?? null;
    // Invented persons are left out of a page: only an empty one is the last for sure, a nearly empty one nearly.
    if (page.length < pageSize / 2) break;
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A cell that begins as a formula would be one in a spreadsheet, blanks before it and wide signs included. */
function cell(text: string): string {
  const plain = /^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}
