import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { assert as check, double, integer, property, uint8Array } from 'fast-check';
import { fromBase64, fromHex, join, toBase64, toHex, utf8 } from './bytes.ts';
import {
  cosignatureBytes,
  headText,
  judgeSignatures,
  readCheckpoint,
  signedMessage,
  type Checkpoint,
  type TreeHead,
} from './checkpoint.ts';
import { consistencySpans, createMerkle, inclusionSpans, nodesOf, type Node, type Span } from './merkle.ts';
import { entryText } from '../entry.ts';
import { ownEntryText, readOwnPart, writeOwnPart } from './own-entry.ts';
import { portableSha256 } from './sha256.ts';
import { readNote, readVerifierKey, verifierKey, writeNote, writeVerifierKey, type SignatureType } from './note.ts';
import { hasQuorum, readPolicy } from './policy.ts';
import { readLogProof, writeLogProof } from './proof-file.ts';
import { hasTile, nodeIn, readBundle, readTilePath, tileOf, tilePath, writeBundle } from './tiles.ts';
import { checkByWebCrypto } from './web-crypto.ts';
import { mayCosign, readAddCheckpoint, writeAddCheckpoint } from './witnessing.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const merkle = createMerkle(sha256);

/** MTH of RFC 6962 §2.1, word by word: what the quick way is held against. */
function rootByTheBook(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256(new Uint8Array());
  if (leaves.length === 1) return sha256(join(Uint8Array.of(0), only));
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(join(Uint8Array.of(1), rootByTheBook(leaves.slice(0, split)), rootByTheBook(leaves.slice(split))));
}

const entries = Array.from({ length: 300 }, (_, at) => utf8(`entry ${at}`));
const known = new Map<string, Uint8Array>();

function nodeOf({ level, index }: Node): Uint8Array {
  const name = `${level}/${index}`;
  const hash =
    known.get(name) ??
    (level === 0
      ? merkle.leafHash(entries[index] ?? new Uint8Array())
      : merkle.nodeHash(
          nodeOf({ level: level - 1, index: index * 2 }),
          nodeOf({ level: level - 1, index: index * 2 + 1 }),
        ));
  known.set(name, hash);
  return hash;
}

const rootOf = (size: number): Uint8Array => merkle.spanHash({ start: 0, end: size }, nodeOf);
const hashesOf = (spans: readonly Span[]): readonly Uint8Array[] => spans.map((span) => merkle.spanHash(span, nodeOf));

test('Roots are those of the tree that Certificate Transparency uses as its example, and those of the book.', () => {
  const vectors = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const leaves = vectors.map((text) => fromHex(text));
  const roots = [0, 1, 2, 3, 5, 7, 8].map((size) => {
    const hashes = leaves.slice(0, size).map(merkle.leafHash);
    return toHex(merkle.spanHash({ start: 0, end: size }, (node) => ofHashes(hashes, node)));
  });
  assert.deepEqual(roots, [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]);
  for (let size = 0; size <= 130; size += 1) {
    assert.equal(toHex(rootOf(size)), toHex(rootByTheBook(entries.slice(0, size))), `size ${size}`);
  }
});

function ofHashes(hashes: readonly Uint8Array[], { level, index }: Node): Uint8Array {
  if (level === 0) return hashes[index] ?? new Uint8Array();
  const child = (at: number): Uint8Array => ofHashes(hashes, { level: level - 1, index: index * 2 + at });
  return merkle.nodeHash(child(0), child(1));
}

