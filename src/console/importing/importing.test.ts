import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { openBrowser, type Browser } from '../../../test/browser.ts';
import { openConsoleHouse, type ConsoleHouse } from '../../../test/fixtures/console-house.ts';

let browser: Browser | null = null;
let house: ConsoleHouse;
let cookie = '';

before(async () => {
  house = await openConsoleHouse();
  browser = await openBrowser();
  cookie = await house.signIn();
});

after(async () => {
  await browser?.close();
  await house.close();
});

const header =
  'Bestellnummer;Bestelldatum;Name;E-Mail;Straße;PLZ;Ort;Land;Artikel;Einzelpreis;Währung;Sendungsnummer;Notiz';
const rowOf = (number: string, mail = `${number.toLowerCase()}@kunde.example`): string =>
  `${number};1.5.2026;Ada ${number};${mail};Musterweg 1;10115;Berlin;DE;Tasse;12,90;EUR;0034043416109400${number.replaceAll(/\D/g, '').padStart(4, '0')};`;

function csv(...rows: readonly string[]): string {
  return [header, ...rows].join('\r\n');
}

/** Sends a file as a browser's form does; answers where it leads. */
async function upload(text: string | Blob, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const form = new FormData();
  form.append('before', 'a field');
  form.append('file', typeof text === 'string' ? new Blob([text]) : text, 'C:\\orders\\mai.csv');
  const response = await fetch(`${house.url}/console/import`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
    headers: { cookie, 'sec-fetch-site': 'same-origin', 'x-forwarded-for': '10.9.9.9', ...more },
  });
  return response.headers.get('location') ?? String(response.status);
}

const page = async (path: string) => await house.ask(path, { cookie });
const post = async (path: string, form: Readonly<Record<string, string>> = {}) => {
  return (await house.ask(path, { cookie, form, method: 'POST' })).headers.get('location');
};
const cityOf = (text: string): boolean => text.includes('Musterweg 1');

