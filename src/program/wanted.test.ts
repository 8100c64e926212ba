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
