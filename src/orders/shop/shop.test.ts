import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { assert as holds, integer, property } from 'fast-check';
import { contrastOf, nearestReadable } from '#kit/html';
import { contactPathOf, helpPathOf, protectionPathOf, reviewsPathOf } from '#orders';
import { openGround } from '../../../test/ground.ts';
import { readLogo, type Logo } from './picture.ts';
import { settingsAfter, settingsOf, troublesOf, type ShopSettings } from './settings.ts';
import { sayTrouble } from './troubles.ts';

const ground = await openGround();
after(ground.close);
const { database, orders, privacy } = ground;
const { shopId } = ground.shop;
const actor = 'command line';
const settings = settingsOf(ground.shop);

const shopNow = async () => {
  const shop = (await orders.shops(database)).find((one) => one.shopId === shopId);
  assert.ok(shop);
  return shop;
};

const says = (patch: Partial<ShopSettings>): readonly string[] =>
  troublesOf(settingsAfter(settings, patch), ['Zweite']).map(
    (trouble) => `${trouble.field}: ${sayTrouble('en', trouble)}`,
  );

suite('what a shop may be called and look like', () => {
  const right: readonly Partial<ShopSettings>[] = [
    { name: 'Bäckerei Süße Kätzchen & Söhne' },
    { name: 'متجر الزجاج' },
    { name: 'x'.repeat(80) },
    { brand: '0F4C5C' },
    { brand: '#036' },
    { senderAddress: 'bestellung@bäckerei.example' },
    { contactEmail: '', contactPhone: '', contactHours: '', contactUrl: '' },
    { contactPhone: '(0431) 12 34-56', contactUrl: 'https://shop.example/hilfe?a=ü' },
  ];
  for (const patch of right) test(`${JSON.stringify(patch)} is right`, () => assert.deepEqual(says(patch), []));

  const wrong: readonly (readonly [Partial<ShopSettings>, RegExp])[] = [
    [{ name: ' ' }, /^name: A shop needs a name/],
    [{ name: 'ZWEITE' }, /^name: Another shop here is called “Zweite” already/],
    [{ name: 'Sample' }, /^name: Another shop/],
    [{ name: 'x'.repeat(81) }, /^name: This is too long: 81 characters, and at most 80/],
    [{ name: 'A\nB' }, /^name: There are characters/],
    [{ name: 'A\u202Eb' }, /^name: There are characters/],
    [{ language: 'fr' }, /^language: The languages here are de, en/],
    [{ brand: 'blue' }, /^brand: A colour is written #/],
    [{ senderAddress: 'orders' }, /^senderAddress: This is no mail address/],
    [{ senderAddress: 'a b@shop.example' }, /^senderAddress: This is no/],
    [{ senderAddress: 'a@shop.example\r\nBcc: b@c.example' }, /^senderAddress: There are characters/],
    [{ senderAddress: '' }, /^senderAddress: Mails need/],
    [{ contactEmail: 'a@b.example?bcc=x' }, /^contactEmail: This is no/],
    [{ contactPhone: 'call me' }, /^contactPhone: This is no/],
    [{ contactUrl: 'javascript:alert(1)' }, /^contactUrl: A web address begins/],
    [{ contactUrl: 'shop.example' }, /^contactUrl: A web address begins/],
  ];
  for (const [patch, sentence] of wrong) {
    test(`${JSON.stringify(patch).slice(0, 50)} is refused in a sentence`, () => {
      assert.equal(says(patch).length, 1);
      assert.match(says(patch)[0] ?? '', sentence);
    });
  }

  test('writing that cannot be read is refused with its contrast and the nearest colours that can', () => {
    const [sentence = ''] = says({ brand: '#ffcc00', onBrand: '#ffffff' });
    assert.match(sentence, /^onBrand: #ffffff on #ffcc00 has a contrast of 1\.51:1/);
    const [, writing = '', ground2 = ''] =
      /suffices: (#\w{6}) as the writing, or (#\w{6}) as the colour/.exec(sentence) ?? [];
    assert.deepEqual(says({ brand: '#ffcc00', onBrand: writing }), []);
    assert.deepEqual(says({ brand: ground2, onBrand: '#ffffff' }), []);
  });

  test('the colour that is offered can always be read, and is the colour itself where that can', () => {
    const colour = integer({ min: 0, max: 0xff_ff_ff }).map((all) => `#${all.toString(16).padStart(6, '0')}`);
    holds(
      property(colour, colour, (one, other) => {
        const offered = nearestReadable(one, other);
        assert.ok(contrastOf(offered, other) >= 4.5);
        if (contrastOf(one, other) >= 4.5) assert.equal(offered, one);
      }),
    );
  });
});

suite('changing a shop', () => {
  test('what is set counts at once, the rest stays, and the audit says which fields', async () => {
    const done = await orders.changeShop({ shopId, actor, patch: { name: 'Süße Öfen', brand: '#123456' } });
    assert.ok('shop' in done);
    assert.deepEqual(done.changed, ['name', 'brand', 'senderName']);
    const shop = await shopNow();
    assert.deepEqual([shop.name, shop.face.brand, shop.face.sender.name], ['Süße Öfen', '#123456', 'Süße Öfen']);
    assert.equal(shop.face.contact.email, 'hallo@nordlicht.example');
    const [audit] = await privacy.audits(database, shopId, 1);
    assert.equal(audit?.verb, 'shop.set');
    assert.match(audit.subject, /^shp_\w{26}: name, brand, senderName$/);
  });

  test('the same again changes nothing and writes no audit', async () => {
    const before = (await privacy.audits(database, shopId, 100)).length;
    const done = await orders.changeShop({ shopId, actor, patch: { name: 'Süße Öfen' } });
    assert.ok('shop' in done && done.changed.length === 0);
    assert.equal((await privacy.audits(database, shopId, 100)).length, before);
  });

  test('one wrong setting of several changes none', async () => {
    const done = await orders.changeShop({ shopId, actor, patch: { name: 'Other', brand: 'red' } });
    assert.ok('no' in done && done.no === 'wrong');
    assert.equal((await shopNow()).name, 'Süße Öfen');
  });

  test('whoever saw other settings changes nothing and hears what stands there now', async () => {
    const seen = settingsOf(await shopNow());
    await orders.changeShop({ shopId, actor, patch: { contactHours: '9–17' } });
    const done = await orders.changeShop({ shopId, actor, seen, patch: { ...seen, name: 'Late' } });
    assert.ok('no' in done && done.no === 'stale');
    assert.equal(done.now.contactHours, '9–17');
  });

  const setLogo = async (logo: Logo | null) => {
    const done = await orders.changeShop({ shopId, actor, patch: {}, logo });
    assert.ok('shop' in done);
    return done;
  };

  test('a logo for mails has a whole address and one for browsers a path, and neither is kept with a host', async () => {
    const svg = readLogo(Buffer.from('<svg viewBox="0 0 9 3"><path d="M0 0h9v3z"/></svg>'));
    assert.ok('kind' in svg);
    const drawn = await setLogo(svg);
    assert.deepEqual(drawn.changed, ['logo']);
    assert.match(String(drawn.shop.face.logoUrl), /^\/logos\/[0-9a-f]{32}\.svg$/);
    const { shop } = await setLogo({ kind: 'png', bytes: Buffer.from('p') });
    assert.match(String(shop.face.logoUrl), /^https:\/\/shop\.example\/logos\/[0-9a-f]{32}\.png$/);
    assert.deepEqual((await shopNow()).face, shop.face);
    const [stored] = await database.rows<{ url: string }>(`select face->>'logoUrl' as url from orders.shop`, []);
    assert.match(String(stored?.url), /^\/logos\//);
  });

  test('a logo is found by its name alone; ten are kept for the mails that went out, and none is shown after none', async () => {
    const { shop } = await setLogo({ kind: 'png', bytes: Buffer.from('q') });
    const name = String(shop.face.logoUrl).replace(/^.*\//, '');
    const logo = await orders.logo(database, name);
    assert.ok(logo);
    assert.deepEqual([logo.contentType, Buffer.from(logo.bytes).toString()], ['image/png', 'q']);
    for (const other of [`${'0'.repeat(32)}.png`, `../${name}`, ''])
      assert.equal(await orders.logo(database, other), null);
    for (let index = 0; index < 12; index += 1) await setLogo({ kind: 'png', bytes: Buffer.from([index]) });
    assert.deepEqual(await database.rows('select count(*)::int as kept from orders.logo', []), [{ kept: 10 }]);
    assert.equal((await setLogo(null)).shop.face.logoUrl, null);
  });

  test('two shops cannot take one name, not even at the same moment', async () => {
    const done = await Promise.all(Array.from({ length: 6 }, () => orders.openShop('  Zweite   Öfen', actor)));
    assert.equal(done.filter((one) => 'shop' in one).length, 1);
    assert.equal((await orders.shops(database)).filter(({ name }) => name === 'Zweite Öfen').length, 1);
    const named = await orders.changeShop({ shopId, actor, patch: { name: 'zweite öfen' } });
    assert.ok('no' in named);
  });
});

test('the public pages of a shop have one address each, in the language of whoever is led there', () => {
  const paths = [contactPathOf, helpPathOf, protectionPathOf, reviewsPathOf].map((pathOf) =>
    pathOf({ shopId }, 'de-AT'),
  );
  assert.equal(new Set(paths).size, 4);
  for (const path of paths) assert.match(path, /^\/\w+\/shp_[0-9a-z]{26}\?language=de$/);
  assert.match(contactPathOf({ shopId }), /^\/contact\/shp_[0-9a-z]{26}$/);
});