suite('a file of orders', () => {
  test('is looked at first: nothing is taken before somebody says so', async () => {
    const path = await upload(csv(rowOf('C-1'), rowOf('C-2', 'no address')));
    assert.match(path, /^\/console\/import\/imp_[0-9a-z]{26}$/);
    const { status, text } = await page(path);
    assert.equal(status, 200);
    assert.match(text, /mai\.csv/);
    assert.doesNotMatch(text, /C:\\orders/);
    assert.match(text, /Columns that are not read: <bdi>Notiz<\/bdi>/);
    assert.ok(cityOf(text));
    assert.match(text, /E-mail address \(E-Mail\): is no e-mail address\./);
    assert.equal(await house.ground.orders.find(house.ground.database, house.ground.shop.shopId, 'C-1'), null);
  });

  test('is taken once, however often the button is pressed, and its report names what was refused', async () => {
    const path = await upload(csv(rowOf('T-1'), rowOf('T-2', '=no'), rowOf('T-3')));
    const started = await Promise.all([post(`${path}/start`), post(`${path}/start`)]);
    assert.deepEqual(started, [path, path]);
    const running = await page(path);
    assert.equal(running.headers.get('refresh'), '3');
    await house.settle();
    const { text, headers } = await page(path);
    assert.equal(headers.get('refresh'), null);
    assert.match(text, /finished/);
    const report = await page(`${path}/refused.csv`);
    assert.match(report.headers.get('content-disposition') ?? '', /refused\.csv/);
    const [, line] = report.text.split('\r\n');
    assert.match(
      line ?? '',
      /^3;E-mail address \(E-Mail\): is no e-mail address\.;T-2;1\.5\.2026;Ada T-2;'=no;Musterweg 1/,
    );
    const [entry] = await house.ground.privacy.audits(house.ground.database, house.ground.shop.shopId, 1);
    assert.deepEqual([entry?.actor, entry?.verb], ['staff', 'orders.import']);
    assert.match(entry?.subject ?? '', / rows=3 added=2 changed=0 unchanged=0 refused=1$/);
  });

  test('is corrected in the report, and the report is taken', async () => {
    const path = await upload(csv(rowOf('V-1'), rowOf('V-2', 'no address')));
    await post(`${path}/start`);
    await house.settle();
    const { text } = await page(`${path}/refused.csv`);
    const again = await upload(text.replace('no address', 'v2@kunde.example'));
    await post(`${again}/start`);
    await house.settle();
    assert.ok(await house.ground.orders.find(house.ground.database, house.ground.shop.shopId, 'V-2'));
  });

  test('with columns that nobody knows asks which is which', async () => {
    const path = await upload('foo;bar;baz;city;land\nX-1;2026-05-01T10:00;Weg 1;Berlin;DE\n');
    const { text } = await page(path);
    assert.match(text, /Order number needs a column\./);
    assert.doesNotMatch(text, /\/start"/);
    assert.equal(await post(`${path}/start`), path);
    const form = {
      'column.order_number': 'foo',
      'column.placed_at': 'bar',
      zone: 'Europe/Berlin',
      'column.address.street': 'baz',
      'column.address.city': 'city',
      'column.address.country': 'land',
      'fixed.language': 'de',
    };
    await post(`${path}/mapping`, form);
    assert.match((await page(path)).text, /\/start"/);
    await post(`${path}/start`);
    await house.settle();
    const order = await house.ground.orders.find(house.ground.database, house.ground.shop.shopId, 'X-1');
    assert.equal(order?.placedAt.toString(), '2026-05-01T08:00:00Z');
  });

  test('that is empty, missing, too large or cut off is refused with a sentence', async () => {
    const standing = await house.importedPieces();
    assert.equal(await upload(''), '/console/import?failed=import_unreadable');
    const large = new Blob([new Uint8Array(65 * 1024 * 1024)]);
    assert.equal(await upload(large), '/console/import?failed=import_too_large');
    const cut = await fetch(`${house.url}/console/import`, {
      method: 'POST',
      body: '--b\r\ncontent-disposition: form-data; name="file"; filename="x.csv"\r\n\r\na;b',
      redirect: 'manual',
      headers: { cookie, 'content-type': 'multipart/form-data; boundary=b', 'sec-fetch-site': 'same-origin' },
    });
    assert.equal(cut.headers.get('location'), '/console/import?failed=import_unreadable');
    assert.deepEqual(await house.importedPieces(), standing);
    assert.equal(await upload('a;b', { 'sec-fetch-site': 'cross-site' }), '401');
  });
});

suite('the file itself', () => {
  test('lies sealed while it waits, and is gone when it was taken, dropped, or left for a day', async () => {
    const standing = (await house.importedPieces()).length;
    const path = await upload(csv(rowOf('W-1')));
    const left = await upload(csv(rowOf('W-2')));
    assert.equal((await house.importedPieces()).length, standing + 4);
    assert.deepEqual(await post(`${path}/drop`), '/console/import?done=import_dropped');
    assert.equal((await page(path)).status, 404);
    house.ground.clock.advanceTo(house.ground.clock.now().add({ hours: 25 }));
    await house.settle();
    cookie = await house.signIn();
    assert.equal((await page(left)).status, 404);
    assert.deepEqual(await house.importedPieces(), []);
  });

  test('that half arrived when its process was killed is gone after an hour', async () => {
    const standing = (await house.importedPieces()).length;
    const [arrived, rest] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const bytes = (async function* () {
      yield Buffer.alloc(300 * 1024, 'a;b\n');
      arrived.resolve();
      await rest.promise;
    })();
    const beginning = house.needs.imports.begin(house.ground.shop, { name: 'half.csv', bytes });
    await arrived.promise;
    assert.equal((await house.importedPieces()).length, standing + 1);
    house.ground.clock.advanceTo(house.ground.clock.now().add({ minutes: 61 }));
    await house.settle();
    assert.equal((await house.importedPieces()).length, standing);
    rest.resolve();
    await assert.rejects(beginning, /not there any more/);
    assert.equal((await house.importedPieces()).length, standing);
    cookie = await house.signIn();
  });

  test('of 16 MB comes in, in pieces, and a run that was stopped goes on where it was', async () => {
    const rows = Array.from({ length: 1_500 }, (_, index) =>
      rowOf(`G-${index}`).replace(/;$/, `;${'x'.repeat(11_200)}`),
    );
    const text = csv(...rows);
    assert.ok(text.length > 16 * 1024 * 1024);
    const path = await upload(text);
    const pieces = await house.importedPieces();
    assert.ok(pieces.length > 50 && pieces.every((piece) => piece.length < 512 * 1024 && !piece.includes('Musterweg')));
    await post(`${path}/start`);
    let commits = 0;
    const stop = house.stopImportsWhen(() => (commits += 1) > 2);
    await house.settle().catch(() => {});
    stop();
    const found = await house.needs.imports.find(house.ground.shop.shopId, path.split('/').at(-1) ?? '');
    assert.deepEqual([found?.state, found?.counts.orders], ['running', 800]);
    house.ground.clock.advanceTo(house.ground.clock.now().add({ hours: 1 }));
    await house.settle();
    cookie = await house.signIn();
    const ended = await house.needs.imports.find(house.ground.shop.shopId, path.split('/').at(-1) ?? '');
    assert.deepEqual(
      [ended?.state, ended?.counts],
      ['done', { rows: 1_500, orders: 1_500, added: 1_500, changed: 0, unchanged: 0, refused: 0 }],
    );
  });
});

for (const look of [
  { width: 1280, language: 'en-GB', dark: false },
  { width: 360, language: 'de-DE', dark: true },
]) {
  test(`staff bring a file, confirm it and read the report without a script, at ${look.width} pixels`, async (context) => {
    const shown = await browser?.page({ javascript: false, ...look });
    if (shown === undefined) return context.skip('this machine has no Chromium');
    await shown.goto(house.url + (await house.link()));
    await shown.click('main button');
    await shown.waitFor(`location.pathname === '/console' && document.readyState === 'complete'`);
    const clean = async (): Promise<void> => {
      assert.deepEqual(await shown.axe(), []);
      assert.equal(await shown.evaluate<number>('document.documentElement.scrollWidth'), look.width);
    };
    await shown.goto(`${house.url}/console/import`);
    await clean();
    const text = csv(rowOf(`Z-${look.width}1`), rowOf(`Z-${look.width}2`, 'no address'));
    await shown.evaluate(`(() => {
      const files = new DataTransfer();
      files.items.add(new File([${JSON.stringify(text)}], 'bestellungen.csv', { type: 'text/csv' }));
      document.querySelector('input[type=file]').files = files.files;
    })()`);
    await shown.click('form[enctype] button');
    await shown.waitFor(`/imp_/.test(location.pathname) && document.readyState === 'complete'`);
    await clean();
    await shown.click('form[action$="/start"] button');
    await shown.waitFor(`document.querySelector('progress') !== null && document.readyState === 'complete'`);
    await clean();
    await house.settle();
    await shown.waitFor(
      `document.querySelector('a[href$="refused.csv"]') !== null && document.readyState === 'complete'`,
    );
    await clean();
    assert.deepEqual(shown.errors, []);
    await shown.close();
  });
}
