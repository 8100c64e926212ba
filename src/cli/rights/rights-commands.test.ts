import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runWords } from '../../../test/command-line.ts';
import { terminalHouse } from '../../../test/fixtures/terminal-house.ts';
import { exampleOrder, openGround } from '../../../test/ground.ts';

const ground = await openGround();
const folder = mkdtempSync(join(tmpdir(), 'glasspost-rights-'));
after(async () => {
  rmSync(folder, { recursive: true });
  await ground.close();
});

const house = terminalHouse(ground);

const run = (...words: readonly string[]) => runWords(['rights', ...words], { withHouse: (work) => work(house) });

test('the operator copies, corrects, weighs, erases with --yes only, and reads what the law keeps for a reason', async () => {
  await ground.putOrder('CL-1', exampleOrder());
  const path = join(folder, 'copy.zip');
  const copied = await run('export', 'CL-1', '--format', 'csv', '--out', path);
  assert.deepEqual([copied.code, copied.err], [0, '']);
  assert.equal(readFileSync(path).subarray(0, 2).toString(), 'PK');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal((await run('export', 'CL-1', '--format', 'csv', '--out', path)).code, 1, 'nothing is written over');
  assert.match((await run('export', 'CL-1')).out, /ada@kunde\.example/);
  assert.match((await run('export', 'CL-1', '--format', 'pdf')).err, /takes one of these: json, csv, html/);
  assert.match((await run('correct', 'CL-1', '--name', 'Ada Byron')).out, /Put right: name/);
  assert.equal((await run('correct', 'CL-1', '--country', 'Germany')).code, 1);
  const weighed = await run('erase', 'CL-1');
  assert.equal(weighed.code, 1);
  assert.match(weighed.out, /1 orders.*\n.*2034-12-31/);
  assert.ok((await ground.orders.find(ground.database, ground.shop.shopId, 'CL-1')) !== null, 'nothing went');
  const erased = await run('erase', 'CL-1', '--yes');
  assert.equal(erased.code, 0);
  assert.equal((JSON.parse(erased.out) as { format: string }).format, 'glasspost erasure receipt');
  assert.equal((await run('export', 'CL-1')).code, 1);
  assert.match((await run('hold', 'CL-1')).err, /--reason takes one of these/);
  assert.match(
    (await run('hold', 'cl-1', '--reason', 'tax-audit')).out,
    /kept as voucher until 2034-12-31\n.*Ada Byron/,
  );
});

test('the operator restricts, objects and withdraws for whoever asked by letter, and each is in the audit', async () => {
  const words = 'DHL may announce the delivery.';
  const given = { given_at: '2026-11-19T09:00:00Z', text: words };
  const consents = [
    { purpose: 'delivery notification by carrier', recipient: 'dhl-unified', fields: ['email'], ...given },
  ];
  await ground.putOrder('CL-2', { ...exampleOrder(), consents });
  assert.match((await run('restrict', 'CL-2')).out, /Restricted since 20.*\n/);
  assert.match((await run('restrict', 'CL-2')).out, /^It was so already/);
  assert.match((await run('restrict', 'CL-2', '--lift')).out, /Not restricted/);
  assert.match((await run('object', 'CL-2', 'sending mail')).out, /Objects to "sending mail" since/);
  assert.match((await run('object', 'CL-2', 'selling')).err, /one of these: tracking/);
  const consent = /cns_\w+/.exec((await run('restraints', 'CL-2')).out)?.[0] ?? '';
  assert.match((await run('withdraw', 'CL-2', consent)).out, /No consent holds/);
  assert.equal((await run('withdraw', 'CL-2', 'cns_x')).code, 1);
  const verbs = (await ground.privacy.audits(ground.database, ground.shop.shopId, 20)).map(({ verb }) => verb);
  const expected = ['rights.withdraw', 'rights.object', 'rights.restrict_no_more', 'rights.restrict'];
  assert.deepEqual(
    verbs.filter((verb) => /restrict|object|withdraw/.test(verb)),
    expected,
  );
});
