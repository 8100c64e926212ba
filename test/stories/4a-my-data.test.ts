import { test } from 'node:test';
import { createSearch } from './theft/search.ts';
import { steal } from './theft/stolen.ts';

test('A stolen database tells nothing.', async (t) => {
  const begun = performance.now();
  const loot = await steal(Number(process.env['N'] ?? 1000));
  t.after(loot.remove);
  const ran = performance.now() - begun;
  const search = createSearch(loot.needles);
  const { findings, bytes } = search.inFolder(loot.folder);
  const all = [...findings, ...[...loot.texts].flatMap(([place, text]) => search.inBytes(Buffer.from(text), place))];
  t.diagnostic(`${loot.mails} mails, ${loot.rows} rows, ${bytes} bytes, ${loot.needles.length} needles; ran ${ran} ms, all ${performance.now() - begun}`);
  t.diagnostic(JSON.stringify(all.slice(0, 30), null, 1));
});