test('Every entry of every tree up to 130 is proven, and by its own proof alone.', () => {
  let proven = 0;
  for (let size = 1; size <= 130; size += 1) {
    const root = rootOf(size);
    for (let index = 0; index < size; index += 1) {
      const claim = {
        leaf: nodeOf({ level: 0, index }),
        index,
        size,
        root,
        proof: hashesOf(inclusionSpans(index, size)),
      };
      assert.ok(merkle.includes(claim), `${index} of ${size}`);
      assert.ok(!merkle.includes({ ...claim, index: index + 1 }), `${index + 1} by the proof of ${index} of ${size}`);
      assert.ok(!merkle.includes({ ...claim, proof: [...claim.proof, root] }));
      assert.ok(!merkle.includes({ ...claim, leaf: root, proof: claim.proof }) || size === 1);
      proven += 1;
    }
  }
  assert.equal(proven, 8_515);
});

test('Every tree up to 130 is proven to begin with every smaller one, and with no other.', () => {
  let proven = 0;
  for (let size = 1; size <= 130; size += 1) {
    for (let oldSize = 1; oldSize <= size; oldSize += 1) {
      const proof = hashesOf(consistencySpans(oldSize, size));
      const claim = { oldSize, oldRoot: rootOf(oldSize), size, root: rootOf(size), proof };
      assert.ok(merkle.extends(claim), `${oldSize} in ${size}`);
      assert.ok(!merkle.extends({ ...claim, oldRoot: sha256(claim.oldRoot) }), `another ${oldSize} in ${size}`);
      assert.ok(!merkle.extends({ ...claim, root: sha256(claim.root) }), `${oldSize} in another ${size}`);
      assert.ok(!merkle.extends({ ...claim, proof: proof.slice(1) }) || proof.length === 0);
      proven += 1;
    }
  }
  assert.equal(proven, 8_515);
  assert.ok(merkle.extends({ oldSize: 0, oldRoot: merkle.emptyRoot(), size: 7, root: rootOf(7), proof: [] }));
});

test('Spans stay sound where doubles would round: up to 2^53 - 1.', () => {
  check(
    property(
      integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      double({ min: 0, max: 1, noNaN: true }),
      (size, part) => {
        const index = Math.min(size - 1, Math.floor(size * part));
        const spans = [...inclusionSpans(index, size), { start: index, end: index + 1 }].toSorted(
          (a, b) => a.start - b.start,
        );
        let at = 0;
        for (const span of spans) {
          assert.equal(span.start, at);
          for (const node of nodesOf(span)) assert.ok(Number.isSafeInteger(node.index) && node.level < 53);
          at = span.end;
        }
        assert.equal(at, size);
        assert.ok(spans.length <= 54);
      },
    ),
  );
});

test('Tiles have the paths of the specification, one each, and give every hash of the tree back.', () => {
  assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067');
  assert.equal(tilePath({ level: 'entries', index: 5, width: 112 }), 'tile/entries/005.p/112');
  for (const path of ['tile/0/x001/x234/067', 'tile/entries/005.p/112', 'tile/7/000.p/1']) {
    assert.equal(tilePath(readTilePath(path) ?? { level: 0, index: 0, width: 1 }), path);
  }
  for (const path of [
    'tile/00/000',
    'tile/0/x000/001',
    'tile/0/1',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/64/000',
    '',
  ]) {
    assert.equal(readTilePath(path), null, path);
  }
  assert.ok(hasTile(70_000, { level: 0, index: 273, width: 112 }) && hasTile(70_000, { level: 2, index: 0, width: 1 }));
  assert.ok(
    !hasTile(70_000, { level: 0, index: 273, width: 111 }) && !hasTile(70_000, { level: 1, index: 1, width: 18 }),
  );
  for (const size of [1, 2, 255, 256, 257, 300]) {
    for (const node of nodesOf({ start: 0, end: size })) {
      const { level, index, width } = tileOf(node, size);
      const hashes = Array.from({ length: width }, (_, at) =>
        nodeOf({ level: Number(level) * 8, index: index * 256 + at }),
      );
      assert.equal(toHex(nodeIn(join(...hashes), node, merkle)), toHex(nodeOf(node)));
    }
  }
});

