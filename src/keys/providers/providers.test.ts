import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { realClock } from '#kit/clock';
import { Fault } from '#kit/fault';
import { startKms, startVault, type StandIn, type KmsRules, type VaultRules } from '../../../test/vault-and-kms.ts';
import { kmsProvider } from './aws-kms.ts';
import { passphraseProvider } from './passphrase.ts';
import { createProviders } from './providers.ts';
import type { KeyProvider } from './provider.ts';
import { signatureV4 } from './sigv4.ts';
import { vaultProvider, type VaultSettings } from './vault.ts';

const impatient = { timeoutMs: 300, tries: 2, pauseMs: 1 };
const fault = (code: Fault['code'], words: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === code && words.test(error.publicText);

const place = mkdtempSync(join(tmpdir(), 'glasspost-test-providers-'));
after(() => rmSync(place, { recursive: true, force: true }));

const rules: VaultRules = {
  namespace: 'shop',
  mount: 'transit',
  key: 'glasspost',
  token: 'hvs.given',
  role: { id: 'role-1', secret: 'secret-1' },
};
let vault: StandIn;
let kms: StandIn;
let kmsState: 'Enabled' | 'Disabled' = 'Enabled';
const kmsRules: KmsRules = {
  arn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  region: 'eu-central-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  clock: realClock,
  state: () => kmsState,
};

before(async () => {
  [vault, kms] = [await startVault(rules), await startKms(kmsRules)];
});
after(async () => {
  await vault.close();
  await kms.close();
});

const vaultOf = (more: Partial<VaultSettings> = {}): KeyProvider =>
  vaultProvider(
    { url: vault.url, namespace: 'shop', mount: 'transit', key: 'glasspost', login: { token: 'hvs.given' }, ...more },
    impatient,
  );
const kmsOf = (more: object = {}): KeyProvider => {
  const { region, arn: key, accessKeyId, secretAccessKey } = kmsRules;
  const settings = { region, key, url: kms.url, accessKeyId, secretAccessKey, sessionToken: null, ...more };
  return kmsProvider(settings, realClock, impatient);
};

const words = 'vier Wörter genügen hier';
const contract: readonly (readonly [name: string, open: () => KeyProvider, turn: (() => void) | null])[] = [
  ['passphrase', () => passphraseProvider(() => Promise.resolve(words)), null],
  ['vault', vaultOf, () => vault.turn()],
  ['awskms', kmsOf, () => kms.turn()],
];

for (const [name, open, turn] of contract) {
  test(`${name}: what it wrapped comes back, also after its key was turned, and nothing else does`, async () => {
    const key = randomBytes(32);
    const wrapped = await open().wrap(key);
    assert.ok(wrapped.length < 8_192 && !wrapped.includes(key.toString('base64')));
    turn?.();
    assert.deepEqual(await open().unwrap(wrapped), key);
    const renewed = await open().rewrap(wrapped);
    assert.notEqual(renewed, wrapped);
    assert.deepEqual(await open().unwrap(renewed), key);
    assert.equal((await open().health()).state, 'well');
    for (const damaged of ['', 'x', wrapped.slice(0, -6), `${wrapped.slice(0, -8)}AAAAAAA=`]) {
      await assert.rejects(open().unwrap(damaged), (error) => error instanceof Fault, damaged);
    }
  });
}

test('a passphrase that is typed closes a keyring only when it is typed twice the same, and opens it typed once', async () => {
  const typed = (...lines: string[]): KeyProvider => {
    const askPassphrase = () => Promise.resolve(lines.shift() ?? '');
    const settings = { passphrase: null, askPassphrase, vault: { missing: 'x' }, awskms: { missing: 'x' } };
    return createProviders(settings, realClock)('passphrase');
  };
  await assert.rejects(typed(words, `${words}.`).wrap(randomBytes(32)), fault('invalid', /not the same/));
  const wrapped = await typed(words, words).wrap(randomBytes(32));
  const again = typed(words);
  assert.equal((await again.unwrap(await again.rewrap(wrapped))).length, 32);
});

test('a wrong, a short and a differently typed passphrase', async () => {
  const wrapped = await passphraseProvider(() => Promise.resolve(words)).wrap(randomBytes(32));
  const other = passphraseProvider(() => Promise.resolve('nicht die vier Wörter'));
  await assert.rejects(other.unwrap(wrapped), fault('conflict', /does not open the keyring/));
  assert.equal((await passphraseProvider(() => Promise.resolve(words.normalize('NFD'))).unwrap(wrapped)).length, 32);
  await assert.rejects(
    passphraseProvider(() => Promise.resolve('short')).wrap(randomBytes(32)),
    fault('invalid', /at least 12/),
  );
  const hungry = wrapped.replace('m=65536', 'm=9999999');
  await assert.rejects(other.unwrap(hungry), fault('conflict', /cannot be read/));
});

suite('vault', () => {
  test('the version of its key stands in what it wrapped; it is asked under its mount and namespace', async () => {
    const wrapped = await vaultOf().wrap(randomBytes(32));
    assert.match(wrapped, /^vault:v\d+:/);
    assert.equal(vault.asked.at(-1), 'transit/encrypt/glasspost');
    await assert.rejects(vaultOf({ namespace: null }).wrap(randomBytes(32)), fault('conflict', /404/));
    await assert.rejects(vaultOf({ mount: 'other' }).wrap(randomBytes(32)), fault('conflict', /knows no other.*404/));
    await assert.rejects(vaultOf({ key: 'other' }).wrap(randomBytes(32)), fault('conflict', /does not let .*403/));
  });

  test('a token may lie in a file, and AppRole gets new ones when the old are used up', async () => {
    const file = join(place, 'token');
    writeFileSync(file, 'hvs.given\n');
    await vaultOf({ login: { token: file } }).wrap(randomBytes(32));
    await assert.rejects(vaultOf({ login: { token: '/none' } }).wrap(randomBytes(32)), fault('unavailable', /ENOENT/));
    await assert.rejects(vaultOf({ login: { token: 'hvs.old' } }).wrap(randomBytes(32)), fault('conflict', /403/));
    const role = vaultOf({ login: { roleId: 'role-1', secretId: 'secret-1' } });
    for (let times = 0; times < 5; times += 1) await role.wrap(randomBytes(32));
    const wrong = vaultOf({ login: { roleId: 'role-1', secretId: 'no' } });
    await assert.rejects(wrong.wrap(randomBytes(32)), fault('conflict', /AppRole/));
  });

  test('sealed, over its quota, silent or somebody else: each is said, and asked again first', async () => {
    const wrapped = await vaultOf().wrap(randomBytes(32));
    const troubles: readonly (readonly [Parameters<StandIn['trouble']>[0], RegExp])[] = [
      [{ status: 503, json: { errors: ['Vault is sealed'] } }, /is sealed or away/],
      [{ status: 429, json: { errors: ['request path "transit": rate limit quota exceeded'] } }, /too much to do/],
      [{ status: 500, json: {} }, /answers 500/],
      [{ status: 200, json: { hello: 'world' } }, /does not answer as Vault/],
      [{ status: 200, json: { data: { plaintext: 'AAAA' } } }, /does not answer as Vault/],
      ['hang', /cannot be reached/],
    ];
    for (const [trouble, says] of troubles) {
      vault.trouble(trouble);
      const times = vault.asked.length;
      await assert.rejects(vaultOf().unwrap(wrapped), fault('unavailable', says));
      assert.equal(vault.asked.length - times, typeof trouble === 'object' && trouble?.status === 200 ? 1 : 2);
    }
    vault.trouble({ status: 503, json: {} });
    assert.deepEqual((await vaultOf().health()).state, 'away');
    vault.trouble(null);
    await assert.rejects(
      vaultOf({ url: 'http://127.0.0.1:9' }).wrap(randomBytes(32)),
      fault('unavailable', /127\.0\.0\.1:9/),
    );
  });
});

suite('awskms', () => {
  /** AWS's own test suite for Signature Version 4. */
  const vectors: readonly (readonly [
    name: string,
    method: string,
    headers: object,
    body: string,
    signature: string,
  ])[] = [
    ['get-vanilla', 'GET', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'get-header-value-trim',
      'GET',
      { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
      '',
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    ],
    [
      'post-x-www-form-urlencoded',
      'POST',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Param1=value1',
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ];
  for (const [name, method, more, body, signature] of vectors) {
    test(`it signs as AWS does: ${name}`, () => {
      const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z', ...more };
      const scope = { region: 'us-east-1', service: 'service' };
      const said = signatureV4({ method, path: '/', headers, body }, kmsRules, scope);
      assert.match(
        said,
        new RegExp(
          `^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, .*Signature=${signature}$`,
        ),
      );
    });
  }

  test('wrong credentials, another key, a disabled one and a busy service are told apart', async () => {
    const wrapped = await kmsOf().wrap(randomBytes(32));
    await kmsOf({ sessionToken: 'token' }).unwrap(wrapped);
    await assert.rejects(
      kmsOf({ accessKeyId: 'AKOTHER' }).unwrap(wrapped),
      fault('conflict', /does not know these credentials/),
    );
    await assert.rejects(
      kmsOf({ secretAccessKey: 'no' }).unwrap(wrapped),
      fault('conflict', /does not take this secret/),
    );
    await assert.rejects(kmsOf({ key: 'alias/none' }).wrap(randomBytes(32)), fault('conflict', /knows no such key/));
    kmsState = 'Disabled';
    await assert.rejects(kmsOf().unwrap(wrapped), fault('conflict', /is disabled/));
    assert.deepEqual((await kmsOf().health()).state, 'refused');
    kmsState = 'Enabled';
    for (const type of ['ThrottlingException', 'com.amazonaws.kms#KMSInternalException']) {
      kms.trouble({ status: 400, json: { __type: type } });
      const times = kms.asked.length;
      await assert.rejects(kmsOf().unwrap(wrapped), fault('unavailable', /away or busy/));
      assert.equal(kms.asked.length - times, 2);
    }
    // Somebody waits for a page that says how it stands.
    const times = kms.asked.length;
    assert.deepEqual([(await kmsOf().health()).state, kms.asked.length - times], ['away', 1]);
    kms.trouble(null);
    assert.deepEqual((await kmsOf().unwrap(wrapped)).length, 32);
  });
});
