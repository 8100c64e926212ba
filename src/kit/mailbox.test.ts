import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { createTransport } from 'nodemailer';
import { createManualClock } from '#kit/clock';
import { createSmtpTransport, type Mail } from '#kit/mail';
import { mailPage, mailPagePolicy, startMailbox } from '#kit/mailbox';

const now = Temporal.Instant.from('2026-11-22T17:00:00Z');
const clock = createManualClock(now);
const mailbox = await startMailbox({ limit: 3, clock });
const transport = createSmtpTransport({ url: mailbox.url, operator: null, log: () => {} });
after(async () => {
  await transport.close();
  await mailbox.stop();
});

function mail(subject: string, more: Partial<Mail> = {}): Mail {
  return {
    from: { name: 'Nordlicht Keramik', address: 'hallo@nordlicht-keramik.example' },
    to: { name: 'Jörg Müller', address: 'joerg@kunde.example' },
    subject,
    html: '<html><head><title>x</title></head><body><p>Grüße</p></body></html>',
    text: 'Grüße',
    messageId: `<${subject.replaceAll(' ', '-')}@nordlicht-keramik.example>`,
    references: [],
    headers: {},
    language: 'de',
    sentAt: now,
    ...more,
  };
}

test('a mail that the shop sends lies in the mailbox as its reader will see it', async () => {
  mailbox.clear();
  const heard: string[] = [];
  const stopHearing = mailbox.onMail((one) => heard.push(one.subject));
  assert.deepEqual(await transport.send(mail('eins')), { accepted: true });
  stopHearing();
  const [caught] = mailbox.mails();
  assert.ok(caught);
  assert.deepEqual(caught.from, { name: 'Nordlicht Keramik', address: 'hallo@nordlicht-keramik.example' });
  assert.deepEqual(caught.to, [{ name: 'Jörg Müller', address: 'joerg@kunde.example' }]);
  assert.equal(caught.text?.trim(), 'Grüße');
  assert.match(caught.html ?? '', /<p>Grüße<\/p>/u);
  assert.equal(caught.messageId, '<eins@nordlicht-keramik.example>');
  assert.equal(caught.receivedAt.toString(), now.toString());
  assert.match(Buffer.from(caught.raw).toString(), /^Auto-Submitted: auto-generated/u);
  assert.deepEqual(heard, ['eins']);
});

test('the newest mail comes first and the oldest makes room', async () => {
  mailbox.clear();
  for (const subject of ['a', 'b', 'c', 'd']) await transport.send(mail(subject));
  assert.deepEqual(
    mailbox.mails().map((one) => one.subject),
    ['d', 'c', 'b'],
  );
  mailbox.clear();
  assert.equal(mailbox.mails().length, 0);
});

test('nobody posts into it without its password', async () => {
  mailbox.clear();
  const url = new URL(mailbox.url);
  const { hostname: host, port } = url;
  assert.equal(host, '127.0.0.1');
  const wrong = { user: decodeURIComponent(url.username), pass: 'glasspost' };
  for (const auth of [undefined, wrong]) {
    const stranger = createTransport({ host, port: Number(port), ...(auth === undefined ? {} : { auth }) });
    const letter = { from: 'a@b.example', to: 'c@d.example', subject: 'x', text: 'x' };
    await assert.rejects(stranger.sendMail(letter), /authentication|not for you/iu);
    stranger.close();
  }
  assert.equal(mailbox.mails().length, 0);
});

test('two mailboxes have different passwords', async () => {
  const other = await startMailbox({ limit: 1, clock });
  assert.notEqual(new URL(other.url).password, new URL(mailbox.url).password);
  await other.stop();
});

test('a mail over 1 MiB is refused for good and not kept', async () => {
  mailbox.clear();
  const big = createTransport(mailbox.url);
  const letter = { from: 'a@b.example', to: 'c@d.example', subject: 'x', text: 'x'.repeat(1_200_000) };
  await assert.rejects(big.sendMail(letter), /552/u);
  big.close();
  assert.equal(mailbox.mails().length, 0);
});

test('a mail that breaks off is not kept', async () => {
  mailbox.clear();
  const { port } = new URL(mailbox.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'data');
  socket.write('EHLO x\r\nMAIL FROM:<a@b.example>\r\n');
  socket.destroy();
  await transport.send(mail('after'));
  assert.equal(mailbox.mails().length, 1);
});

test('a mail page opens its links in a new tab and escapes plain text', () => {
  const withHead = mailPage({ html: '<html><head lang="de"><title>x</title></head></html>', text: null, subject: '' });
  assert.equal(withHead, '<html><head lang="de"><base target="_blank"><title>x</title></head></html>');
  assert.match(mailPage({ html: '<p>x</p>', text: null, subject: '' }), /^<!doctype html><base target="_blank"><p>/u);
  const plain = mailPage({ html: null, text: '<script>&"', subject: '</title><script>' });
  assert.ok(!plain.includes('<script>'));
  assert.match(plain, /&lt;script&gt;&amp;&quot;/u);
});

test('the policy of a mail page allows no script, no form and no other host', () => {
  assert.match(mailPagePolicy, /^default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;/u);
  assert.match(mailPagePolicy, /sandbox allow-popups allow-popups-to-escape-sandbox$/u);
  assert.doesNotMatch(mailPagePolicy, /allow-scripts|allow-same-origin|https?:/u);
});