test('A bundle gives back its entries, and what is cut short is none.', () => {
  const bundle = writeBundle(entries.slice(0, 256));
  assert.deepEqual(readBundle(bundle)?.map(toHex), entries.slice(0, 256).map(toHex));
  assert.equal(readBundle(bundle.subarray(0, -1)), null);
  assert.equal(readBundle(writeBundle(entries.slice(0, 257))), null);
  assert.equal(readBundle(writeBundle([new Uint8Array(65_535)]))?.[0]?.length, 65_535);
});

const pairs = { ed25519: generateKeyPairSync('ed25519'), mlDsa: generateKeyPairSync('ml-dsa-44') };

function keyFor(name: string, type: SignatureType) {
  const pair = type === 'ml-dsa-44 cosignature' ? pairs.mlDsa : pairs.ed25519;
  const length = type === 'ml-dsa-44 cosignature' ? 1_312 : 32;
  const publicKey = Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-length));
  return { key: verifierKey(sha256, { name, type, publicKey }), privateKey: pair.privateKey };
}

function signedBy(head: TreeHead, signers: readonly ReturnType<typeof keyFor>[], at = 1_700_000_000): Checkpoint {
  const text = headText(head);
  const signatures = signers.map(({ key, privateKey }) => {
    const signature = sign(null, signedMessage(key, head, text, at), privateKey);
    const bytes = key.type === 'ed25519' ? signature : cosignatureBytes(at, signature);
    return { name: key.name, keyId: key.keyId, bytes };
  });
  const read = readCheckpoint(writeNote({ text, signatures }));
  assert.ok(read !== null);
  return read;
}

const origin = 'shop.example/ledger';
const own = keyFor(origin, 'ed25519');
const ownLater = keyFor(origin, 'ml-dsa-44 cosignature');
const witness = keyFor('other.example/witness', 'ed25519 cosignature');

test('The example of the specification is read, its key id is that of its key, and its signature is good.', async () => {
  const text =
    'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
    '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
  const note = readNote(text);
  assert.equal(note?.text.split('\n').length, 5);
  assert.equal(note?.signatures[0]?.name, 'quasimodo.example/salvatore');
  assert.equal(note === null ? '' : writeNote(note), text);
  // Of golang.org/x/mod/sumdb/note: the key of Go's checksum database.
  const go = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
  const key = readVerifierKey(sha256, go);
  assert.equal(key === null ? '' : writeVerifierKey(key), go);
  assert.equal(readVerifierKey(sha256, go.replace('033de0ae', '033de0af')), null);
});

test('A checkpoint carries good signatures of every kind, and one bit elsewhere makes each of them bad.', async () => {
  const head = { origin, size: 300, root: rootOf(300) };
  const signers = [own, ownLater, witness];
  const checkpoint = signedBy(head, signers);
  for (const { key } of signers) {
    const { verdict } = await judgeSignatures(checkpoint, key, checkByWebCrypto);
    assert.equal(verdict, 'good', key.type);
    const other = { ...checkpoint, size: 299, note: { ...checkpoint.note, text: headText({ ...head, size: 299 }) } };
    assert.equal((await judgeSignatures(other, key, checkByWebCrypto)).verdict, 'bad', key.type);
  }
  const missing = signedBy(head, [own]);
  assert.equal((await judgeSignatures(missing, witness.key, checkByWebCrypto)).verdict, 'missing');
  assert.equal((await judgeSignatures(checkpoint, ownLater.key, async () => null)).verdict, 'unknown');
  const message = signedMessage(own.key, head, headText(head), 0);
  assert.ok(verify(null, message, pairs.ed25519.publicKey, sign(null, message, pairs.ed25519.privateKey)));
});

