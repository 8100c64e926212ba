import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { suite, test } from 'node:test';
import { Fault } from '#kit/fault';
import { es256, hs256, jwkOf, signBinding, signJws, thumbprint } from './jws.ts';
import { keyAuthorization } from './proofs.ts';

const decoded = (text: string): string => Buffer.from(text, 'base64url').toString();

/** RFC 7515, appendix A.1 and A.3. */
const macKey = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow';
const curveKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
};
/** RFC 9449, figures 2 and 8. */
const known = {
  crv: 'P-256',
  kty: 'EC',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
};
const knownThumbprint = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';

suite('signed requests', () => {
  test('HS256 gives the signature of RFC 7515 A.1', () => {
    const header = '{"typ":"JWT",\r\n "alg":"HS256"}';
    const payload = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';
    assert.equal(
      signJws(header, payload, hs256(Buffer.from(macKey, 'base64url'))).signature,
      'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    );
  });

  test('ES256 is two numbers of 32 bytes, and its key verifies it', () => {
    const key = createPrivateKey({ key: curveKey, format: 'jwk' });
    const jws = signJws('{"alg":"ES256"}', '', es256(key));
    const signature = Buffer.from(jws.signature, 'base64url');
    assert.equal(signature.length, 64);
    assert.equal(jws.payload, '');
    const publicKey = { key: createPublicKey(key), dsaEncoding: 'ieee-p1363' } as const;
    assert.equal(verify('sha256', Buffer.from(`${jws.protected}.`), publicKey, signature), true);
    assert.equal(verify('sha256', Buffer.from(`${jws.protected}.x`), publicKey, signature), false);
  });

  test('a thumbprint does not depend on the order of the members (RFC 7638, key of RFC 9449)', () => {
    const { crv, kty, x, y } = known;
    for (const jwk of [known, { y, x, kty, crv }]) assert.equal(thumbprint(jwk), knownThumbprint);
    assert.equal(keyAuthorization('evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA', known).split('.')[1], knownThumbprint);
  });

  test('the public half of an account’s key is named, the private one never', () => {
    const jwk = jwkOf(createPrivateKey({ key: curveKey, format: 'jwk' }));
    assert.deepEqual(jwk, { crv: 'P-256', kty: 'EC', x: curveKey.x, y: curveKey.y });
  });

  test('another key than a private one of P-256 is refused', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    for (const key of [publicKey, other, generateKeyPairSync('ed25519').privateKey]) {
      assert.throws(
        () => jwkOf(key),
        (error) => error instanceof Fault && error.code === 'invalid',
      );
    }
  });

  test('an account is bound by the key that the authority gave out (RFC 8555 §7.3.4)', () => {
    const bound = signBinding({ keyId: 'kid-1', macKey }, known, 'https://ca.example/new-account');
    assert.deepEqual(JSON.parse(decoded(bound.protected)), {
      alg: 'HS256',
      kid: 'kid-1',
      url: 'https://ca.example/new-account',
    });
    assert.deepEqual(JSON.parse(decoded(bound.payload)), known);
    assert.equal(bound.signature, 'nilUTrXoDNvajsg32Qkaeqe3VPSqvXAx_lryv1myJjw');
    for (const wrong of ['', 'short', 'not base64url at all!', `${macKey}+/`]) {
      assert.throws(() => signBinding({ keyId: 'k', macKey: wrong }, known, 'https://ca.example/'), Fault, wrong);
    }
  });
});
