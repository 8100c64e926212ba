import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { suite, test } from 'node:test';
import { Fault } from '#kit/fault';
import { environmentAt, isRunByNpm, readSettings, shownSettings } from './settings.ts';

/** The rows of the table that a refusal shows: variable and what is wrong with it. */
function faultsOf(environment: NodeJS.ProcessEnv): readonly (readonly [string, string])[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof Fault && error.code === 'invalid', String(error));
    const [head, ...rows] = error.publicText.split('\n');
    assert.equal(head, 'Some settings cannot be used:');
    return rows.map((row) => {
      const [, variable = '', text = ''] = /^ {2}(\S+) {2,}(.+)$/.exec(row) ?? [];
      return [variable, text] as const;
    });
  }
}

test('nothing needs to be set', () => {
  assert.deepEqual(readSettings({}), {
    dataDir: resolve('data'),
    keysDir: resolve('keys'),
    keysProvider: 'file',
    keysPassphrase: undefined,
    keysRecipients: [],
    vaultUrl: null,
    vaultToken: undefined,
    vaultNamespace: undefined,
    vaultRoleId: undefined,
    vaultSecretId: undefined,
    vaultMount: 'transit',
    vaultKey: 'glasspost',
    kmsKey: undefined,
    kmsUrl: null,
    awsRegion: undefined,
    awsAccessKeyId: undefined,
    awsSecretAccessKey: undefined,
    awsSessionToken: undefined,
    databaseUrl: null,
    host: '127.0.0.1',
    port: 4600,
    publicUrl: null,
    tlsCert: null,
    tlsKey: null,
    plainPort: null,
    domain: [],
    certificateHosts: [],
    certificateDir: null,
    certificateReload: null,
    acmeDirectories: ['https://acme-v02.api.letsencrypt.org/directory'],
    acmeContact: null,
    acmeKeyId: undefined,
    acmeKey: undefined,
    acmeDnsHook: null,
    fronts: [],
    trustedProxies: [],
    webProcesses: 1,
    role: 'all',
    smtpUrl: null,
    smtpOperator: undefined,
    dnsServers: [],
    scanPrivate: 'off',
    scanCa: null,
    staffMail: [],
    sample: 'on',
    permissions: 'on',
    logLevel: 'info',
  });
});

test('what keeps the keyring closed is reached by https, or on this machine', () => {
  assert.equal(
    readSettings({ VAULT_ADDR: 'https://vault.shop.example:8200/' }).vaultUrl,
    'https://vault.shop.example:8200',
  );
  assert.equal(readSettings({ VAULT_ADDR: 'http://127.0.0.1:8200' }).vaultUrl, 'http://127.0.0.1:8200');
  assert.equal(readSettings({ VAULT_ADDR: 'http://[::1]:8200' }).vaultUrl, 'http://[::1]:8200');
  const wrong: NodeJS.ProcessEnv = {
    VAULT_ADDR: 'http://vault.shop.example:8200',
    GLASSPOST_KMS_URL: 'ftp://kms.example',
    GLASSPOST_KEYS_PROVIDER: 'paper',
    GLASSPOST_KEYS_RECIPIENT: 'AGE-SECRET-KEY-1',
    GLASSPOST_VAULT_KEY: 'a key',
  };
  assert.deepEqual(new Set(faultsOf(wrong).map(([variable]) => variable)), new Set(Object.keys(wrong)));
  // It would be asked without its path, which is somebody else.
  assert.equal(faultsOf({ VAULT_ADDR: 'https://proxy.example/vault' })[0]?.[0], 'VAULT_ADDR');
  const shown = shownSettings({ VAULT_TOKEN: 'hvs.secret', GLASSPOST_KEYS_PASSPHRASE: 'vier W\u00f6rter' });
  assert.doesNotMatch(JSON.stringify(shown), /hvs\.secret|vier W/);
});

