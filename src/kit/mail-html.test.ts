import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createManualClock } from '#kit/clock';
import { createSmtpTransport } from '#kit/mail';
import { renderHtml, renderText, type Block, type MailContent, type MailTheme } from '#kit/mail-html';
import { startMailbox } from '#kit/mailbox';
import { contrast } from './mail-html/colours.ts';
import { lookOf, type Palette } from './mail-html/look.ts';
import { arabic, damaged, nordlicht, outForDelivery, zitrone } from './mail-html/samples/mails.ts';

const samples: readonly (readonly [MailContent, MailTheme])[] = [
  [outForDelivery, nordlicht],
  [outForDelivery, zitrone],
  [damaged, nordlicht],
  [arabic, zitrone],
];

function withBlock(block: Block): MailContent {
  return { language: 'en', preheader: 'p', heading: 'h', blocks: [block], footer: [] };
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** What a reader of the HTML gets to read. */
function readable(html: string): string {
  return html
    .replaceAll(/<!--\[if mso\]>.*?<!\[endif\]-->/gsu, '')
    .replaceAll(/<style>.*?<\/style>/gsu, '')
    .replaceAll('<br/>', '\n')
    .replaceAll(/<[^>]*>/gu, '')
    .replaceAll(/&(lt|gt|quot|amp);/gu, (entity) => entities[entity] ?? entity);
}

function wordsOf(block: Block): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return [block.text];
    case 'button':
      return [block.label];
    case 'facts':
      return block.rows.flatMap(({ label, value }) => [label, value]);
    case 'list':
      return block.items;
    case 'progress':
      return [block.summary, ...block.steps.map(({ label }) => label)];
    case 'rule':
      return [];
  }
}

test('both parts of a mail say every word of its content', () => {
  const kinds = new Set<string>();
  for (const [content, theme] of samples) {
    const html = readable(renderHtml(content, theme));
    const text = renderText(content).replaceAll(/\s+/gu, ' ');
    for (const block of content.blocks) {
      kinds.add(block.kind);
      for (const words of wordsOf(block)) {
        assert.ok(html.includes(words), `html: ${words}`);
        assert.ok(text.includes(words.replaceAll(/\s+/gu, ' ')), `text: ${words}`);
      }
    }
    for (const said of content.footer) {
      assert.ok(html.includes(said.text));
      assert.ok(text.includes(said.text));
    }
    assert.ok(html.includes(content.preheader));
    assert.ok(!text.includes(content.preheader));
  }
  assert.equal(kinds.size, 7);
});

test('both parts lead to the same places', () => {
  const html = renderHtml(outForDelivery, nordlicht).replaceAll('&amp;', '&');
  const text = renderText(outForDelivery);
  const urls = ['https://shop.example/t/k3f9?a=1&b=2', 'https://carrier.example/00340434161094021501'];
  for (const url of [...urls, 'https://shop.example/echt']) {
    assert.ok(html.includes(`href="${url}"`), url);
    assert.ok(text.split('\n').includes(url), url);
  }
});

