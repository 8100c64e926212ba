import { fromHex, join } from './bytes.ts';
import type { CheckSignature } from './checkpoint.ts';

/** What stands before a public key in SubjectPublicKeyInfo: RFC 8410 §4, RFC 9881 §4. */
const beforeKey: Readonly<Record<Parameters<CheckSignature>[0], string>> = {
  Ed25519: '302a300506032b6570032100',
  'ML-DSA-44': '30820532300b06096086480165030403110382052100',
};

/** By WebCrypto: browsers, and Node from 20 on. An algorithm that is not known there is `null`, not a bad signature. */
export const checkByWebCrypto: CheckSignature = async (name, publicKey, message, signature) => {
  const { subtle } = globalThis.crypto;
  const key = await subtle
    .importKey('spki', join(fromHex(beforeKey[name]), publicKey), { name }, false, ['verify'])
    .catch(() => null);
  return key === null ? null : await subtle.verify({ name }, key, join(signature), join(message));
};