suite('front mode', () => {
  const front = (text: string, more: NodeJS.ProcessEnv = { GLASSPOST_DOMAIN: 'track.shop.example' }) => ({
    ...more,
    GLASSPOST_FRONT: text,
  });

  test('names are read in lower case and in ASCII, with the server behind each', () => {
    const { fronts } = readSettings(front('Größe.example=http://[::1]:8080/, www.shop.example = https://10.0.0.5'));
    assert.deepEqual(fronts, [
      {
        name: 'xn--gre-6ka8i.example',
        upstream: { scheme: 'http', hostname: '::1', port: 8080, url: 'http://[::1]:8080' },
      },
      {
        name: 'www.shop.example',
        upstream: { scheme: 'https', hostname: '10.0.0.5', port: 443, url: 'https://10.0.0.5:443' },
      },
    ]);
  });

  test('what cannot work is refused with why', () => {
    const up = 'http://127.0.0.1:8080';
    const many = Array.from({ length: 21 }, (_, at) => `s${at}.example=${up}`).join(',');
    const proxied = { GLASSPOST_TRUSTED_PROXIES: '10.0.0.1', GLASSPOST_PUBLIC_URL: 'https://track.example' };
    const table: readonly (readonly [environment: NodeJS.ProcessEnv, says: RegExp])[] = [
      [front('shop.example'), /must be name=http/],
      [front(`*.shop.example=${up}`), /must be name=http/],
      [front(`10.0.0.1=${up}`), /must be name=http/],
      [front(`shop.example=${up}/path`), /must be name=http/],
      [front('shop.example=http://user:word@127.0.0.1'), /must be name=http/],
      [front('shop.example=ftp://127.0.0.1'), /must be name=http/],
      [front(many), /20 at the most/],
      [front(`shop.example=${up},SHOP.example=${up}`), /names shop\.example twice/],
      [front(`track.shop.example=${up}`), /names track\.shop\.example, which is the address of this house/],
      [front(`track.example=${up}`, proxied), /the address of this house/],
      [front('shop.example=http://127.0.0.9:4600'), /where this house itself listens/],
      [front(`shop.example=${up}`, {}), /somebody has to end TLS/],
    ];
    for (const [environment, says] of table) {
      const [[variable, text] = ['', ''], ...others] = faultsOf(environment);
      assert.deepEqual([variable, others], ['GLASSPOST_FRONT', []]);
      assert.match(text, says);
    }
  });
});

suite('certificates by themselves', () => {
  test('names are read in lower case and in ASCII, each once; authorities by name or address', () => {
    const settings = readSettings({
      GLASSPOST_DOMAIN: 'Track.Shop.example, www.größe.example,track.shop.example',
      GLASSPOST_ACME_DIRECTORY: 'google, https://ca.example/acme/directory',
      GLASSPOST_PLAIN_PORT: '80',
    });
    assert.deepEqual(settings.domain, ['track.shop.example', 'www.xn--gre-6ka8i.example']);
    assert.deepEqual(settings.acmeDirectories, [
      'https://dv.acme-v02.api.pki.goog/directory',
      'https://ca.example/acme/directory',
    ]);
  });

  const table: Readonly<Record<string, readonly [NodeJS.ProcessEnv, string, RegExp]>> = {
    'an address': [{ GLASSPOST_DOMAIN: '192.0.2.1' }, 'GLASSPOST_DOMAIN', /host names/],
    'a wildcard without a program': [{ GLASSPOST_DOMAIN: 'a.example,*.a.example' }, 'GLASSPOST_DOMAIN', /HOOK/],
    'a wildcard first': [
      { GLASSPOST_DOMAIN: '*.a.example', GLASSPOST_ACME_DNS_HOOK: '/hook' },
      'GLASSPOST_DOMAIN',
      /no wildcard/,
    ],
    'files too': [
      { GLASSPOST_DOMAIN: 'a.example', GLASSPOST_TLS_CERT: '/c', GLASSPOST_TLS_KEY: '/k' },
      'GLASSPOST_DOMAIN',
      /exclude/,
    ],
    'an unknown authority': [{ GLASSPOST_ACME_DIRECTORY: 'ca' }, 'GLASSPOST_ACME_DIRECTORY', /https/],
    'an authority without TLS': [
      { GLASSPOST_ACME_DIRECTORY: 'http://ca.example/' },
      'GLASSPOST_ACME_DIRECTORY',
      /https/,
    ],
    'two addresses': [{ GLASSPOST_ACME_CONTACT: 'a@b.example,c@d.example' }, 'GLASSPOST_ACME_CONTACT', /one address/],
    'half a binding': [{ GLASSPOST_ACME_EAB_KID: 'kid' }, 'GLASSPOST_ACME_EAB_KEY', /missing/],
    'a key with spaces': [
      { GLASSPOST_ACME_EAB_KID: 'kid', GLASSPOST_ACME_EAB_KEY: 'a b' },
      'GLASSPOST_ACME_EAB_KEY',
      /base64url/,
    ],
  };
  for (const [what, [environment, variable, text]] of Object.entries(table)) {
    test(`${what} is refused`, () => {
      const found = faultsOf(environment).find(([name]) => name === variable);
      assert.match(found?.[1] ?? '', text);
    });
  }
});

