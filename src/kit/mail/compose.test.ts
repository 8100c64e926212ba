import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import PostalMime from 'postal-mime';
import { Fault } from '#kit/fault';
import { composeMail, readAddress, type Composed, type Mail } from './compose.ts';

const plain: Mail = {
  from: { name: 'Nordlicht Keramik', address: 'hallo@nordlicht-keramik.example' },
  to: { name: 'Anna Kunde', address: 'anna@kunde.example' },
  subject: 'Ihr Paket ist unterwegs',
  html: '<p>Grüße</p>',
  text: 'Grüße',
  messageId: '<ntc-2@nordlicht-keramik.example>',
  references: ['<ntc-0@nordlicht-keramik.example>', 'ntc-1@nordlicht-keramik.example'],
  headers: { 'List-Unsubscribe': `<https://shop.example/u/${'a'.repeat(300)}>` },
  language: 'de',
  sentAt: Temporal.Instant.from('2026-11-22T17:00:00Z'),
};

async function composed(more: Partial<Mail>): Promise<Composed> {
  const mail = await composeMail({ ...plain, ...more });
  assert.ok(mail);
  return mail;
}

const refused = (error: unknown): boolean => error instanceof Fault && error.code === 'invalid';

/** The lines above the first empty one, with folded lines joined: what a relay would take for headers. */
function headerNames(raw: Buffer): readonly string[] {
  const [head = ''] = raw.toString('latin1').split('\r\n\r\n');
  return head
    .replaceAll(/\r\n[ \t]/gu, ' ')
    .split('\r\n')
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
}

const usualNames = [
  'auto-submitted',
  'x-auto-response-suppress',
  'content-language',
  'list-unsubscribe',
  'from',
  'to',
  'in-reply-to',
  'references',
  'subject',
  'message-id',
  'date',
  'mime-version',
  'content-type',
];

test('a mail holds its text twice, its thread and the headers that keep robots quiet', async () => {
  const { envelope, raw } = await composed({});
  assert.deepEqual(envelope, { from: 'hallo@nordlicht-keramik.example', to: 'anna@kunde.example' });
  assert.deepEqual(headerNames(raw), usualNames);
  const read = await PostalMime.parse(raw);
  assert.deepEqual(read.from, { name: 'Nordlicht Keramik', address: 'hallo@nordlicht-keramik.example' });
  assert.deepEqual(read.to, [{ name: 'Anna Kunde', address: 'anna@kunde.example' }]);
  assert.equal(read.date, '2026-11-22T17:00:00.000Z');
  assert.equal(read.messageId, '<ntc-2@nordlicht-keramik.example>');
  assert.equal(read.inReplyTo, '<ntc-1@nordlicht-keramik.example>');
  assert.equal(read.references, '<ntc-0@nordlicht-keramik.example> <ntc-1@nordlicht-keramik.example>');
  assert.equal(read.text?.trim(), 'Grüße');
  assert.equal(read.html?.trim(), '<p>Grüße</p>');
  const header = (key: string): string | undefined => read.headers.find((one) => one.key === key)?.value;
  assert.equal(header('auto-submitted'), 'auto-generated');
  assert.equal(header('x-auto-response-suppress'), 'OOF, AutoReply');
  assert.equal(header('content-language'), 'de');
  assert.equal(header('list-unsubscribe'), plain.headers['List-Unsubscribe']);
});

test('the same mail gives the same bytes, in 7 bits, in lines a relay accepts', async () => {
  const text = `${'ä'.repeat(3000)}\n.\nFrom here\n${'<'.repeat(2000)}`;
  const first = await composed({ text, subject: 'Ä'.repeat(100) });
  const second = await composed({ text, subject: 'Ä'.repeat(100) });
  assert.ok(first.raw.equals(second.raw));
  assert.ok(first.raw.every((byte) => byte < 0x80));
  const lines = first.raw.toString('latin1').split('\r\n');
  assert.ok(lines.every((line) => line.length <= 998 && !/[\r\n]/u.test(line)));
  assert.equal((await PostalMime.parse(first.raw)).text?.trim(), text);
});

test('names and subjects of any writing arrive as they were', async () => {
  const names = ['Jörg "Jöggi" Müller, Söhne & Co.', 'ليلى حداد', 'Łukasz Żółć', '李小龙', 'O’Hara <o@hara>', '📦'];
  for (const name of names) {
    const subject = `Paket für ${name}: ${'sehr '.repeat(20)}lang`;
    const { raw } = await composed({ from: { ...plain.from, name }, to: { ...plain.to, name }, subject });
    const read = await PostalMime.parse(raw);
    assert.equal(read.subject, subject);
    assert.deepEqual(read.from, { ...plain.from, name });
    assert.deepEqual(read.to, [{ ...plain.to, name }]);
  }
});

