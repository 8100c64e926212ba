import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createCustomer } from '#customer';
import { createAuthority } from '#kit/certificate';
import { createEgress, type EgressRequest } from '#kit/egress';
import { createHttp } from '#kit/http';
import { newId } from '#kit/ids';
import { createLog } from '#kit/log';
import { createPrivacy, ledgerPathOf, sealed } from '#privacy';
import { consistencySpans, createMerkle } from '../../src/privacy/ledger/tree/merkle.ts';
import { readCheckpoint } from '../../src/privacy/ledger/tree/checkpoint.ts';
import { readPolicy } from '../../src/privacy/ledger/tree/policy.ts';
import { writeAddCheckpoint } from '../../src/privacy/ledger/tree/witnessing.ts';
import { sha256 } from '../../src/privacy/ledger/log-keys.ts';
import { createCosigner, witnessLines } from '../../src/privacy/witness/cosigner.ts';
import { alarm } from '../../src/privacy/witness/sign-others.ts';
import { verifyPlace } from '../../src/privacy/verifier/verify-place.ts';
import { runWords } from '../command-line.ts';
import { createTestLog, testEntry, type TestLog } from '../fixtures/test-log.ts';
import { openGround } from '../ground.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasspost-witness-'));
const authority = createAuthority('Two shops');
const log = createLog({ level: 'silent' });
const egress = createEgress({ log });
const hosts: Record<string, { readonly address: '127.0.0.1'; readonly port: number }> = {};

/** A ledger of somebody else, whose keeper can say what he likes. */
const strange = createTestLog('strange.example/ledger');
const strangeHost = 'strange.example';

async function send(request: EgressRequest) {
  const url = new URL(request.url);
  if (url.hostname !== strangeHost) return await egress.send(request, { hosts, caPem: authority.caPem });
  const keys = Buffer.from(strange.get('keys') ?? []).toString();
  const text = url.pathname === '/witness/keys' ? witnessKeys : keys;
  return { status: 200, headers: {}, bytes: Buffer.from(text) };
}
let witnessKeys = '';

async function openShop(host: string) {
  const ground = await openGround();
  const publicUrl = `https://${host}`;
  const privacy = createPrivacy({ ...ground, publicUrl, log, send });
  const { certPem, keyPem } = authority.issue([host]);
  const files = { certFile: join(folder, `${host}.crt`), keyFile: join(folder, `${host}.key`) };
  writeFileSync(files.certFile, certPem);
  writeFileSync(files.keyFile, keyPem, { mode: 0o600 });
  const http = createHttp({
    settings: { host: '127.0.0.1', port: 0, tls: { from: files, redirectPort: null }, trustedProxies: [], publicUrl },
    log,
    ready: async () => true,
  });
  createCustomer({ ...ground, privacy, protection: { shown: async () => null } }).mount(http);
  privacy.witness.mount(http);
  const { port } = await http.listen();
  hosts[host] = { address: '127.0.0.1', port };
  after(async () => {
    await http.close();
    await ground.close();
  });
  const { shopId } = ground.shop;
  const disclose = async (count: number): Promise<void> => {
    const personId = newId(ground.clock);
    await ground.database.tx(async (tx) => {
      await privacy.makeKeys(tx, [{ kind: 'person', id: personId, shopId }]);
      for (let at = 0; at < count; at += 1) {
        await privacy.disclose(tx, {
          ...{ shopId, personId, parcelId: newId(ground.clock), service: 'tracking', purpose: 'tracking' },
          recipient: { kind: 'carrier', name: 'dhl-unified' },
          values: { tracking_number: sealed('tracking_number', '00340434161094015902') },
        });
      }
    });
    await privacy.ledger.sequence(shopId);
  };
  const file = async (path: string): Promise<string> => {
    const url = `${publicUrl}${ledgerPathOf(shopId)}${path}`;
    const { status, bytes } = await send({ method: 'GET', url, headers: {}, body: null, hosts: [host] });
    return status === 200 ? Buffer.from(bytes).toString('latin1') : '';
  };
  const post = async (body: string) => {
    const url = `${publicUrl}/witness/add-checkpoint`;
    const { status, headers, bytes } = await egress.send(
      { method: 'POST', url, headers: {}, body, hosts: [host] },
      { hosts, caPem: authority.caPem },
    );
    return { status, type: headers['content-type'] ?? '', text: Buffer.from(bytes).toString() };
  };
  return {
    ...ground,
    privacy,
    witness: privacy.witness,
    shopId,
    disclose,
    file,
    post,
    url: publicUrl + ledgerPathOf(shopId),
  };
}

