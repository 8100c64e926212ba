import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import { assets, readTheme, themeName } from '#kit/html';
import { createHttp, type Http } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import type { ShownSeal } from '#evidence';
import type { PublishedReview } from '#reviews';
import type { Contact, Opened } from '#service';
import { openBrowser, type Browser } from '../../../test/browser.ts';
import { sayIn } from '../../../test/fixtures/order-views.ts';
import { freePort } from '../../../test/free-port.ts';
import { exampleFace } from '../../../test/ground.ts';
import { customerAssets } from '../assets.ts';
import type { Tree } from './tree.ts';
import { mountTrust } from './trust.ts';
import type { TrustNeeds } from './view.ts';

const now = Temporal.Instant.from('2026-11-30T10:00:00Z');
const shopId = '01900000-0000-7000-8000-000000000001';
const shown = showId('shp', shopId);
const shop = { shopId, name: 'Nordlicht <Keramik>', sample: false, language: 'de', face: exampleFace };

const seal: ShownSeal = {
  id: 'sea_1',
  kind: 'rating',
  label: null,
  image: null,
  issuer: 'EHI Retail Institute',
  name: 'Geprüfter Shop',
  grade: 4.72,
  scale: 5,
  count: 1_318,
  checkedAt: now,
  isStale: false,
  certificateUrl: 'https://issuer.example/certificate',
};
const said = {
  reviewId: 'rev_1',
  at: now,
  shop: 2,
  title: 'Cracked, <b>twice</b>',
  text: `كان الطرد مكسورا. ${'Long words follow. '.repeat(40)}`,
  language: 'ar',
} as unknown as PublishedReview;
const inBerlin = now.toZonedDateTimeISO('Europe/Berlin');
let hoursNow: Opened = { open: true, until: inBerlin.add({ hours: 6 }), opensAt: null };
const contact = {
  name: shop.name,
  legalName: 'Nordlicht Keramik GmbH',
  phone: '+49 30 23125000',
  postal: { street: 'A 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
  shopUrl: null,
  openNow: () => hoursNow,
  answerTime: { medianMinutes: 75, p90Minutes: 300, answered: 40, days: 90 },
} as unknown as Contact;

let time = now;
let reads = 0;
let rating: { count: number; mean: number | null } = { count: 213, mean: 4.63 };
let sites: Awaited<ReturnType<TrustNeeds['protection']['sites']>> = [];
let http: Http | null = null;
let browser: Browser | null = null;
let house = '';
const pages: Server[] = [];

/** A page of the shop's own, under a policy that lets nothing but the house's script and its answers through. */
async function shopPage(body: string): Promise<string> {
  const policy = `default-src 'none'; script-src ${house}; connect-src ${house}; frame-src ${house}; base-uri 'none'; require-trusted-types-for 'script'`;
  const server = createServer((request, response) => {
    const isPage = request.url === '/';
    response.writeHead(isPage ? 200 : 204, { 'content-type': 'text/html', 'content-security-policy': policy });
    response.end(isPage ? `<!doctype html><html lang="de"><title>Shop</title><main><h1>Shop</h1>${body}</main>` : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  pages.push(server);
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
}

function needsAt(publicUrl: string): Parameters<typeof mountTrust>[1] {
  return {
    publicUrl,
    clock: { now: () => time },
    orders: { shops: () => Promise.resolve([shop]) },
    carriers: { accounts: () => Promise.resolve([{ carrier: 'dhl-unified' }, { carrier: 'ups' }]) },
    protection: { shown: () => Promise.resolve(null), sites: () => Promise.resolve(sites) },
    service: { contactOf: () => Promise.resolve(contact) },
    reviews: {
      figuresOf: () => {
        reads += 1;
        return Promise.resolve({ shop: rating });
      },
      published: () => Promise.resolve([said]),
    },
    evidence: { sealsOf: () => Promise.resolve([seal]) },
  } as unknown as Parameters<typeof mountTrust>[1];
}

async function open(publicUrl: string, port: number): Promise<Http> {
  const opened = createHttp({
    settings: { host: '127.0.0.1', port, tls: null, trustedProxies: [], publicUrl },
    log: createLog({ level: 'silent' }),
    ready: async () => true,
  });
  opened.addAssets([...assets, ...customerAssets]);
  const addTheme = (): void => {
    for (const kind of ['css', 'svg'] as const) {
      const theme = readTheme(themeName(exampleFace, kind));
      if (theme !== null) opened.addAssets([theme]);
    }
  };
  mountTrust(opened, needsAt(publicUrl), { say: (language) => sayIn(language === 'de' ? 'de' : 'en'), addTheme });
  return opened;
}

before(async () => {
  browser = await openBrowser();
  const port = await freePort();
  house = `http://127.0.0.1:${port}`;
  http = await open(house, port);
  await http.listen();
});

after(async () => {
  await browser?.close();
  await http?.close();
  for (const server of pages) {
    server.closeAllConnections();
    server.close();
  }
});

async function pageOf(...given: Parameters<Browser['page']>) {
  assert.ok(browser !== null);
  return await browser.page(...given);
}

const inside = (element: string): string => `(document.querySelector('${element}')?.shadowRoot?.textContent ?? '')`;

test('a shop’s own page shows the cards under a policy that lets no markup and no style through', async () => {
  const body = `<glasspost-trust><a href="${house}/trust/${shown}">Wer wir sind</a></glasspost-trust><glasspost-reviews lang="en"></glasspost-reviews>
    <script type="module" src="${house}/trust/${shown}/elements.js"></script>`;
  const url = await shopPage(body);
  const page = await pageOf({ width: 390 });
  await page.goto(url);
  await page.waitFor(`${inside('glasspost-trust')} !== '' && ${inside('glasspost-reviews')} !== ''`);
  const text = await page.evaluate<string>(inside('glasspost-trust'));
  for (const part of [
    '4,63 von 5',
    '213 Bewertungen',
    '4,72 von 5',
    'DHL',
    'Jetzt geöffnet',
    'Nordlicht Keramik GmbH',
  ]) {
    assert.ok(text.includes(part), `${part}: ${text}`);
  }
  assert.match(await page.evaluate<string>(inside('glasspost-reviews')), /Cracked, <b>twice<\/b>.*Long words …All/u);
  await page.evaluate(`document.querySelector('glasspost-reviews').lang = 'de'`);
  await page.waitFor(`${inside('glasspost-reviews')}.includes('Alle Bewertungen')`);
  assert.deepEqual(page.errors, []);
  assert.deepEqual(await page.cookies(), []);
  const asked = new Set(page.requests.map((one) => new URL(one).origin));
  assert.deepEqual([...asked].toSorted(), [house, new URL(url).origin].toSorted());
  assert.equal(await page.evaluate<boolean>('document.documentElement.scrollWidth <= 390'), true);
  assert.deepEqual(await page.axe(), []);
  await page.close();
});

test('without a script, without the house, or where it answers a problem, what stands between the tags stays', async () => {
  const words = '<glasspost-trust>Unser Versprechen</glasspost-trust>';
  const elsewhere = `${words}<script type="module" src="${house}/trust/shp_nobody/elements.js"></script>`;
  const page = await pageOf();
  await page.goto(await shopPage(elsewhere));
  await page.evaluate('new Promise((done) => setTimeout(done, 300))');
  const shownText = `document.querySelector('glasspost-trust').innerText`;
  assert.equal(await page.evaluate<string>(shownText), 'Unser Versprechen');
  // At the house's own host nothing keeps a script from reading a problem.
  await page.goto(`${house}/trust/${shown}`);
  await page.evaluate(`(async () => {
    const element = document.createElement('glasspost-trust');
    element.textContent = 'Unser Versprechen';
    document.body.replaceChildren(element);
    await import('/trust/shp_nobody/elements.js');
    await new Promise((done) => setTimeout(done, 300));
  })()`);
  assert.equal(await page.evaluate<string>(shownText), 'Unser Versprechen');
  await page.close();
});

test('an element that is told its language later speaks it', async () => {
  const page = await pageOf({ language: 'en' });
  const script = `<script type="module" src="${house}/trust/${shown}/elements.js"></script>`;
  const url = await shopPage(`<glasspost-trust></glasspost-trust>${script}`);
  await page.goto(url);
  await page.waitFor(`${inside('glasspost-trust')}.includes('4,63 von 5')`);
  await page.evaluate(`document.querySelector('glasspost-trust').lang = 'en'`);
  await page.waitFor(`${inside('glasspost-trust')}.includes('4.63 of 5')`);
  assert.equal(page.requests.filter((one) => one.includes('card.json')).length, 2);
  await page.close();
});

test('the element is smaller than 2 KB, and no card has a cookie', async () => {
  for (const file of [
    'elements.js',
    'card.css',
    'card.html',
    'card.json',
    'card.frame',
    'reviews.html',
    'reviews.json',
    'reviews.frame',
  ]) {
    const answer = await fetch(`${house}/trust/${shown}/${file}?language=de`);
    assert.equal(answer.status, 200, file);
    assert.equal(answer.headers.get('set-cookie'), null, file);
    const bytes = (await answer.bytes()).length;
    assert.ok(bytes < (file === 'elements.js' ? 2_048 : 12_000), `${file}: ${bytes}`);
  }
  for (const file of ['toString', 'card.exe', 'constructor.html', 'card', '__proto__.json', 'card.html.x']) {
    assert.equal((await fetch(`${house}/trust/${shown}/${file}`)).status, 404, file);
  }
  assert.equal((await fetch(`${house}/trust/shp_x`)).status, 404);
});

test('the piece of HTML and the tree say the same, and what people wrote is text in both', async () => {
  for (const card of ['card', 'reviews']) {
    const html = await (await fetch(`${house}/trust/${shown}/${card}.html`)).text();
    const { tree } = (await (await fetch(`${house}/trust/${shown}/${card}.json`)).json()) as { tree: Tree[] };
    const textOf = (node: Tree): string =>
      typeof node === 'string'
        ? node
        : node
            .slice(2)
            .map((one) => textOf(one as Tree))
            .join('');
    const shownText = html
      .replaceAll(/<(?:[^>"]|"[^"]*")*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
      .replaceAll('&quot;', '"');
    assert.equal(tree.map(textOf).join(''), shownText.trim());
    if (card === 'card') assert.match(html, /Geprüfter Shop[\s\S]+Bewertungen bei EHI Retail Institute/);
    assert.doesNotMatch(html, /<b>twice|<Keramik>|\sstyle=|<script|undefined|NaN/);
  }
});

test('a card is read once for many, sent again under its tag, and goes with its minute', async () => {
  const address = `${house}/trust/${shown}/card.json?language=de`;
  time = now.add({ minutes: 1 });
  const readsBefore = reads;
  const origin = 'http://localhost:1';
  const many = await Promise.all(
    Array.from({ length: 20 }, (_, one) =>
      fetch(one % 2 === 0 ? address : address.replace('de', 'en'), { headers: { origin, 'accept-encoding': 'br' } }),
    ),
  );
  assert.equal(reads - readsBefore, 1);
  const [first] = many;
  assert.ok(first !== undefined);
  const etag = first.headers.get('etag') ?? '';
  assert.equal(first.headers.get('content-encoding'), 'br');
  assert.equal(first.headers.get('vary'), 'accept-encoding, origin');
  const headers = { origin, 'accept-encoding': 'br', 'if-none-match': etag };
  const again = await fetch(address, { headers });
  assert.deepEqual(
    [again.status, again.headers.get('etag'), again.headers.get('access-control-allow-origin')],
    [304, etag, origin],
  );
  rating = { count: 214, mean: 4.64 };
  time = time.add({ minutes: 1 });
  assert.equal((await fetch(address, { headers })).status, 200);
  rating = { count: 213, mean: 4.63 };
  time = time.add({ minutes: 1 });
});

test('a server that asks without a language gets the shop’s, a browser its own, and caches are told', async () => {
  const address = `${house}/trust/${shown}/card.html`;
  for (const [accepted, expected] of [
    ['*', /lang="de"/],
    ['en-GB,en;q=0.9', /lang="en"/],
    ['de-AT', /lang="de"/],
  ] as const) {
    const answer = await fetch(address, { headers: { 'accept-language': accepted } });
    assert.match(await answer.text(), expected);
    assert.equal(answer.headers.get('vary'), 'accept-encoding, accept-language');
  }
});

test('who has no reviews yet says so, and no number', async () => {
  rating = { count: 0, mean: null };
  time = time.add({ minutes: 1 });
  const html = await (await fetch(`${house}/trust/${shown}/card.html?language=en`)).text();
  rating = { count: 213, mean: 4.63 };
  time = time.add({ minutes: 1 });
  assert.match(html, /No reviews yet/);
  assert.doesNotMatch(html, /class="mean-stars"/);
});

test('when somebody is there again is said for today, for this week and beyond, and answers take what the contact page says', async () => {
  const usual = hoursNow;
  for (const [opensAt, words] of [
    [inBerlin.add({ hours: 2 }), /open again today at 13:00\./],
    [inBerlin.add({ days: 1 }), /open again Tuesday at 11:00\./],
    [inBerlin.add({ days: 12 }), /open again Saturday 12 December at 11:00\./],
  ] as const) {
    hoursNow = { open: false, until: null, opensAt };
    time = time.add({ minutes: 1 });
    const html = await (await fetch(`${house}/trust/${shown}/card.html?language=en`)).text();
    assert.match(html, words);
    assert.match(html, /answered within 75 minutes\./);
  }
  hoursNow = usual;
  time = time.add({ minutes: 1 });
});

test('elsewhere than at the shop’s own places a copied card is empty', async () => {
  sites = [
    { host: 'www.nordlicht.example', port: 443, kind: 'shop', proven: { by: 'file' } },
    { host: 'stranger.example', port: 443, kind: 'shop', proven: null },
  ] as unknown as typeof sites;
  const port = await freePort();
  const outside = await open('https://paket.nordlicht.example', port);
  await outside.listen();
  const at = `http://127.0.0.1:${port}/trust/${shown}`;
  const allowed = async (origin: string): Promise<string | null> =>
    (await fetch(`${at}/card.json`, { headers: { origin } })).headers.get('access-control-allow-origin');
  assert.equal(await allowed('https://www.nordlicht.example'), 'https://www.nordlicht.example');
  for (const origin of [
    'https://copy.example',
    'https://stranger.example',
    'http://www.nordlicht.example',
    'null',
    'http://localhost:1',
  ]) {
    assert.equal(await allowed(origin), null, origin);
  }
  const policy = (await fetch(`${at}/card.frame`)).headers.get('content-security-policy') ?? '';
  assert.match(policy, /frame-ancestors 'self' https:\/\/paket\.nordlicht\.example https:\/\/www\.nordlicht\.example;/);
  assert.doesNotMatch(policy, /stranger|localhost/);
  await outside.close();
  sites = [];
});

test('a frame and the page of its own stay in their width, light and dark, in both languages', async () => {
  for (const [width, dark, language] of [
    [360, false, 'de'],
    [1_280, true, 'en'],
  ] as const) {
    const page = await pageOf({ width, dark });
    for (const path of ['', '/card.frame', '/reviews.frame']) {
      const { status } = await page.goto(`${house}/trust/${shown}${path}?language=${language}`);
      assert.equal(status, 200);
      assert.equal(await page.evaluate<boolean>(`document.documentElement.scrollWidth <= ${width}`), true, path);
      assert.deepEqual(path === '' ? await page.axe() : [], []);
    }
    assert.deepEqual(page.errors, []);
    await page.close();
  }
});
