import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { contactFields, type ContactSettings } from '#service';
import { consolePaths } from '../paths.ts';

const house = await openConsoleHouse();
after(house.close);
const { ask, ground } = house;
const { shopId } = ground.shop;
const service = house.needs.service;
const cookie = await house.signIn({ 'accept-language': 'de' });

const now = () => service.contactSettings(ground.database, shopId);
/** The form as the page has it, with what somebody typed. */
const formWith = async (typed: Partial<ContactSettings>) => {
  const seen = await now();
  return { ...seen, ...typed, seen: JSON.stringify(seen) };
};
const save = (form: Record<string, string>) => ask(consolePaths.contact, { cookie, form });
const page = async () => (await ask(consolePaths.contact, { cookie })).text;

test('the form has every field with its name, and the law of the country beside it leads to what is missing', async () => {
  const text = await page();
  for (const field of contactFields) assert.match(text, new RegExp(`<label for="contact-${field}">`), field);
  assert.match(text, /\d+ Angaben fehlen/);
  assert.match(text, /<a href="#contact-legalName">Name oder Firma<\/a><span class="tag bad">fehlt<\/span>/);
  assert.match(text, /E-Commerce Directive 2000\/31\/EC art\. 5\(1\)\(a\)/);
  await service.setContact({ shopId, patch: { country: 'DE' }, actor: 'test' });
  assert.match(await page(), /Was das Recht verlangt: Deutschland/);
  assert.match(await page(), /§ 5 Abs\. 1 Nr\. 1 DDG/);
});

test('what is saved counts at once, the public page is one click away, and the audit names fields only', async () => {
  const saved = await save(
    await formWith({
      legalName: 'Nordlicht GmbH',
      mon: '9-12',
      exceptions: '24.12. geschlossen # Heiligabend\r\n2026-12-31 9-12',
    }),
  );
  assert.deepEqual([saved.status, saved.headers.get('location')], [303, '/console/contact?done=contact_saved']);
  const text = await page();
  assert.match(text, /value="09:00–12:00"/);
  assert.match(text, />24\.12\. geschlossen # Heiligabend\n2026-12-31 09:00–12:00<\/textarea>/);
  assert.match(text, /href="\/contact\/shp_\w{26}\?language=de"/);
  const [audit] = await ground.privacy.audits(ground.database, shopId, 1);
  assert.deepEqual([audit?.actor, audit?.verb], ['staff', 'contact.set']);
  assert.match(audit?.subject ?? '', /: legalName, mon, exceptions$/);
  assert.equal((await save(await formWith({}))).headers.get('location'), '/console/contact?done=contact_same');
});

test('what is wrong is said beside its field, what was typed is still there, and nothing is saved', async () => {
  const typed = {
    street: 'Postfach 7 "&',
    vatId: 'DE123',
    email: 'niemand',
    disputeBody: 'https://ec.europa.eu/odr',
    legalName: 'Neu',
  };
  const { status, text } = await save(await formWith(typed));
  assert.equal(status, 422);
  assert.match(text, /role="alert">4 Felder sind nicht wie nötig\. Nichts wurde gespeichert\./);
  assert.match(
    text,
    /id="contact-street"[^>]* aria-describedby="contact-street-wrong contact-street-note"[^>]* aria-invalid="true"[^>]* value="Postfach 7 &quot;&amp;"/,
  );
  assert.match(text, /id="contact-vatId-wrong">Das ist keine Umsatzsteuer/);
  assert.match(text, /id="contact-email-wrong">/);
  assert.match(text, /Die OS-Plattform der EU endete am 20\. Juli 2025/);
  assert.match(text, /value="Neu"/);
  assert.equal((await now()).legalName, 'Nordlicht GmbH');
});

test('as much as may be said fits into the form, with what the page had before beside it', async () => {
  const days = Array.from({ length: 55 }, (_, at) => `${1 + (at % 28)}.${1 + (at % 12)}. 9-12 # ${'ä'.repeat(80)}`);
  const long = Object.fromEntries(
    ['supervisor', 'professionRules', 'editor', 'host', 'disputeBody'].map((field) => [field, 'ö'.repeat(600)]),
  );
  const before = await now();
  const full = await save(await formWith({ ...long, exceptions: days.join('\n') }));
  assert.equal(full.headers.get('location'), '/console/contact?done=contact_saved', full.text.slice(0, 300));
  const again = await save(await formWith({}));
  assert.equal(again.headers.get('location'), '/console/contact?done=contact_same', `${again.status}`);
  await service.setContact({ shopId, patch: before, actor: 'test' });
});

test('a form from before somebody else saved is refused, and loses nothing of either', async () => {
  const form = await formWith({ city: 'Kiel' });
  await service.setContact({ shopId, patch: { street: 'Weg 2' }, actor: 'test' });
  const { status, text } = await save(form);
  assert.equal(status, 409);
  assert.match(text, /id="contact-city"[^>]* value="Kiel"/);
  assert.match(text, /id="contact-street"[^>]* value="Weg 2"/);
  assert.equal((await now()).city, '');
  for (const seen of ['', 'x', '[]', '{"city":7}']) assert.equal((await save({ ...form, seen })).status, 409, seen);
});