const [ada, bo] = [await openShop('ada.example'), await openShop('bo.example')];
after(() => rmSync(folder, { recursive: true, force: true }));

const merkle = createMerkle(sha256);

/** As a log asks: from one size to what it is now. */
function asked(from: TestLog, oldSize: number, proof = true): string {
  const checkpoint = readCheckpoint(from.sign());
  assert.ok(checkpoint !== null);
  const spans = proof ? consistencySpans(oldSize, checkpoint.size) : [];
  return writeAddCheckpoint({ oldSize, proof: spans.map((span) => merkle.spanHash(span, from.nodeOf)), checkpoint });
}

function grown(count: number, last = `entry ${count}`): TestLog {
  const made = createTestLog('strange.example/ledger');
  made.append([...Array.from({ length: count - 1 }, (_, at) => testEntry(at + 1)), testEntry(count, last)]);
  return made;
}

test('Each of two shops adds the other with one command, and both have the same fingerprints to compare.', async () => {
  const added = await ada.witness.add(ada.shopId, bo.url, 'test');
  const back = await bo.witness.add(bo.shopId, ada.url, 'test');
  const [mine, theirs] = [(await ada.witness.state(ada.shopId)).own, (await bo.witness.state(bo.shopId)).own];
  assert.deepEqual([added.fingerprints, back.fingerprints], [theirs.fingerprints, mine.fingerprints]);
  assert.deepEqual([added.host, added.theirs.origin], ['bo.example', bo.url.slice('https://'.length, -1)]);
  await assert.rejects(ada.witness.add(ada.shopId, bo.url, 'test'), { code: 'conflict' });
  await assert.rejects(ada.witness.add(ada.shopId, ada.url, 'test'), { code: 'invalid' });
  await assert.rejects(ada.witness.add(ada.shopId, 'https://nowhere.example/ledger/', 'test'), { code: 'unavailable' });
  for (const url of ['http://bo.example/', 'https://bo.example:8443/', 'https://a:b@bo.example/', 'bo.example', '']) {
    await assert.rejects(ada.witness.add(ada.shopId, url, 'test'), { code: 'invalid' }, url);
  }
  const audits = await ada.privacy.audits(ada.database, ada.shopId, 10);
  assert.deepEqual(
    audits.filter(({ verb }) => verb.startsWith('witness')).map(({ verb }) => verb),
    ['witness.add'],
  );
});

test('What one enters the other signs soon after, and strangers who ask for a witness find its signature.', async () => {
  assert.equal(await ada.witness.round(), 0);
  await ada.disclose(3);
  // Two processes at once: one of them asks.
  const asking = await Promise.all([ada.witness.round(), ada.witness.round()]);
  assert.equal(asking[0] + asking[1], 1);
  assert.equal((await ada.file('checkpoint')).match(/bo\.example\/witness/g)?.length, 2);
  await ada.disclose(300);
  assert.equal(await ada.witness.round(), 0);
  assert.doesNotMatch(await ada.file('checkpoint'), /bo\.example/);
  assert.match(await ada.file('witnessed'), /\n3\n(?:.*\n)+.*bo\.example\/witness/);
  const copy = join(folder, 'copy');
  const keys = (await ada.file('keys')).replace(
    'quorum none',
    'group bo all bo.example/witness#ed25519 bo.example/witness#ml-dsa-44\nquorum bo',
  );
  const paths = ['checkpoint', 'witnessed', 'tile/0/000', 'tile/0/001.p/47', 'tile/1/000.p/1'];
  for (const path of [...paths, 'tile/entries/000', 'tile/entries/001.p/47']) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), await ada.file(path), 'latin1');
  }
  writeFileSync(join(copy, 'keys'), keys);
  const verified = await runWords(['ledger', 'verify', copy]);
  assert.equal(verified.code, 0, verified.out + verified.err);
  assert.match(verified.out, /Witness {2}bo\.example\/witness: Ed25519 good, .*, 3 entries\nWitness .*ML-DSA-44 good/);
  rmSync(join(copy, 'witnessed'));
  assert.match((await runWords(['ledger', 'verify', copy])).out, /WRONG: not as many witnesses/);
  // While all of it is read, the ledger goes on, and so does who watches it.
  ada.clock.advanceTo(ada.clock.now().add({ seconds: 6 }));
  const goOn = async (): Promise<number> => {
    await ada.disclose(1);
    return await ada.witness.round();
  };
  const rounds: Promise<number>[] = [];
  const source = async (path: string) => {
    if (path.startsWith('tile/')) await (rounds[0] ??= goOn());
    const text = path === 'keys' ? keys : await ada.file(path);
    return text === '' ? null : Buffer.from(text, 'latin1');
  };
  const { wrong } = await verifyPlace({ source, save: null, keys: null, all: false, progress: () => {} });
  assert.deepEqual([wrong, await rounds[0]], [null, 1]);
  const [{ signedSize, trouble } = { signedSize: 0, trouble: 'unreachable' }] = (await ada.witness.state(ada.shopId))
    .witnesses;
  assert.deepEqual([signedSize, trouble], [304, null]);
  assert.equal((await bo.witness.state(bo.shopId)).witnesses[0]?.theirs.size, 304);
});