test('a mail stays under 30 KB and loads nothing but the shop’s logo', () => {
  for (const [content, theme] of samples) {
    const html = renderHtml(content, theme);
    assert.ok(Buffer.byteLength(html) < 30_000, `${Buffer.byteLength(html)} bytes`);
    const loaded = [...html.matchAll(/(?:\ssrc=|url\(|@import|<link|background=)["']?([^"')]*)/gu)].map(
      ([, url]) => url,
    );
    assert.deepEqual(loaded, theme.logoUrl === null ? [] : [theme.logoUrl]);
    assert.doesNotMatch(html, /<script|<form|<iframe|<svg| on[a-z]+=/u);
  }
});

test('whatever text a mail holds, it stays text', () => {
  const hostile = `--><script>alert(1)</script><!-- "' & ]]> </style><![endif]-->`;
  const content: MailContent = {
    language: 'en',
    preheader: hostile,
    heading: hostile,
    blocks: [
      { kind: 'paragraph', text: hostile, tone: 'attention' },
      { kind: 'button', label: hostile, url: `https://shop.example/?q="><script>&x=--><!--` },
      { kind: 'facts', rows: [{ label: hostile, value: hostile, url: 'https://shop.example/"onclick="x' }] },
      { kind: 'list', items: [hostile] },
      {
        kind: 'progress',
        summary: hostile,
        steps: [
          { label: hostile, state: 'done' },
          { label: 'b', state: 'todo' },
        ],
      },
    ],
    footer: [{ text: hostile, link: { label: hostile, url: 'mailto:a@b.example' } }],
  };
  const html = renderHtml(content, { ...zitrone, shopName: hostile });
  assert.doesNotMatch(html, /<script/u);
  const comments = [...html.matchAll(/<!--(.*?)-->/gsu)].map(([, comment]) => comment ?? '');
  assert.equal(comments.length, 8);
  const ours = /^(\[if mso\]>(<(?!!)|[^<])*<!\[endif\]|\[if !mso\]><!|<!\[endif\])$/u;
  for (const comment of comments) assert.match(comment, ours);
  assert.equal(html.match(/<\/style>/gu)?.length, 2);
  assert.doesNotMatch(html, /"onclick=|\sonclick=/u);
});

test('a link that is no link to a page, to mail or to a phone is a bug in both parts', () => {
  for (const url of ['javascript:alert(1)', 'data:text/html,x', '/t/k3f9', '', 'file:///etc/passwd']) {
    const content = withBlock({ kind: 'button', label: 'x', url });
    assert.throws(() => renderHtml(content, nordlicht), /a link of a mail/u, url);
    assert.throws(() => renderText(content), /a link of a mail/u, url);
  }
});

test('a progress bar has two to six steps', () => {
  for (const count of [0, 1, 7]) {
    const steps = Array.from({ length: count }, (_, at) => ({ label: `${at}`, state: 'todo' as const }));
    assert.throws(() => renderHtml(withBlock({ kind: 'progress', summary: 's', steps }), nordlicht), /2 to 6/u);
  }
});

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

function readAt(palette: Palette): readonly (readonly [string, string, number])[] {
  const inks = [palette.ink, palette.muted, palette.link, palette.problem];
  return [
    ...inks.flatMap((ink) => [palette.paper, palette.ground].map((ground) => [ink, ground, 4.5] as const)),
    [palette.ink, palette.problemPaper, 4.5],
    [palette.onButton, palette.button, 4.5],
    [palette.bar, palette.paper, 3],
  ];
}

test('whatever colours a shop chose, its mails can be read in light and in the dark', () => {
  fc.assert(
    fc.property(
      colour,
      colour,
      colour,
      colour,
      fc.constantFrom('#ffffff', '#fffdf7', '#000000'),
      (brand, on, ink, muted, paper) => {
        const look = lookOf({ ...nordlicht, brand, onBrand: on, ink, muted, paper }, 'de');
        for (const palette of [look.light, look.dark]) {
          for (const [one, other, ratioMin] of readAt(palette)) {
            assert.ok(contrast(one, other) >= ratioMin, `${one} on ${other}: ${contrast(one, other)}`);
          }
        }
      },
    ),
  );
});

test('a shop’s own colours stay when they can be read', () => {
  const { light } = lookOf(nordlicht, 'de');
  const { brand, onBrand, ink, muted } = nordlicht;
  assert.deepEqual(
    [light.button, light.onButton, light.ink, light.muted, light.link],
    [brand, onBrand, ink, muted, brand],
  );
  assert.equal(lookOf(zitrone, 'de').light.button, '#ffd400');
  assert.equal(lookOf(zitrone, 'de').light.onButton, '#000000');
});

test('a colour that is none is a bug and never reaches a style', () => {
  for (const brand of ['red', '#fff', '#0f5c6e;background:url(//x)', '']) {
    assert.throws(() => renderHtml(damaged, { ...nordlicht, brand }), /#rrggbb/u, brand);
  }
});

test('every rule of the style sheet meets an element of some mail', () => {
  const used = new Set<string>();
  for (const [content, theme] of samples) {
    for (const [, names = ''] of renderHtml(content, theme).matchAll(/ class="([^"]*)"/gu)) {
      for (const name of names.split(' ')) used.add(`.${name}`);
    }
  }
  const ruled = lookOf(nordlicht, 'de').sheets.flatMap((sheet) => sheet.match(/\.m-[a-z0-9-]+/gu) ?? []);
  assert.ok(ruled.length > 20);
  for (const name of ruled) assert.ok(used.has(name), `${name} has nothing to style`);
});

test('languages written from the right begin at the right', () => {
  const html = renderHtml(arabic, nordlicht);
  assert.match(html, /<html lang="ar" dir="rtl">/u);
  assert.match(html, /border-right:4px solid/u);
  assert.doesNotMatch(html, /align="left"|border-left:4px|text-align:left/u);
  assert.doesNotMatch(renderHtml(damaged, nordlicht), /align="right"|text-align:right/u);
  assert.match(html, /<bdi>00340434161094021501<\/bdi>/u);
});

test('lines of the text break at 72 characters, addresses never', () => {
  const url = `https://shop.example/${'a'.repeat(120)}`;
  const text = renderText({
    ...withBlock({ kind: 'button', label: 'Paket verfolgen', url }),
    heading: 'Ihr Paket '.repeat(20).trim(),
    footer: [{ text: 'klein', link: { label: 'mehr', url } }],
  });
  for (const line of text.split('\n')) assert.ok(line === url || line.length <= 72, line);
  assert.match(text, /^-- $/mu);
  assert.equal(text.split('\n').filter((line) => line === url).length, 2);
});

test('text is the same text after wrapping', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'ß', 'ع', '-', '.'), minLength: 1, maxLength: 90 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
      const text = renderText(withBlock({ kind: 'paragraph', text: words.join(' ') }));
      const body = text.split('\n').slice(3).join(' ').trim();
      assert.equal(body, words.join(' '));
    }),
  );
});

test('a mail comes out of a real mail server as it was drawn', async () => {
  const now = Temporal.Instant.from('2026-11-22T17:00:00Z');
  const mailbox = await startMailbox({ limit: 5, clock: createManualClock(now) });
  const transport = createSmtpTransport({ url: mailbox.url, operator: null, log: () => {} });
  try {
    for (const [at, [content, theme]] of samples.entries()) {
      const html = renderHtml(content, theme);
      const text = renderText(content);
      await transport.send({
        from: { name: theme.shopName, address: 'hallo@shop.example' },
        to: { name: null, address: 'anna@kunde.example' },
        subject: content.heading,
        html,
        text,
        messageId: `<${at}@shop.example>`,
        references: [],
        headers: {},
        language: content.language,
        sentAt: now,
      });
      const [caught] = mailbox.mails();
      assert.equal(caught?.html?.trimEnd(), html);
      assert.equal(caught.text?.replaceAll('\r\n', '\n').trimEnd(), text.trimEnd());
      assert.equal(caught.subject, content.heading);
    }
  } finally {
    await transport.close();
    await mailbox.stop();
  }
});
