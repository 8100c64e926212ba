import { providerKinds } from '#keys';
import { z } from 'zod';
import { isOrigin, listed, optional, setting } from './shapes.ts';

const secret = optional.refine(
  (text) => text === undefined || text.length <= 4_096,
  'must have at most 4096 characters',
);
const name = (limit: number) =>
  optional.refine((text) => text === undefined || (text.length <= limit && /^[\w.:/-]+$/.test(text)), {
    message: `must be a name of at most ${limit} letters and digits`,
  });

const here = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;
/** Plain HTTP does not leave the machine. */
const service = optional.transform((text, context) => {
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url !== null && !isOrigin(url.href)) {
    context.addIssue({ code: 'custom', message: 'must have nothing behind the host' });
    return z.NEVER;
  }
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && here.test(url.hostname))) return url.origin;
  context.addIssue({ code: 'custom', message: 'must start with https:// (http:// on this machine only)' });
  return z.NEVER;
});

/** What keeps the keyring closed. */
export const keyRows = {
  keysProvider: setting({
    variable: 'GLASSPOST_KEYS_PROVIDER',
    meaning: 'What keeps a keyring closed that is made at the first start; one that is there says so itself',
    limit: 'file, passphrase, vault or awskms',
    shape: z.enum(providerKinds).default('file'),
    shownDefault: 'file',
  }),
  keysPassphrase: setting({
    variable: 'GLASSPOST_KEYS_PASSPHRASE',
    meaning: 'Passphrase that opens the keyring, or a file that holds it',
    limit: '12 to 4096 characters, or the path of a file that begins with /',
    shape: secret,
    shownDefault: 'asked for on the terminal',
    secret: true,
  }),
  keysRecipients: setting({
    variable: 'GLASSPOST_KEYS_RECIPIENT',
    meaning: 'age recipients that backups are closed to when none is named',
    limit: 'age1\u2026, separated by commas, 20 at the most',
    shape: listed('').refine(
      (list) => list.length <= 20 && list.every((one) => /^age1[0-9a-z]{10,4000}$/.test(one)),
      'must be age recipients (age1\u2026), 20 at the most',
    ),
    shownDefault: 'none',
  }),
  vaultUrl: setting({
    variable: 'VAULT_ADDR',
    meaning: 'Address of HashiCorp Vault or OpenBao, whose Transit engine keeps the keyring closed',
    limit: 'https://; http:// on this machine only',
    shape: service,
    shownDefault: 'none',
  }),
  vaultToken: setting({
    variable: 'VAULT_TOKEN',
    meaning: 'Token for it, or a file that an agent keeps it in',
    limit: '4096 characters, or the path of a file that begins with /',
    shape: secret,
    shownDefault: 'none',
    secret: true,
  }),
  vaultNamespace: setting({
    variable: 'VAULT_NAMESPACE',
    meaning: 'Namespace in it',
    limit: '200 letters and digits',
    shape: name(200),
    shownDefault: 'none',
  }),
  vaultRoleId: setting({
    variable: 'GLASSPOST_VAULT_ROLE_ID',
    meaning: 'Role that logs in by AppRole, in place of a token',
    limit: '200 characters, together with GLASSPOST_VAULT_SECRET_ID',
    shape: name(200),
    shownDefault: 'none',
  }),
  vaultSecretId: setting({
    variable: 'GLASSPOST_VAULT_SECRET_ID',
    meaning: 'Secret id of that role, or a file that holds it',
    limit: '4096 characters, or the path of a file that begins with /',
    shape: secret,
    shownDefault: 'none',
    secret: true,
  }),
  vaultMount: setting({
    variable: 'GLASSPOST_VAULT_MOUNT',
    meaning: 'Where the Transit engine is mounted',
    limit: '200 letters and digits',
    shape: name(200).transform((text) => text ?? 'transit'),
    shownDefault: 'transit',
  }),
  vaultKey: setting({
    variable: 'GLASSPOST_VAULT_KEY',
    meaning: 'Name of the key there',
    limit: '200 letters and digits',
    shape: name(200).transform((text) => text ?? 'glasspost'),
    shownDefault: 'glasspost',
  }),
  kmsKey: setting({
    variable: 'GLASSPOST_KMS_KEY',
    meaning: 'Key of AWS KMS that keeps the keyring closed: its ARN, its id or an alias',
    limit: '300 letters and digits',
    shape: name(300),
    shownDefault: 'none',
  }),
  kmsUrl: setting({
    variable: 'GLASSPOST_KMS_URL',
    meaning: 'Address of AWS KMS, where it is not the public one of the region',
    limit: 'https://; http:// on this machine only',
    shape: service,
    shownDefault: 'that of AWS_REGION',
  }),
  awsRegion: setting({
    variable: 'AWS_REGION',
    meaning: 'Region of that key',
    limit: '30 letters and digits',
    shape: name(30),
    shownDefault: 'none',
  }),
  awsAccessKeyId: setting({
    variable: 'AWS_ACCESS_KEY_ID',
    meaning: 'Credentials that may use that key',
    limit: '128 letters and digits',
    shape: name(128),
    shownDefault: 'none',
  }),
  awsSecretAccessKey: setting({
    variable: 'AWS_SECRET_ACCESS_KEY',
    meaning: 'Secret of these credentials, or a file that holds it',
    limit: '4096 characters, or the path of a file that begins with /',
    shape: secret,
    shownDefault: 'none',
    secret: true,
  }),
  awsSessionToken: setting({
    variable: 'AWS_SESSION_TOKEN',
    meaning: 'Token of temporary credentials, or a file that holds it',
    limit: '4096 characters, or the path of a file that begins with /',
    shape: secret,
    shownDefault: 'none',
    secret: true,
  }),
};