/** Lines of a policy with both keys of a house. */
function strangeWitness(name: string): readonly string[] {
  const derive = (purpose: string): Buffer => Buffer.from(sha256(Buffer.from(name + purpose)));
  const { verifiers } = createCosigner({ derive }, `https://${name}.example`);
  return witnessLines(verifiers, 'https://strange.example/witness/');
}

test('A witness answers as the specification says.', async () => {
  const wrong = async (body: string, status: number): Promise<string> => {
    const answered = await bo.post(body);
    assert.equal(answered.status, status, answered.text);
    return answered.text;
  };
  await wrong(asked(grown(5), 0), 404);
  const keys = await send({
    method: 'GET',
    url: 'https://ada.example/witness/keys',
    headers: {},
    body: null,
    hosts: ['ada.example'],
  });
  const addStrange = () => bo.witness.add(bo.shopId, 'https://strange.example/ledger/', 'test');
  // Keys that count twice, or more of them than a checkpoint has room for, would make the ledger's own keys unreadable.
  witnessKeys = Buffer.from(keys.bytes).toString().replaceAll('https://ada.example', 'https://strange.example');
  await assert.rejects(addStrange(), { code: 'conflict' });
  const strangers = [1, 2].flatMap((one) => strangeWitness(String(one)));
  witnessKeys = [...strangers, 'quorum none', ''].join('\n');
  await assert.rejects(addStrange(), { code: 'unavailable' });
  witnessKeys = [...strangers.slice(0, 2), 'quorum none', ''].join('\n');
  await addStrange();
  assert.ok('witnesses' in readPolicy(sha256, await bo.file('keys')));
  await wrong('old 1\nnonsense', 400);
  await wrong('', 400);
  await wrong(asked(grown(5), 0).replace('\n5\n', '\n6\n'), 403);
  const first = await bo.post(asked(grown(5), 0));
  assert.deepEqual([first.status, first.text.match(/^\u2014 bo\.example\/witness /gm)?.length], [200, 2]);
  const again = await bo.post(asked(grown(5), 5));
  assert.equal(again.status, 200);
  const conflict = await bo.post(asked(grown(9), 0));
  assert.deepEqual([conflict.status, conflict.type, conflict.text], [409, 'text/x.tlog.size', '5\n']);
  await wrong(asked(grown(4), 5), 400);
  await wrong(asked(grown(9), 5, false), 422);
  await wrong(asked(grown(9), 5).replace(/\n.{43}=\n/, `\n${Buffer.alloc(32).toString('base64')}\n`), 422);
  assert.equal((await bo.post(asked(grown(9), 5))).status, 200);
  assert.deepEqual((await bo.witness.state(bo.shopId)).alarms, []);
});