test('domains of other alphabets are written in ASCII', async () => {
  const { envelope, raw } = await composed({
    from: { name: null, address: 'hallo@nördlicht.example' },
    to: { name: null, address: 'Anna.K+1@MÜLLER.example' },
    replyTo: { name: 'Hilfe', address: 'hilfe@nördlicht.example' },
  });
  assert.deepEqual(envelope, { from: 'hallo@xn--nrdlicht-n4a.example', to: 'Anna.K+1@xn--mller-kva.example' });
  assert.ok(raw.every((byte) => byte < 0x80));
  const read = await PostalMime.parse(raw);
  assert.deepEqual(read.replyTo, [{ name: 'Hilfe', address: 'hilfe@xn--nrdlicht-n4a.example' }]);
});

test('no name and no subject can write a header, a second recipient or a body', async () => {
  const hostile = fc.array(
    fc.constantFrom('\r', '\n', '\r\n', 'Bcc: evil@x.example', ' ', '\t', '\0', '\u2028', ':', ',', '<', '>', '"', 'ä'),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(hostile, async (parts) => {
      const text = parts.join('');
      const from = { ...plain.from, name: text };
      const { envelope, raw } = await composed({ from, to: { ...plain.to, name: text }, subject: `x${text}` });
      assert.deepEqual(headerNames(raw), usualNames);
      assert.equal(envelope.to, 'anna@kunde.example');
      const read = await PostalMime.parse(raw);
      assert.deepEqual(
        read.to?.map((one) => one.address),
        ['anna@kunde.example'],
      );
    }),
  );
});

test('line ends in anything else are refused', async () => {
  const evil = 'x\r\nBcc: evil@x.example';
  await assert.rejects(composeMail({ ...plain, headers: { 'X-Note': evil } }), refused);
  await assert.rejects(composeMail({ ...plain, headers: { [evil]: 'x' } }), refused);
  await assert.rejects(composeMail({ ...plain, language: evil }), refused);
  await assert.rejects(composeMail({ ...plain, messageId: `<a@b>${evil}` }), refused);
  await assert.rejects(composeMail({ ...plain, references: [`<a@b>\r\n <c@d>`] }), refused);
  await assert.rejects(composeMail({ ...plain, from: { name: null, address: `a@b.example${evil}` } }), refused);
  await assert.rejects(composeMail({ ...plain, replyTo: { name: null, address: evil } }), refused);
});

test('recipients, dates and types are not set by headers', async () => {
  for (const name of ['Bcc', 'bcc', 'TO', 'Resent-To', 'Content-Type', 'Date', 'Message-ID', 'Sender', '', 'X Y']) {
    await assert.rejects(composeMail({ ...plain, headers: { [name]: 'x' } }), refused, name);
  }
});

test('what is too much is refused', async () => {
  await assert.rejects(composeMail({ ...plain, html: 'x'.repeat(600_000) }), refused);
  await assert.rejects(composeMail({ ...plain, headers: { 'X-Note': 'x'.repeat(2_001) } }), refused);
  const many = Object.fromEntries(Array.from({ length: 31 }, (_, at) => [`X-${at}`, 'x']));
  await assert.rejects(composeMail({ ...plain, headers: many }), refused);
  const { raw } = await composed({ subject: 'lang '.repeat(200) });
  assert.equal((await PostalMime.parse(raw)).subject?.length, 300);
});

test('a recipient who cannot be mailed is known before anybody is asked', async () => {
  const unmailable = [
    '',
    'anna',
    'anna@',
    '@b.example',
    'a b@c.example',
    'a@b@c.example',
    'a@b..example',
    '-x@b.example',
  ];
  const more = [
    'a@b.example\r\nRCPT TO:<evil@x.example>',
    '<a@b.example>',
    'a@[127.0.0.1]',
    `${'a'.repeat(250)}@b.example`,
  ];
  for (const address of [...unmailable, ...more]) {
    assert.equal(await composeMail({ ...plain, to: { name: null, address } }), null, address);
  }
  assert.equal(readAddress(' jörg@müller.example '), 'jörg@xn--mller-kva.example');
});
