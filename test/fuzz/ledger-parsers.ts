import { createHash } from 'node:crypto';
import { readCheckpoint } from '../../src/privacy/ledger/tree/checkpoint.ts';
import { readNote, readVerifierKey } from '../../src/privacy/ledger/tree/note.ts';
import { readPolicy } from '../../src/privacy/ledger/tree/policy.ts';
import { readOwnPart, readResumed, resumedText, writeOwnPart } from '../../src/privacy/ledger/tree/own-entry.ts';
import { readLogProof } from '../../src/privacy/ledger/tree/proof-file.ts';
import { entriesIn, readBundle, readTilePath, writeBundle } from '../../src/privacy/ledger/tree/tiles.ts';
import { readAddCheckpoint } from '../../src/privacy/ledger/tree/witnessing.ts';
import { ledgerAddress } from '../../src/privacy/verifier/fetching.ts';
import { readKnownKeys } from '../../src/privacy/verifier/known-keys.ts';
import { readOwnRecord } from '../../src/privacy/verifier/own-record.ts';
import { verifyPlace } from '../../src/privacy/verifier/verify-place.ts';
import { verifyProof } from '../../src/privacy/verifier/verify-proof.ts';
import { readKeyLines } from '../../src/privacy/witness/key-lines.ts';
import { bytesParser, textParser, type Parser } from './parser.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const plain = 'a text';
const root = Buffer.from(sha256(new Uint8Array())).toString('base64');
const signature = Buffer.alloc(68, 7).toString('base64');
const checkpoint = `shop.example/ledger\n109482\n${root}\n\n— shop.example/ledger ${signature}\n— other.example/w ${signature}\n`;
const key = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
const own = { number: 3, shown: { kind: 'disclosure' }, details: { fields: ['name'], at: 1 }, nonce: 'ab'.repeat(32) };
const policy = `# ours\nlog ${key} https://shop.example/ledger\nquorum none\n`;

/** What comes from a ledger that somebody else keeps, and from those who watch it. */
export const ledgerParsers: readonly Parser[] = [
  textParser('ledger note', [checkpoint, `${plain}\n\n— a ${signature}\n`], readNote),
  textParser('ledger checkpoint', [checkpoint], readCheckpoint),
  textParser('ledger key', [key], (text) => readVerifierKey(sha256, text)),
  textParser('ledger policy', [policy], (text) => readPolicy(sha256, text)),
  textParser(
    'ledger proof',
    [`c2sp.org/tlog-proof@v1\nextra YQ==\nindex 73894\n${root}\n${root}\n\n${checkpoint}`],
    readLogProof,
  ),
  textParser('ledger checkpoint to cosign', [`old 20852\n${root}\n\n${checkpoint}`], readAddCheckpoint),
  textParser('ledger tile path', ['tile/0/x001/x234/067.p/112', 'tile/entries/005'], readTilePath),
  textParser('ledger own part', [Buffer.from(writeOwnPart(own)).toString()], readOwnPart),
  textParser('ledger resumed', [resumedText({ from: 800, signed: 1_000, root })], readResumed, { share: 0.3 }),
  textParser(
    'ledger own record',
    [JSON.stringify({ count: 1, entries: [{ ...own, index: 3, text: 'an entry', proof: null }] })],
    readOwnRecord,
  ),
  textParser('ledger witness keys', [`${key}\n${key}\n`], readKeyLines),
  textParser(
    'ledger address',
    ['https://shop.example/ledger/shp_1/', 'http://127.0.0.1:4600/ledger/', 'https://a:b@[::1]/?a#b'],
    (text) => ledgerAddress(text),
    { faults: ['invalid'] },
  ),
  textParser('ledger keys given', [key, policy], (text) => readKnownKeys(text, 'given'), { faults: ['invalid'] }),
  textParser(
    'ledger proof verified',
    [
      `c2sp.org/tlog-proof@v1\nextra ${Buffer.from(writeOwnPart(own)).toString('base64')}\nindex 7\n${root}\n\n${checkpoint}`,
    ],
    (text) => verifyProof(text, null, readKnownKeys(policy, 'given')),
    { faults: ['invalid'], share: 0.5 },
  ),
  textParser(
    'ledger verified',
    [checkpoint],
    async (text) => {
      const files = new Map([
        ['checkpoint', text],
        ['keys', policy],
      ]);
      await verifyPlace({
        source: (path) => Promise.resolve(files.has(path) ? Buffer.from(files.get(path) ?? '') : null),
        ...{ save: null, keys: null, all: false, progress: () => {} },
      });
    },
    { faults: ['unavailable', 'not_found'], share: 0.5 },
  ),
  bytesParser('ledger bundle', [writeBundle([Uint8Array.of(1, 2, 3), new Uint8Array(300)])], (bytes) => [
    readBundle(bytes),
    entriesIn(bytes),
  ]),
];