test('what is set is read, with the space around it taken away, and empty is as good as not set', () => {
  const settings = readSettings({
    GLASSPOST_DATA_DIR: ' /srv/glasspost/data ',
    GLASSPOST_KEYS_DIR: '/etc/glasspost/keys',
    GLASSPOST_PORT: '0',
    GLASSPOST_PUBLIC_URL: 'https://parcels.shop.example',
    GLASSPOST_TLS_CERT: 'cert.pem',
    GLASSPOST_TLS_KEY: 'key.pem',
    GLASSPOST_PLAIN_PORT: '80',
    GLASSPOST_TRUSTED_PROXIES: ' 10.0.0.1, 10.1.0.0/16 ,',
    GLASSPOST_SMTP_URL: '',
    GLASSPOST_SAMPLE: 'off',
    DATABASE_URL: 'postgresql://shop@db.example/shop',
  });
  const { dataDir, keysDir, port, publicUrl, tlsCert, tlsKey, plainPort, trustedProxies, smtpUrl, sample } = settings;
  assert.deepEqual([dataDir, keysDir], ['/srv/glasspost/data', '/etc/glasspost/keys']);
  assert.deepEqual([port, plainPort, publicUrl], [0, 80, 'https://parcels.shop.example']);
  assert.deepEqual([tlsCert, tlsKey], [resolve('cert.pem'), resolve('key.pem')]);
  assert.deepEqual(trustedProxies, ['10.0.0.1', '10.1.0.0/16']);
  assert.deepEqual([smtpUrl, sample, settings.databaseUrl], [null, 'off', 'postgresql://shop@db.example/shop']);
});

