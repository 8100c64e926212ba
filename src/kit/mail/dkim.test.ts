import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { dkimVerify } from 'mailauth';
import { Fault } from '#kit/fault';
import { startDnsServer } from '../../../test/dns-server.ts';
import { composeMail, type Mail } from './compose.ts';
import type { DkimSigner } from './dkim.ts';

const dns = await startDnsServer();
after(dns.close);

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ed25519 = generateKeyPairSync('ed25519');
const rsaPublic = rsa.publicKey.export({ type: 'spki', format: 'der' });
const ed25519Public = ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
const domain = 'nordlicht-keramik.example';
dns.texts.set(`gp1-rsa._domainkey.${domain}`, [`v=DKIM1; k=rsa; p=${rsaPublic.toString('base64')}`]);
dns.texts.set(`gp1-ed25519._domainkey.${domain}`, [`v=DKIM1; k=ed25519; p=${ed25519Public.toString('base64')}`]);
const signers: readonly DkimSigner[] = [
  { domain, selector: 'gp1-ed25519', algorithm: 'ed25519-sha256', key: ed25519.privateKey },
  { domain, selector: 'gp1-rsa', algorithm: 'rsa-sha256', key: rsa.privateKey },
];

const plain: Mail = {
  from: { name: 'Nordlicht Keramik', address: `hallo@${domain}` },
  to: { name: 'Anna Kunde', address: 'anna@kunde.example' },
  subject: 'Ihr Paket ist unterwegs · Bestellung 1001, mit einem Betreff über mehr als eine Zeile hinaus',
  html: `<p>Grüße   und  Leerzeichen </p>\n\n.\nFrom hier${'<b>ä</b>'.repeat(60)}\n\n\n`,
  text: 'Grüße \t\n\n\n',
  messageId: `<ntc-2@${domain}>`,
  references: [`<ord-1@${domain}>`],
  headers: {
    'List-Unsubscribe': `<https://shop.example/u/${'a'.repeat(66)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  },
  language: 'de',
  sentAt: Temporal.Instant.from('2025-03-04T05:06:07Z'),
  signers,
};

async function raw(more: Partial<Mail> = {}): Promise<Buffer> {
  const composed = await composeMail({ ...plain, ...more });
  assert.ok(composed);
  return composed.raw;
}

/** What a reader that has nothing of ours says of each signature, by algorithm. */
async function verdicts(mail: Buffer): Promise<Readonly<Record<string, string>>> {
  const { results } = await dkimVerify(mail, {
    resolver: async (name, type) => (await dns.resolver.resolve(name, type)) as string[],
  });
  return Object.fromEntries(results.map((one) => [one.algo ?? 'none', one.status.result]));
}

const bothPass = { 'rsa-sha256': 'pass', 'ed25519-sha256': 'pass' };

test('another reader finds both signatures right', async () => {
  assert.deepEqual(await verdicts(await raw()), bothPass);
  assert.deepEqual(await verdicts(await raw({ text: '', html: '' })), bothPass);
  assert.deepEqual(
    await verdicts(await raw({ to: { name: 'ليلى "x" حداد, Söhne', address: 'a@b.example' } })),
    bothPass,
  );
});

test('whatever a mail says, both signatures are right', async () => {
  const text = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '.', '=', 'ä', '📦', 'x', '-', 'From ') });
  await fc.assert(
    fc.asyncProperty(text, text, text, async (subject, html, body) => {
      assert.deepEqual(await verdicts(await raw({ subject: `x${subject}`, html, text: body })), bothPass);
    }),
    { numRuns: 40 },
  );
});

test('a mail whose spaces were changed on the way is still right, one whose words were is not', async () => {
  const mail = (await raw()).toString('latin1');
  const wrapped = mail.replace('\r\nSubject: ', '\r\nsubject:  \t').replace(/\r\n\r\n$/u, '\r\n');
  assert.deepEqual(await verdicts(Buffer.from(wrapped, 'latin1')), bothPass);
});

test('a changed byte of the body or of a signed header breaks both signatures', async () => {
  const mail = (await raw()).toString('latin1');
  const names = ['From', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type', 'References'];
  const changes = [...names, 'In-Reply-To', 'List-Unsubscribe', 'List-Unsubscribe-Post'].map((name) =>
    mail.replace(new RegExp(`(\\r\\n${name}: .)(.)`, 'u'), (_, before: string, letter: string) => {
      return `${before}${letter === 'x' ? 'y' : 'x'}`;
    }),
  );
  changes.push(mail.replace('Leerzeichen', 'Leerzeichem'), `${mail}x`, mail.replace('<b>', '<i>'));
  for (const changed of changes) {
    assert.notEqual(changed, mail);
    const said = await verdicts(Buffer.from(changed, 'latin1'));
    assert.ok(!Object.values(said).includes('pass'), JSON.stringify(said));
  }
});

test('a header that somebody adds breaks both signatures', async () => {
  const mail = (await raw()).toString('latin1');
  for (const added of [
    'From: x@evil.example',
    'Subject: Other',
    'Reply-To: x@evil.example',
    'List-Unsubscribe: <https://evil.example>',
    'Cc: x@evil.example',
  ]) {
    const said = await verdicts(Buffer.from(`${added}\r\n${mail}`, 'latin1'));
    assert.deepEqual(said, { 'rsa-sha256': 'fail', 'ed25519-sha256': 'fail' }, added);
  }
});

test('the same mail gives the same signed bytes', async () => {
  assert.ok((await raw()).equals(await raw()));
});

test('keys of another domain do not sign', async () => {
  await assert.rejects(
    raw({ from: { name: null, address: 'hallo@other.example' } }),
    (error) => error instanceof Fault && error.code === 'invalid',
  );
});
