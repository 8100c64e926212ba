import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '../settings.ts';
import { wantedCertificates } from './wanted.ts';

const domain = { GLASSPOST_DOMAIN: 'track.shop.example', GLASSPOST_ACME_EAB_KID: 'kid-1' };
const wantedWith = (key: string) => wantedCertificates(readSettings({ ...domain, GLASSPOST_ACME_EAB_KEY: key }));

test('without GLASSPOST_DOMAIN nothing is wanted', () => {
  assert.equal(wantedCertificates(readSettings({})), null);
});

test('fronted names get certificates too, each once, and none where a wildcard is good for them', () => {
  const to = 'http://127.0.0.1:8080';
  const fronted = { GLASSPOST_FRONT: `shop.example=${to}, www.shop.example=${to}, other.example=${to}` };
  const given = {
    GLASSPOST_DOMAIN: 'track.shop.example,*.shop.example,other.example',
    GLASSPOST_ACME_DNS_HOOK: '/hook',
  };
  const { names } = wantedCertificates(readSettings({ ...given, ...fronted })) ?? {};
  assert.deepEqual(names, ['track.shop.example', '*.shop.example', 'other.example', 'shop.example']);
});

test('the names of other servers are wanted with or without own ones, and each name once', () => {
  const others = {
    GLASSPOST_CERTIFICATE_HOSTS: 'www.shop.example, Shop.example',
    GLASSPOST_CERTIFICATE_DIR: '/etc/ssl/x',
  };
  const wanted = wantedCertificates(readSettings(others));
  assert.deepEqual(wanted?.names, []);
  assert.deepEqual(wanted.delivered, {
    ...{ hosts: ['www.shop.example', 'shop.example'], directory: '/etc/ssl/x', reload: null },
  });
  const wrong: readonly (readonly [NodeJS.ProcessEnv, RegExp])[] = [
    [{ ...others, GLASSPOST_DOMAIN: 'www.shop.example' }, /both name www\.shop\.example/],
    [{ GLASSPOST_CERTIFICATE_HOSTS: '*.shop.example' }, /needs GLASSPOST_ACME_DNS_HOOK/],
    [{ GLASSPOST_CERTIFICATE_DIR: '/etc/ssl/x' }, /needs GLASSPOST_CERTIFICATE_HOSTS/],
    [{ GLASSPOST_CERTIFICATE_RELOAD: '/bin/x' }, /needs GLASSPOST_CERTIFICATE_DIR/],
    [{ ...others, GLASSPOST_KEYS_DIR: '/etc/ssl' }, /must lie apart/],
    [{ ...others, GLASSPOST_KEYS_DIR: '/etc/ssl/x/keys' }, /must lie apart/],
  ];
  for (const [environment, why] of wrong) assert.throws(() => readSettings(environment), why);
});

test('the key of an account at an authority comes from the setting or from a file, without its padding', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-eab-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'key');
  writeFileSync(file, 'c2VjcmV0LXNlY3JldC1zZWNyZXQ=\n');
  for (const given of ['c2VjcmV0LXNlY3JldC1zZWNyZXQ', file]) {
    assert.deepEqual(wantedWith(given)?.binding, { keyId: 'kid-1', macKey: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ' });
  }
  writeFileSync(file, 'two lines\nof something');
  assert.throws(() => wantedWith(file), /holds no key of an authority/);
  assert.throws(() => wantedWith(join(folder, 'none')), /cannot be read/);
});
