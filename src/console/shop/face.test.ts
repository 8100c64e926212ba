import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { addSampleShop, openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { settingsOf, type ShopSettings } from '#orders';
import { consolePaths } from '../paths.ts';

const house = await openConsoleHouse();
after(house.close);
const { ask, ground } = house;
const { database, orders, privacy } = ground;
const cookie = await house.signIn({ 'accept-language': 'en' });

const shopNow = async () => {
  const shop = (await orders.shops(database)).find(({ shopId }) => shopId === ground.shop.shopId);
  assert.ok(shop);
  return shop;
};
const now = async (): Promise<ShopSettings> => settingsOf(await shopNow());
/** The form as the page has it, with what somebody typed. */
const formWith = async (typed: Partial<ShopSettings>, more: Record<string, string> = {}) => {
  const seen = await now();
  return { ...seen, ...typed, seen: JSON.stringify(seen), act: 'save', ...more };
};
const save = (form: Record<string, string>) => ask(consolePaths.saveFace, { cookie, form });
const page = async () => (await ask(consolePaths.face, { cookie })).text;

suite('saving', () => {
  test('what is saved counts at once and is said, with an audit row', async () => {
    const saved = await save(await formWith({ name: 'Süße Öfen', brand: '#14504f' }));
    assert.deepEqual([saved.status, saved.headers.get('location')], [303, '/console/shop?done=shop_saved']);
    assert.match(await page(), /id="shop-name"[^>]* value="Süße Öfen"/);
    const [audit] = await privacy.audits(database, ground.shop.shopId, 1);
    assert.deepEqual([audit?.actor, audit?.verb], ['staff', 'shop.set']);
    const same = await save(await formWith({}));
    assert.equal(same.headers.get('location'), '/console/shop?done=shop_same');
  });

  test('what is wrong is said beside its field, what was typed is still there, and nothing is saved', async () => {
    const typed = { name: 'Neu "& <b>', brand: '#ffee00', contactUrl: 'shop' };
    const { status, text } = await save(await formWith(typed));
    assert.equal(status, 422);
    assert.match(text, /role="alert">2 fields are not as needed\. Nothing was saved\./);
    assert.match(text, /value="Neu &quot;&amp; &lt;b>"/);
    assert.match(text, /id="shop-contactUrl"[^>]*aria-describedby="shop-contactUrl-wrong"[^>]*aria-invalid="true"/);
    assert.match(text, /id="shop-contactUrl-wrong">A web address begins with https/);
    assert.match(text, /id="shop-onBrand-wrong">#ffffff on #ffee00 has a contrast of 1\.\d+:1/);
    assert.equal((await now()).name, 'Süße Öfen');
  });

  test('a form from before somebody else saved is refused, shows what changed, and loses nothing of either', async () => {
    const form = await formWith({ contactHours: '8–12' });
    await save(await formWith({ name: 'Anders', contactPhone: '+49 431 12345' }));
    const { status, text } = await save(form);
    assert.equal(status, 409);
    assert.match(text, /Somebody else has saved this shop since you opened this page/);
    assert.match(text, /Süße Öfen<\/bdi>.*Anders<\/bdi>.*–<\/bdi>.*\+49 431 12345<\/bdi>/s);
    assert.equal((await now()).contactHours, '');
    const shown = Object.fromEntries(
      [...text.matchAll(/<input id="shop-(\w+)" name="\w+"[^>]*? value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    );
    assert.deepEqual(
      [shown['contactHours'], shown['name'], shown['contactPhone']],
      ['8–12', 'Anders', '+49 431 12345'],
    );
    const seen = /name="seen" value="([^"]*)"/.exec(text)?.[1]?.replaceAll('&quot;', '"') ?? '';
    assert.equal((await save({ ...shown, language: form.language, seen, act: 'save' })).status, 303);
    assert.deepEqual([(await now()).contactHours, (await now()).name], ['8–12', 'Anders']);
  });

  test('a form that has seen nothing changes nothing', async () => {
    for (const seen of ['', 'x', '{}', '[]', 'null', '{"name":7}']) {
      assert.equal((await save({ ...(await formWith({ name: 'Blind' })), seen })).status, 409, seen);
    }
    assert.notEqual((await now()).name, 'Blind');
  });

  test('a form of another site is turned away', async () => {
    for (const path of [
      consolePaths.saveFace,
      consolePaths.logo,
      consolePaths.carriers,
      consolePaths.disconnectCarrier,
    ]) {
      const form = await formWith({});
      const { status } = await ask(path, { cookie, form, headers: { 'sec-fetch-site': 'cross-site' } });
      assert.equal(status, 401, path);
    }
  });
});

suite('looking', () => {
  test('settings are shown without being saved, with their contrasts', async () => {
    const { status, text } = await save(await formWith({ name: 'متجر', brand: '#7a0019' }, { act: 'try' }));
    assert.equal(status, 200);
    assert.match(text, /This shows what is typed, which is not saved/);
    assert.notEqual((await now()).name, 'متجر');
    const [, src = ''] = /<iframe[^>]* src="([^"]*)"/.exec(text) ?? [];
    const shown = await ask(src.replaceAll('&amp;', '&'), { cookie });
    assert.equal(shown.status, 200);
    assert.match(shown.text, /<bdi>متجر<\/bdi>/);
    assert.match(shown.text, /--brand:#7a0019/);
    assert.match(
      shown.headers.get('content-security-policy') ?? '',
      /^default-src 'none'.*frame-ancestors 'self'; sandbox$/,
    );
  });

  test('light and dark, page and mail are four documents that ask for nothing of others', async () => {
    const seen = new Set<string>();
    for (const part of ['page.light', 'page.dark', 'mail.light', 'mail.dark']) {
      const { text } = await ask(consolePaths.facePreview(`part=${part}`), { cookie });
      assert.doesNotMatch(text, /prefers-color-scheme|<script|<link|@import/);
      assert.doesNotMatch(text, /(?:src|url)[=(]"?https?:/);
      seen.add(text);
    }
    assert.equal(seen.size, 4);
    for (const query of ['', 'part=x&brand=red&name=%00', `name=${'x'.repeat(5_000)}`]) {
      assert.equal((await ask(consolePaths.facePreview(query), { cookie })).status, 200, query.slice(0, 30));
    }
    assert.equal((await ask(consolePaths.facePreview(''), { cookie: null })).status, 303);
  });
});

suite('the logo', () => {
  const send = async (parts: Record<string, string | Blob>) => {
    const body = new FormData();
    for (const [name, part] of Object.entries(parts)) body.append(name, part);
    const headers = { cookie, 'sec-fetch-site': 'same-origin', accept: 'text/html' };
    const response = await fetch(house.url + consolePaths.logo, { method: 'POST', redirect: 'manual', headers, body });
    return { status: response.status, location: response.headers.get('location'), text: await response.text() };
  };

  test('it is sent as a file, shown at once, and taken away again', async () => {
    const svg = new Blob(['<svg viewBox="0 0 9 3"><path d="M0 0h9v3z"/></svg>']);
    const sent = await send({ act: 'use', logo: svg });
    assert.deepEqual([sent.status, sent.location], [303, '/console/shop?done=logo_saved']);
    assert.match(await page(), /<img class="logo" src="\/logos\/[0-9a-f]{32}\.svg"/);
    assert.equal((await send({ act: 'none' })).location, '/console/shop?done=logo_removed');
    assert.equal((await shopNow()).face.logoUrl, null);
  });

  test('what is no logo is refused in a sentence, in the same page', async () => {
    const wrongs: readonly (readonly [Record<string, string | Blob>, RegExp])[] = [
      [{ act: 'use' }, /Choose a picture first/],
      [{ act: 'use', logo: new Blob([]) }, /Choose a picture first/],
      [{ act: 'use', logo: 'text' }, /Choose a picture first/],
      [{ act: 'use', logo: new Blob(['GIF89a']) }, /A logo is a PNG, JPEG, WebP or SVG/],
      [{ act: 'use', logo: new Blob([Buffer.alloc(400 * 1024)]) }, /The logo has 400 KiB/],
      [{ act: 'use', logo: new Blob(['<svg viewBox="0 0 1 1" onload="x()"/>']) }, /runs a script \(onload\)/],
    ];
    for (const [parts, says] of wrongs) {
      const { status, text } = await send(parts);
      assert.equal(status, 422);
      assert.match(text, says);
    }
    const nonsense = await ask(consolePaths.logo, { cookie, form: { act: 'none' } });
    assert.ok([303, 422].includes(nonsense.status));
  });
});

test('the sample shop is not set up: the page leads to the own one and stays there', async () => {
  await addSampleShop(house);
  const newcomer = await house.signIn({ 'accept-language': 'de' });
  const { text } = await ask(consolePaths.face, { cookie: newcomer });
  assert.match(text, /Das ist der Beispielshop/);
  assert.doesNotMatch(text, /shop-name/);
  const refused = await ask(consolePaths.saveFace, { cookie: newcomer, form: await formWith({ name: 'Weg' }) });
  assert.equal(refused.status, 303);
  assert.ok((await orders.shops(database)).every(({ name }) => name !== 'Weg'));
  const shop = /name="shop" value="(shp_\w+)"><bdi>/.exec(text.slice(text.indexOf('Beispielshop')))?.[1] ?? '';
  const referer = `${house.url}/console/shop`;
  const chosen = await ask(consolePaths.shop, { cookie: newcomer, form: { shop }, headers: { referer } });
  assert.equal(chosen.headers.get('location'), '/console/shop');
  assert.match((await ask(consolePaths.face, { cookie: newcomer })).text, /id="shop-name"/);
});