test('A proof goes into a file and back, with what the application adds.', () => {
  const index = 173;
  const hashes = hashesOf(inclusionSpans(index, 300));
  const checkpoint = signedBy({ origin, size: 300, root: rootOf(300) }, [own, ownLater]);
  for (const extra of [null, utf8('what it was'), new Uint8Array()]) {
    const text = writeLogProof({ extra, index, hashes, checkpoint });
    const read = readLogProof(text);
    assert.ok(read !== null && read.index === index && read.checkpoint.size === 300);
    assert.deepEqual(
      [read.extra === null ? null : toHex(read.extra), read.hashes.map(toHex)],
      [extra === null ? null : toHex(extra), hashes.map(toHex)],
    );
    const leaf = nodeOf({ level: 0, index });
    assert.ok(
      merkle.includes({ leaf, index, size: read.checkpoint.size, root: read.checkpoint.root, proof: read.hashes }),
    );
  }
  for (const text of [
    '',
    'c2sp.org/tlog-proof@v1\nindex 01\n\n',
    `c2sp.org/tlog-proof@v2\nindex 1\n\n${headText(checkpoint)}`,
  ]) {
    assert.equal(readLogProof(text), null);
  }
});

test('A witness signs what goes on from what it signed, and nothing else.', () => {
  const at = (size: number): Checkpoint => signedBy({ origin, size, root: rootOf(size) }, [own]);
  const asked = (oldSize: number, size: number) => {
    const proof = hashesOf(consistencySpans(oldSize, size));
    const read = readAddCheckpoint(writeAddCheckpoint({ oldSize, proof, checkpoint: at(size) }));
    assert.ok(read !== null);
    return read;
  };
  const last = { size: 100, root: rootOf(100) };
  assert.equal(mayCosign(merkle, null, asked(0, 100)), null);
  assert.equal(mayCosign(merkle, last, asked(100, 300)), null);
  assert.equal(mayCosign(merkle, last, asked(100, 100)), null);
  assert.deepEqual(mayCosign(merkle, last, asked(90, 300)), { status: 409, seen: 100 });
  assert.deepEqual(mayCosign(merkle, last, asked(0, 300)), { status: 409, seen: 100 });
  assert.deepEqual(mayCosign(merkle, { ...last, root: rootOf(99) }, asked(100, 100)), { status: 409, seen: 100 });
  assert.deepEqual(mayCosign(merkle, { ...last, root: rootOf(99) }, asked(100, 300)), { status: 422 });
  assert.deepEqual(mayCosign(merkle, last, { ...asked(100, 300), checkpoint: at(90) }), { status: 400 });
  for (const text of ['old 1', 'old 01\n\n', 'older 1\n\n']) assert.equal(readAddCheckpoint(text), null);
});

test('A policy asks for as many witnesses as it says, and names the line that is wrong.', () => {
  const names = ['w1', 'w2', 'w3'];
  const keys = names.map((name) => {
    const pair = generateKeyPairSync('ed25519');
    const publicKey = Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
    return writeVerifierKey(verifierKey(sha256, { name: `${name}.example`, type: 'ed25519 cosignature', publicKey }));
  });
  const text = [
    '# two of three',
    `log ${writeVerifierKey(own.key)} https://shop.example/ledger`,
    ...names.map((name, at) => `witness ${name} ${keys[at]}`),
    'group two 2 w1 w2',
    'group both any two w3',
    'quorum both',
  ].join('\n');
  const policy = readPolicy(sha256, text);
  assert.ok(!('line' in policy));
  assert.equal(policy.logs[0]?.url, 'https://shop.example/ledger');
  const outcomes = [[], ['w1'], ['w1', 'w2'], ['w3'], ['both']].map((signed) => hasQuorum(policy, new Set(signed)));
  assert.deepEqual(outcomes, [false, false, true, true, false]);
  assert.deepEqual(readPolicy(sha256, text.replace('quorum both', 'quorum x')), { line: 8 });
  assert.deepEqual(readPolicy(sha256, text.replace('2 w1 w2', '3 w1 w2')), { line: 6 });
  assert.deepEqual(readPolicy(sha256, text.replace(`witness w2 ${keys[1]}`, `witness w2 ${keys[0]}`)), { line: 4 });
  assert.deepEqual(readPolicy(sha256, '# nothing'), { line: 1 });
  const none = readPolicy(sha256, 'quorum none\n');
  assert.ok(!('line' in none) && hasQuorum(none, new Set()));
});

