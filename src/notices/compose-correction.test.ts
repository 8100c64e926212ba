import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createWords } from '#kit/words';
import { parcelTexts, tellParcel, type ParcelWord } from '#parcels';
import { openBrowser } from '../../test/browser.ts';
import { factKinds, type FactKind } from './decide.ts';
import { corrected } from './samples/messages.ts';
import type { Tell } from './told-parcel.ts';

const words = createWords<ParcelWord>(parcelTexts);
const inRealWords: Tell = (language, facts) => tellParcel((key, values) => words.say(language, key, values), facts);

const now: Readonly<Record<FactKind, string>> = {
  shipped: 'announced.data_received',
  out_for_delivery: 'in_transit.arrived',
  ready_for_pickup: 'in_transit.sorted',
  delivery_failed: 'out_for_delivery.loaded',
  exception: 'in_transit.departed',
  delivered: 'out_for_delivery.loaded',
};

const mails = new Map<string, ReturnType<typeof corrected>>(
  factKinds.flatMap((kind) =>
    ['de', 'en'].map(
      (language) => [`/${kind}-${language}`, corrected(kind, now[kind], { language }, inRealWords)] as const,
    ),
  ),
);

test('a correction says what was told, who took it back, what is so now and what to do, in both parts', () => {
  for (const [path, mail] of mails) {
    const text = mail.text.replaceAll(/\s+/gu, ' ');
    const isGerman = path.endsWith('-de');
    assert.match(
      text,
      isGerman ? /haben wir Ihnen geschrieben, .+ DHL hat diese Meldung/u : /we wrote to you that .+ DHL/u,
      path,
    );
    assert.match(text, isGerman ? /Jetzt gilt: / : /What is true now: /u, path);
    assert.match(text, /\[!\] /u, path);
    assert.match(mail.subject, isGerman ? /^Korrektur: .+ · .*NK-1042$/u : /^Correction: .+ · .*NK-1042$/u, path);
    assert.doesNotMatch(mail.text, /undefined|\{/u, path);
  }
});

const server = createServer((request, response) => {
  const html = mails.get(request.url ?? '')?.html;
  response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
});
await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
const { port } = server.address() as AddressInfo;
const browser = await openBrowser();
const skip = browser === null ? 'no Chromium on this machine' : false;
after(async () => {
  await browser?.close();
  server.close();
});

/** A mail is shown inside the page of a mail program, which has its own landmarks. */
const rulesForPages = new Set(['landmark-one-main', 'region']);

for (const width of [360, 700]) {
  for (const dark of [false, true]) {
    test(
      `at ${width} pixels in ${dark ? 'the dark' : 'light'} a correction fits and breaks no rule of accessibility`,
      { skip },
      async () => {
        assert.ok(browser);
        const page = await browser.page({ width, height: 700, dark });
        for (const path of ['/delivered-de', '/delivered-en', '/ready_for_pickup-de']) {
          await page.goto(`http://127.0.0.1:${port}${path}`);
          const overWide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
          assert.ok(overWide <= 0, `${path} is ${overWide} pixels too wide`);
          const broken = (await page.axe()).filter(({ id }) => !rulesForPages.has(id));
          assert.deepEqual(broken, [], path);
        }
        await page.close();
      },
    );
  }
}
