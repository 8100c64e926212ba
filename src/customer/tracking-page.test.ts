import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { subStatuses } from '#carriers';
import { assets, readTheme } from '#kit/html';
import { hostile, orderOf, orderViews, parcelAt, sayIn, shop, type Language } from '../../test/fixtures/order-views.ts';
import { assetUrl } from '../../test/fixtures/page-server.ts';
import { customerAssets } from './assets.ts';
import { errorPage } from './error-page.tsx';
import { inOrderOfNeed, toneOf } from './parts/tone.ts';
import { stagesOf, tellParcel, tellScan } from '#parcels';
import { mapBytesMax, trackingPage } from './tracking-page.tsx';
import { unknownLinkPage } from './unknown-link-page.tsx';
import type { Milestone, OrderView } from './view.ts';
import { customerTexts } from './words.ts';

const languages: readonly Language[] = ['en', 'de'];
const bytesMax = 50_000;

function pageOf(view: OrderView, language: Language = 'en'): string {
  return trackingPage(view, { say: sayIn(language), assetUrl });
}

/** The tags of a page without the values of their attributes: what a browser acts on. */
function tagsOf(html: string): string {
  return (html.replaceAll(/="[^"]*"/g, '=""').match(/<[a-z][^>]*>/g) ?? []).join('');
}

function viewOf(name: string, language: Language = 'en'): OrderView {
  const view = orderViews(language)[name];
  assert.ok(view !== undefined, `no fixture ${name}`);
  return view;
}

const assetBytes = new Map([...assets, ...customerAssets].map(({ name, text }) => [name, Buffer.byteLength(text)]));

/** Of all that a page links to: styles, scripts, its icon. */
function linkedBytes(html: string): number {
  const names = new Set([...html.matchAll(/"\/assets\/([^"]+)"/g)].map((match) => match[1] ?? ''));
  assert.ok(names.size > 4);
  const bytesOf = (name: string): number => assetBytes.get(name) ?? Buffer.byteLength(readTheme(name)?.text ?? '');
  return [...names].reduce((sum, name) => sum + bytesOf(name), 0);
}

for (const language of languages) {
  for (const [name, view] of Object.entries(orderViews(language))) {
    test(`the page of "${name}" is one document with its landmarks in place (${language})`, () => {
      const html = pageOf(view, language);
      for (const landmark of ['<header', '<main', '<footer', '<h1']) {
        assert.equal(html.split(landmark).length - 1, 1, `${landmark} once`);
      }
      assert.ok(html.includes(`<html lang="${language}" dir="${view.dir}">`));
      assert.doesNotMatch(html, /undefined|null<|\[object|NaN/);
      assert.doesNotMatch(tagsOf(html), /\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
      assert.doesNotMatch(html, /(?:src|action)="https?:/);
      const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
      assert.equal(new Set(ids).size, ids.length, 'no id twice');
    });
  }
}

test('a page with all it links to stays under 50 KB, up to three parcels with maps and one of 60 scans', () => {
  for (const name of ['in_transit', 'delivered', 'three', 'sixty', 'long']) {
    const view = viewOf(name, 'de');
    const html = pageOf(view, 'de');
    const bytes = Buffer.byteLength(html) + linkedBytes(html);
    assert.ok(bytes <= bytesMax, `${name} has ${bytes} bytes`);
  }
});

test('maps are drawn in order of need until their bytes are spent', () => {
  const mapSvg = `<svg>${'x'.repeat(mapBytesMax / 2 - 11)}</svg>`;
  const parcels = (['delivered', 'in_transit', 'exception'] as const).map((milestone, index) =>
    parcelAt(milestone, 'en', { id: milestone, position: index + 1, mapSvg }),
  );
  const html = pageOf(orderOf('en', parcels));
  assert.equal(html.split(mapSvg).length - 1, 2);
  assert.ok(html.indexOf('id="parcel-exception"') < html.indexOf(mapSvg));
  assert.ok(html.lastIndexOf(mapSvg) < html.indexOf('id="parcel-delivered"'));
});

test('whatever strangers wrote stays text', () => {
  const html = pageOf(viewOf('hostile'));
  assert.ok(!html.includes('<script>alert') && !html.includes('<img src=x'));
  assert.doesNotMatch(html, /href="javascript:/);
  assert.ok(html.includes('&lt;script>alert(1)&lt;/script>'));
});

test('any text in any place leaves the page well-formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const parcel = parcelAt('in_transit', 'en', {
        headline: text,
        here: text,
        trackingNumber: text,
        carrierPage: text,
      });
      const html = pageOf(orderOf('en', [parcel], { orderNumber: `${text}${hostile}` }));
      assert.equal(html.split('<script').length - 1, 1);
      assert.equal(html.split('<main').length - 1, 1);
    }),
    { numRuns: 100 },
  );
});