test('Base 64 is read in its one form only.', () => {
  check(property(uint8Array({ maxLength: 100 }), (bytes) => assert.deepEqual(fromBase64(toBase64(bytes)), bytes)));
  for (const text of ['QQ', 'QR==', 'QQ==\n', 'Q Q=', '====', '-_==']) assert.equal(fromBase64(text), null, text);
});

test('SHA-256 in browsers is that of everybody else, at every length around its blocks and beyond.', () => {
  for (let length = 0; length <= 200; length += 1) {
    const bytes = new Uint8Array(length).fill(length);
    assert.equal(toHex(portableSha256(bytes)), toHex(sha256(bytes)), String(length));
  }
  check(
    property(uint8Array({ maxLength: 5_000 }), (bytes) =>
      assert.equal(toHex(portableSha256(bytes)), toHex(sha256(bytes))),
    ),
  );
});

test('An entry is made again from what its person was shown, and from nothing that is a letter else.', () => {
  const nonce = Buffer.alloc(32, 9);
  const details = {
    recipient: 'dhl-unified',
    fields: ['name', 'address'],
    at: '2026-11-29T12:00:00Z',
    count: 3,
    more: { a: null },
  };
  const shown = { kind: 'disclosure', to: 'carrier' } as const;
  const part = { number: 7, shown, details, nonce: toHex(nonce) };
  const text = entryText(shown, { number: 7, nonce, details });
  assert.equal(ownEntryText(portableSha256, part), text);
  assert.deepEqual(readOwnPart(Buffer.from(writeOwnPart(part)).toString()), part);
  for (const other of [
    { ...part, number: 8 },
    { ...part, details: { ...details, count: 4 } },
    { ...part, nonce: toHex(sha256(nonce)) },
  ]) {
    assert.notEqual(ownEntryText(sha256, other), text);
  }
  for (const wrong of [
    '',
    '[]',
    '{}',
    JSON.stringify({ ...part, number: 0 }),
    JSON.stringify({ ...part, nonce: 'ab' }),
    '['.repeat(50_000),
  ]) {
    assert.equal(readOwnPart(wrong), null, wrong.slice(0, 40));
  }
});

test('A proof with what was entered is below 2 kB by Ed25519, however large the ledger is.', () => {
  const size = 10_000_000;
  const hashes = inclusionSpans(4_711, size).map(() => sha256(new Uint8Array()));
  const head = {
    origin: 'tracking.nordlicht-keramik.example/ledger/shp_01kakz3bafg1s3t5v7w9x0yz12',
    size,
    root: sha256(new Uint8Array()),
  };
  const details = {
    recipient: 'dhl-unified',
    service: 'parcel-de',
    purpose: 'tracking',
    fields: ['tracking_number'],
    at: '2026-11-29T12:00:00Z',
  };
  const extra = writeOwnPart({
    number: 7,
    shown: { kind: 'disclosure', to: 'carrier', basis: 'contract: art. 6(1)(b)' },
    details,
    nonce: 'ab'.repeat(32),
  });
  const name = head.origin;
  const bytesWith = (signers: readonly ReturnType<typeof keyFor>[], given: Uint8Array | null): number =>
    Buffer.byteLength(writeLogProof({ extra: given, index: 4_711, hashes, checkpoint: signedBy(head, signers) }));
  const short = [keyFor(name, 'ed25519')];
  assert.ok(bytesWith(short, null) < 1_600 && bytesWith(short, extra) < 2_100);
  // The signature that quantum computers do not break has 3.2 kB of its own.
  assert.ok(bytesWith([...short, keyFor(name, 'ml-dsa-44 cosignature')], null) > 4_000);
});
