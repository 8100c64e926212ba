import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createAuthority } from '#kit/certificate';
import { realClock } from '#kit/clock';
import { readIdentities } from '#keys';
import { openCsv } from '#shops';
import { readManifest } from '../../src/backup/manifest.ts';
import { keyringPath, readKeyringFile } from '../../src/keys/keyring-file.ts';
import { checkCertificate } from '../../src/kit/http/tls.ts';
import { readMail } from '../../src/kit/mailbox/read.ts';
import { createReceiptKeys } from '../../src/privacy/consents/receipt.ts';
import { readReceipt } from '#privacy';
import { readBounce } from '../../src/mail/bounces/read-bounce.ts';
import { eximReport, exchangeReport, qmailReport, statusReport } from '../../src/mail/samples/reports.ts';
import { readNote } from '../../src/program/note.ts';
import { readSettings } from '../../src/settings.ts';
import { bytesParser, textParser, type Parser } from './parser.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasspost-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Puts the bytes where a reader looks for its file. */
function filed(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes, { mode: 0o600 });
  return path;
}

const key = Buffer.alloc(32, 7).toString('base64');
const keyring = { version: 1, root: key, wrapping: [{ id: '0a1b2c3d', key }] };
const sealedKeyring = {
  version: 2,
  keyring: '0a1b2c3d4e5f',
  provider: 'passphrase',
  wrapped: `argon2id$m=65536,t=3,p=4$${Buffer.alloc(16).toString('base64')}$${key}`,
  sealed: key,
};
const backupManifest = {
  body: {
    format: 'glasspost backup 1',
    kind: 'data',
    made_at: '2026-11-29T02:00:00Z',
    program: '0.1.0',
    postgresql: 18,
    keyring: '0a1b2c3d4e5f',
    encrypted: false,
    steps: [['orders/001-orders.sql', 'a'.repeat(64)]],
    tables: [{ name: 'orders.shop', columns: ['shop_id'], partitions: [], rows: 1 }],
    files: [{ name: 'orders.shop.copy.gz', bytes: 20, sha256: 'b'.repeat(64) }],
    sequences: [],
    ledger: [],
  },
  mac: 'c'.repeat(64),
};
const note = {
  databaseUrl: 'postgres://glasspost@localhost/glasspost?host=/tmp/socket',
  publicUrl: 'http://127.0.0.1:4600',
  routes: [{ host: 'api-eu.dhl.com', to: '127.0.0.1:4711' }],
};
const settings = readSettings({ GLASSPOST_DATA_DIR: folder, GLASSPOST_KEYS_DIR: `${folder}-keys` });
const { certPem, keyPem } = createAuthority('Fuzz').issue(['shop.example']);
const mail = [
  'From: =?utf-8?q?Nordlicht?= <post@nordlicht.example>',
  'To: "Ada" <ada@kunde.example>, Gruppe: a@b.example, c@d.example;',
  'Subject: =?utf-8?b?SWhyIFBha2V0?=',
  'Message-ID: <1@nordlicht.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="b1"',
  '',
  '--b1',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Ihr Paket ist unterwegs =E2=9C=93',
  '--b1',
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: base64',
  '',
  'PHA+SWhyIFBha2V0PC9wPg==',
  '--b1--',
].join('\r\n');
const envelope = { mailFrom: false, rcptTo: [] } as const;

const returned = { to: 'bounces+abc123@nordlicht.example', messageId: 'ntc_01@shop.example' };

function reportAs(write: typeof qmailReport): Buffer {
  return Buffer.from(write(returned));
}

const csv = [
  'order;date;name;zip;qty;price',
  '1001;20.11.2026 08:54;"Müller; Söhne";10115;2;"1.234,50"',
  '1002;2026-11-20T08:54:00+01:00;"a ""b""\r\nc";;1;9.90',
].join('\r\n');

/** Every row, and how the file ended. */
async function readAll(bytes: Uint8Array): Promise<readonly unknown[]> {
  const { rows } = await openCsv(Readable.from([bytes]));
  return await Array.fromAsync(rows);
}

/** Files that this program or an operator wrote, and mails that the mailbox took. */
const signer = createReceiptKeys({ derive: () => Buffer.alloc(32, 7) })('shop');
const receipt = signer.receipt(
  {
    ...{ consentId: '01938a3c-1111-7000-8000-000000000002', shopId: '01938a3c-1111-7000-8000-000000000001' },
    ...{ purpose: 'delivery notification by carrier', recipient: 'dhl-unified', fields: ['email'], words: 'Ja.' },
    ...{ givenAt: Temporal.Instant.from('2026-11-20T08:00:00Z'), holdsUntil: null, withdrawnAt: null },
    ...{ channel: 'page', wordsHash: '', version: '1', language: 'de', preset: 'unticked', jurisdiction: 'DE' },
    policyUrl: null,
  },
  '01938a3c-1111-7000-8000-000000000003',
  { name: 'Nordlicht', email: null, url: null, issuer: null },
);

export const fileParsers: readonly Parser[] = [
  textParser('receipt of a consent', [receipt], (text) => readReceipt(text, signer.jwks)),
  textParser('keys of receipts', [JSON.stringify(signer.jwks)], (text) => readReceipt(receipt, jsonOr(text))),
  bytesParser(
    'keyring.json',
    [Buffer.from(JSON.stringify(keyring)), Buffer.from(JSON.stringify(sealedKeyring))],
    (bytes) => {
      mkdirSync(folder, { recursive: true });
      filed('keyring.json', bytes);
      return readKeyringFile(keyringPath(folder));
    },
    { faults: ['conflict'], share: 0.2 },
  ),
  bytesParser(
    'running.json',
    [Buffer.from(JSON.stringify(note))],
    (bytes) => {
      filed('running.json', bytes);
      return readNote(settings);
    },
    { share: 0.2 },
  ),
  bytesParser(
    'manifest of a backup',
    [Buffer.from(JSON.stringify(backupManifest))],
    (bytes) => {
      filed('manifest.json', bytes);
      return readManifest(folder).isBy({ derive: () => Buffer.alloc(32) });
    },
    { faults: ['conflict'], share: 0.2 },
  ),
  bytesParser(
    'age identities',
    [Buffer.from('# made today\nAGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQ\n')],
    (bytes) => readIdentities(Buffer.from(bytes).toString('utf8')),
    { faults: ['invalid'] },
  ),
  bytesParser(
    'certificate PEM',
    [Buffer.from(certPem), Buffer.from(certPem + certPem)],
    (bytes) => checkCertificate({ certFile: filed('cert.pem', bytes), keyFile: filed('key.pem', Buffer.from(keyPem)) }),
    { faults: ['invalid'], share: 0.05 },
  ),
  bytesParser(
    'key PEM',
    [Buffer.from(keyPem)],
    (bytes) =>
      checkCertificate({ certFile: filed('cert.pem', Buffer.from(certPem)), keyFile: filed('key.pem', bytes) }),
    { faults: ['invalid'], share: 0.05 },
  ),
  bytesParser('bounces', [statusReport, qmailReport, eximReport, exchangeReport].map(reportAs), readBounce, {
    share: 0.2,
  }),
  bytesParser('csv', [Buffer.from(csv), Buffer.from(`\uFEFF${csv}`, 'utf16le'), Buffer.from(csv, 'latin1')], readAll),
  bytesParser('mailbox', [Buffer.from(mail)], (bytes) => readMail(bytes, { ...envelope, rcptTo: [] }, realClock), {
    share: 0.2,
  }),
];

function jsonOr(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return text;
  }
}