test('what nobody knows is never shown as moving', () => {
  const html = pageOf(viewOf('unknown'));
  assert.equal(toneOf(parcelAt('unknown', 'en')), 'quiet');
  assert.doesNotMatch(html, /aria-current="step"|class="(?:done|current)"/);
  const silent = pageOf(viewOf('stale'));
  assert.match(silent, /<h1[^>]*>We are waiting for a sign of life/);
  assert.match(silent, /Last seen/);
  assert.doesNotMatch(silent, /Expected|aria-current="step"/);
});

test('problems speak first, what is finished comes last and folded', () => {
  const view = viewOf('twelve');
  const order = inOrderOfNeed(view.parcels).map(({ milestone }) => milestone);
  assert.deepEqual(order.slice(0, 5), ['delivery_failed', 'exception', 'ready_for_pickup', 'returning', 'unknown']);
  assert.deepEqual(order.slice(-3), ['delivered', 'returned', 'cancelled']);
  const html = pageOf(view);
  assert.match(html, /<h1>1 of 12 parcels delivered/);
  assert.match(html, /4 parcels need attention/);
  assert.equal([...html.matchAll(/<details class="parcel/g)].length, 3);
  assert.equal([...pageOf(viewOf('delivered')).matchAll(/<details class="parcel/g)].length, 0);
});

test('a box handed to customs or to a partner does not count as delivered', () => {
  const parcels = ['delivered.customs', 'delivered.partner', 'delivered.recipient'].map((subStatus, index) =>
    parcelAt('delivered', 'en', { id: subStatus, position: index + 1, subStatus }),
  );
  assert.match(pageOf(orderOf('en', parcels)), /<h1>1 of 3 parcels delivered/);
});

test('all scans are there, the older ones behind one click', () => {
  const html = pageOf(viewOf('sixty'));
  assert.equal([...html.matchAll(/class="when"/g)].length, 60);
  assert.match(html, /<summary>52 earlier reports<\/summary>/);
  assert.match(html, /DHL names no time zone/);
});

test('a tracking number is shown in groups and copied without spaces', () => {
  const html = pageOf(viewOf('in_transit'));
  assert.match(html, /<span>0034<\/span><span>0434<\/span>/);
  assert.match(html, /data-copy="00340434161094022115"/);
});

test('only a sample shop says that it is one', () => {
  assert.match(pageOf(viewOf('sample')), /Sample shop: invented orders/);
  assert.doesNotMatch(pageOf(viewOf('accepted')), /Sample shop/);
});

test('a link that opens nothing names no shop, no order and no way to reach one', () => {
  for (const language of languages) {
    const html = unknownLinkPage({ language, dir: 'ltr' }, { say: sayIn(language), assetUrl });
    assert.doesNotMatch(html, /Nordlicht|@|tel:|theme-/);
    assert.equal(html, unknownLinkPage({ language, dir: 'ltr' }, { say: sayIn(language), assetUrl }));
  }
});

test('an error page says what to do and nothing about the inside', () => {
  for (const status of [400, 404, 500, 503] as const) {
    const html = errorPage({ language: 'en', dir: 'ltr', status, instance: 'req_1' }, { say: sayIn('en'), assetUrl });
    assert.match(html, /<h1>/);
    assert.match(html, /req_1/);
  }
});

test('every milestone has a headline and stages in both languages', () => {
  const milestones = Object.keys(customerTexts.en)
    .filter((key) => key.startsWith('milestone.'))
    .map((key) => key.slice('milestone.'.length) as Milestone);
  assert.equal(milestones.length, 12);
  for (const language of languages) {
    const say = sayIn(language);
    for (const milestone of milestones) {
      const facts = { milestone, subStatus: null, carrierName: 'DHL', hasNumber: true, hasScans: true };
      assert.notEqual(tellParcel(say, facts).headline, '');
      const current = stagesOf(say, milestone).filter(({ state }) => state === 'current' || state === 'problem');
      assert.ok(current.length <= 1);
    }
    assert.equal(tellScan(say, 'delivered.no_such_thing'), say('milestone.delivered'));
    assert.equal(tellScan(say, null), say('scan.unknown'));
  }
});

test('every sub-status of the vocabulary has words of its own for a scan', () => {
  assert.ok(subStatuses.length > 100);
  for (const { id } of subStatuses) assert.ok(Object.hasOwn(customerTexts.en, `scan.${id}`), `no words for ${id}`);
  const known = new Set<string>(subStatuses.map(({ id }) => id));
  const ours = Object.keys(customerTexts.en).filter((key) => /^scan\.[a-z_]+\./.test(key));
  for (const key of ours) assert.ok(known.has(key.slice('scan.'.length)), `${key} is no sub-status`);
});

test('the shop is the only one whose contact stands on its page', () => {
  const html = pageOf(viewOf('in_transit'));
  assert.deepEqual(
    [...html.matchAll(/href="mailto:([^"]*)"/g)].map((match) => match[1]),
    [shop.contact.email],
  );
});