test('Of two trees of one size one is signed, even when both come at once, and the other raises an alarm.', async () => {
  const trees = [grown(12), grown(12, 'another'), grown(12, 'a third')];
  // The last entry alone is another: each of them goes on from what was signed.
  const answers = await Promise.all(trees.map((tree) => bo.post(asked(tree, 9))));
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((one, other) => one - other),
    [200, 409, 409],
  );
  const forked = await Promise.all(trees.map((tree) => bo.post(asked(tree, 12))));
  assert.deepEqual(
    forked.map(({ status }) => status).toSorted((one, other) => one - other),
    [200, 409, 409],
  );
  const { alarms } = await bo.witness.state(bo.shopId);
  assert.deepEqual(
    alarms.map(({ what, origin }) => [what, origin]),
    trees.slice(1).map(() => ['fork', strange.origin]),
  );
  assert.ok(alarms.every(({ kept, shown }) => kept !== null && shown !== null && kept !== shown));
  // Forgetting the ledger forgets nothing of what was signed.
  const row = (await bo.witness.state(bo.shopId)).witnesses.find(({ host }) => host === strangeHost);
  assert.equal(await bo.witness.remove(bo.shopId, row?.witnessId ?? '', 'test'), true);
  assert.equal((await bo.post(asked(grown(12), 12))).status, 404);
  await bo.witness.add(bo.shopId, 'https://strange.example/ledger/', 'test');
  assert.deepEqual(
    (await Promise.all(trees.map((tree) => bo.post(asked(tree, 12)))))
      .map(({ status }) => status)
      .toSorted((one, other) => one - other),
    [200, 409, 409],
  );
});

test('A ledger out of an old backup learns from its witness that there was more, and staff are told.', async () => {
  await ada.database.rows('delete from privacy.ledger_checkpoint where shop_id = $1 and size > 3', [ada.shopId]);
  await ada.database.rows('update privacy.witness set signed_size = 2 where shop_id = $1', [ada.shopId]);
  ada.clock.advanceTo(ada.clock.now().add({ minutes: 1 }));
  await ada.witness.round();
  const { witnesses, alarms } = await ada.witness.state(ada.shopId);
  assert.deepEqual([witnesses[0]?.trouble, alarms.map(({ what }) => what)], ['ahead', ['ahead']]);
  // It goes on growing, and is asked about again and again: that must not leave no room for another alarm.
  const { origin = '' } = alarms[0] ?? {};
  for (const size of [4, 5]) {
    const told = { origin, what: 'ahead', kept: null, shown: `${origin}\n${size}\nAAAA\n\n` } as const;
    await alarm(ada, told, ada.shopId);
  }
  assert.equal((await ada.witness.state(ada.shopId)).alarms.length, 1);
});

test('A witness that is away is asked again after a growing while.', async () => {
  await bo.disclose(2);
  const port = hosts['ada.example'];
  assert.ok(port !== undefined);
  hosts['ada.example'] = { address: '127.0.0.1', port: 1 };
  const rounds: number[] = [];
  for (let second = 0; second < 60; second += 1) {
    bo.clock.advanceTo(bo.clock.now().add({ seconds: 1 }));
    rounds.push(await bo.witness.round());
  }
  assert.equal(rounds.filter((count) => count > 0).length, 4);
  assert.equal(
    (await bo.witness.state(bo.shopId)).witnesses.find(({ host }) => host === 'ada.example')?.trouble,
    'unreachable',
  );
  hosts['ada.example'] = port;
  bo.clock.advanceTo(bo.clock.now().add({ minutes: 2 }));
  await bo.witness.round();
  assert.equal((await bo.witness.state(bo.shopId)).witnesses.find(({ host }) => host === 'ada.example')?.signedSize, 2);
  await ada.witness.remove(ada.shopId, (await ada.witness.state(ada.shopId)).witnesses[0]?.witnessId ?? '', 'test');
  await bo.disclose(1);
  bo.clock.advanceTo(bo.clock.now().add({ minutes: 2 }));
  await bo.witness.round();
  const troubles = (await bo.witness.state(bo.shopId)).witnesses.map(({ host, trouble }) => [host, trouble]);
  // The stranger answers, and signs nothing.
  assert.deepEqual(troubles, [
    ['ada.example', 'not_told'],
    [strangeHost, 'not_signed'],
  ]);
});

test('The verifier lies beside the ledger as one file, and the page names its digest.', async () => {
  const program = await ada.file('verify.mjs');
  const digest = createHash('sha256').update(program, 'latin1').digest('hex');
  assert.ok((await ada.file('?language=en')).includes(digest) && program.length > 10_000);
});