suite('what cannot be used is named by its variable', () => {
  const data = '/srv/data';
  const table: readonly (readonly [environment: NodeJS.ProcessEnv, variable: string, text: RegExp])[] = [
    [{ GLASSPOST_PORT: '65536' }, 'GLASSPOST_PORT', /must be 0 to 65535/],
    [{ GLASSPOST_PORT: '-1' }, 'GLASSPOST_PORT', /whole number/],
    [{ GLASSPOST_PORT: '4600.5' }, 'GLASSPOST_PORT', /whole number/],
    [{ GLASSPOST_PUBLIC_URL: 'parcels.shop.example' }, 'GLASSPOST_PUBLIC_URL', /http:\/\/ or https:\/\//],
    [{ GLASSPOST_PUBLIC_URL: 'https://shop.example/parcels' }, 'GLASSPOST_PUBLIC_URL', /behind the host/],
    [{ GLASSPOST_PUBLIC_URL: 'https://shop.example/?a' }, 'GLASSPOST_PUBLIC_URL', /behind the host/],
    [{ GLASSPOST_TLS_CERT: 'cert.pem' }, 'GLASSPOST_TLS_KEY', /missing/],
    [{ GLASSPOST_TLS_KEY: 'key.pem' }, 'GLASSPOST_TLS_CERT', /missing/],
    [{ GLASSPOST_PLAIN_PORT: '80' }, 'GLASSPOST_PLAIN_PORT', /needs GLASSPOST_TLS_CERT/],
    [{ GLASSPOST_TRUSTED_PROXIES: '10.0.0.1,'.repeat(51) }, 'GLASSPOST_TRUSTED_PROXIES', /at most 50/],
    [{ GLASSPOST_SMTP_URL: 'mail.example:25' }, 'GLASSPOST_SMTP_URL', /smtp:\/\/ or smtps:\/\//],
    [{ GLASSPOST_SMTP_OPERATOR: 'x'.repeat(101) }, 'GLASSPOST_SMTP_OPERATOR', /100/],
    [{ GLASSPOST_SAMPLE: 'yes' }, 'GLASSPOST_SAMPLE', /on.*off/],
    [{ GLASSPOST_LOG_LEVEL: 'loud' }, 'GLASSPOST_LOG_LEVEL', /info.*silent/],
    [{ DATABASE_URL: 'mysql://db.example/shop' }, 'DATABASE_URL', /postgres:\/\//],
    [{ GLASSPOST_DATA_DIR: data, GLASSPOST_KEYS_DIR: join(data, 'keys') }, 'GLASSPOST_KEYS_DIR', /outside/],
    [{ GLASSPOST_DATA_DIR: data, GLASSPOST_KEYS_DIR: data }, 'GLASSPOST_KEYS_DIR', /outside/],
    [{ GLASSPOST_PROT: '4600' }, 'GLASSPOST_PROT', /is not a setting/],
  ];
  for (const [environment, variable, text] of table) {
    test(Object.entries(environment).join(' ').slice(0, 90), () => {
      const faults = faultsOf(environment);
      assert.deepEqual(
        faults.map(([name]) => name),
        [variable],
      );
      assert.match(faults[0]?.[1] ?? '', text);
    });
  }
});

test('everything that is wrong is said at once, and no value is repeated', () => {
  const faults = faultsOf({
    GLASSPOST_PORT: 'many',
    GLASSPOST_PLAIN_PORT: '80',
    GLASSPOST_SMTP_URL: 'http://user:secret-word@mail.example',
    DATABASE_URL: 'secret-word',
    GLASSPOST_COLOUR: 'secret-word',
  });
  const named = faults.map(([name]) => name);
  assert.deepEqual(named.toSorted(), [
    'DATABASE_URL',
    'GLASSPOST_COLOUR',
    'GLASSPOST_PLAIN_PORT',
    'GLASSPOST_PORT',
    'GLASSPOST_SMTP_URL',
  ]);
  assert.ok(faults.every(([, text]) => !text.includes('secret-word')));
});

test('what is shown masks secrets and says where each value comes from', () => {
  const shown = shownSettings({
    DATABASE_URL: 'postgres://shop:secret-word@db.example:5433/shop?password=secret-word',
    GLASSPOST_SMTP_URL: 'secret-word',
    GLASSPOST_PORT: '8080',
  });
  const row = (variable: string) => shown.find((one) => one.variable === variable);
  assert.deepEqual([row('GLASSPOST_PORT')?.value, row('GLASSPOST_PORT')?.from], ['8080', 'environment']);
  assert.deepEqual([row('GLASSPOST_HOST')?.value, row('GLASSPOST_HOST')?.from], ['127.0.0.1', 'default']);
  assert.equal(row('DATABASE_URL')?.value, 'postgres://••••@db.example:5433/shop');
  assert.ok(!JSON.stringify(shown).includes('secret-word'));
  assert.ok(shown.every(({ meaning, limit }) => meaning.length > 10 && limit !== ''));
});

test('npm is known by what it tells its scripts', () => {
  assert.equal(isRunByNpm({ npm_lifecycle_event: 'start' }), true);
  assert.equal(isRunByNpm({ npm_config_cache: '/home/shop/.npm' }), false);
});

test('in another home folder everything is as it was, and a password file of PostgreSQL is found where it was', () => {
  const url = { DATABASE_URL: 'postgres://shop@db.example/shop' };
  assert.deepEqual(environmentAt('/opt/glasspost', { ...url, HOME: '/root' }), {
    ...url,
    HOME: '/opt/glasspost',
    PGPASSFILE: '/root/.pgpass',
  });
  assert.equal(environmentAt('/opt', { HOME: '/root', PGPASSFILE: '/etc/pgpass' })['PGPASSFILE'], '/etc/pgpass');
  assert.deepEqual(environmentAt('/opt', {}), { HOME: '/opt' });
});

test('staff’s addresses are read one by one, 5 at the most', () => {
  assert.deepEqual(readSettings({ GLASSPOST_STAFF_MAIL: 'a@shop.example, b@shop.example' }).staffMail, [
    'a@shop.example',
    'b@shop.example',
  ]);
  for (const wrong of ['a@shop.example,b', Array<string>(6).fill('a@shop.example').join()]) {
    assert.throws(() => readSettings({ GLASSPOST_STAFF_MAIL: wrong }), /must be addresses, 5 at the most/);
  }
});
