import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runWords } from '../../test/command-line.ts';
import { terminalHouse } from '../../test/fixtures/terminal-house.ts';
import { openGround } from '../../test/ground.ts';

const ground = await openGround();
const folder = mkdtempSync(join(tmpdir(), 'glasspost-shop-'));
after(async () => {
  rmSync(folder, { recursive: true });
  await ground.close();
});

const house = terminalHouse(ground);

const run = (...words: readonly string[]) => runWords(words, { withHouse: (work) => work(house) });

test('shop set says what it set, and shop show how the shop is set and how well it can be read', async () => {
  const set = await run(
    'shop',
    'set',
    '--name',
    'Süße Öfen',
    '--language',
    'de',
    '--brand',
    '#123456',
    '--contact-phone=',
  );
  assert.deepEqual(set, {
    code: 0,
    out: 'Set for the shop "Süße Öfen": Name, Colour, Sender’s name. Pages and mails have it from now on.',
    err: '',
  });
  const shown = (await run('shop', 'show')).out;
  assert.match(shown, /^Name +Süße Öfen +--name$/m);
  assert.match(shown, /^Id +shp_\w{26}$/m);
  assert.match(shown, /^Telephone +– +--contact-phone$/m);
  assert.match(shown, /writing on the colour 12\.\d+:1, the colour as ink on light 12\.\d+:1 \(#123456\), on dark/);
  const json = JSON.parse((await run('shop', 'show', '--json')).out) as Record<string, unknown>;
  assert.match(String(json['id']), /^shp_\w{26}$/);
  assert.deepEqual(
    [json['name'], json['sender_address'], json['contact_phone'], json['logo']],
    ['Süße Öfen', 'post@nordlicht.example', null, null],
  );
  assert.equal((await run('shop', 'set', '--language', 'DE')).out, 'The shop "Süße Öfen" was so already.');
});

test('what cannot be set is said with its option, all at once, and nothing is changed', async () => {
  const { code, out, err } = await run('shop', 'set', '--name', 'N', '--brand', '#ffee00', '--contact-url', 'shop');
  assert.deepEqual([code, out], [1, '']);
  assert.match(
    err,
    /^Nothing was changed\.\n {2}--contact-url: A web address.*\n {2}--on-brand: #ffffff on #ffee00 has/,
  );
  assert.equal((await run('shop', 'set')).code, 1);
  assert.match((await run('shop', 'show')).out, /Süße Öfen/);
});

test('a logo comes from a file, and is refused in a sentence when it is none', async () => {
  const file = join(folder, 'logo.svg');
  writeFileSync(file, '<svg viewBox="0 0 9 3" onload="x()"/>');
  assert.match((await run('shop', 'set', '--logo', file)).err, /--logo: This SVG runs a script \(onload\)/);
  writeFileSync(file, '<svg viewBox="0 0 9 3"><path d="M0 0h9v3z"/></svg>');
  assert.match((await run('shop', 'set', '--logo', file)).out, /: Logo\. Pages.*\nMails show the name instead/);
  assert.match((await run('shop', 'set', '--logo', join(folder, 'none.png'))).err, /cannot be read/);
  assert.match((await run('shop', 'set', '--logo', 'none')).out, /: Logo\./);
});

test('shop add makes a shop of its own name, whose mails need a sender first', async () => {
  assert.match((await run('shop', 'add', 'Zweiter Laden')).out, /^There is a shop "Zweiter Laden" now\./);
  assert.match((await run('shop', 'add', 'zweiter laden')).err, /^No shop was made\.\n {2}--name: Another shop/);
  assert.match((await run('shop', 'set', '--name', 'X')).err, /Say which shop with --shop NAME/);
  const set = await run('shop', 'set', '--shop', 'Zweiter Laden', '--contact-hours', '9–17');
  assert.match(set.out, /: Hours\./);
});
