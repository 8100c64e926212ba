import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { createProviders, type Providers, type ProviderSettings } from '#keys';
import { realClock } from '#kit/clock';
import { Fault } from '#kit/fault';
import type { Settings } from '../settings.ts';

/** For the same settings the same: whoever sits at the terminal is asked once for everything that a command does. */
const made = new WeakMap<Settings, Providers>();

/** What keeps keyrings closed, as it is set. */
export function keyProviders(settings: Settings): Providers {
  const providers = made.get(settings) ?? newProviders(settings);
  made.set(settings, providers);
  return providers;
}

function newProviders(settings: Settings): Providers {
  const asks = process.stdin.isTTY && process.stderr.isTTY;
  return createProviders(
    {
      passphrase: settings.keysPassphrase ?? null,
      askPassphrase: asks ? askPassphrase : null,
      vault: vaultOf(settings),
      awskms: kmsOf(settings),
    },
    realClock,
  );
}

function vaultOf(settings: Settings): ProviderSettings['vault'] {
  const { vaultUrl: url, vaultToken: token, vaultRoleId: roleId, vaultSecretId: secretId } = settings;
  const login =
    token !== undefined ? { token } : roleId !== undefined && secretId !== undefined ? { roleId, secretId } : null;
  if (url === null) return { missing: 'VAULT_ADDR' };
  if (login === null) return { missing: 'VAULT_TOKEN (or GLASSPOST_VAULT_ROLE_ID with GLASSPOST_VAULT_SECRET_ID)' };
  return { url, login, namespace: settings.vaultNamespace ?? null, mount: settings.vaultMount, key: settings.vaultKey };
}

function kmsOf(settings: Settings): ProviderSettings['awskms'] {
  const { kmsKey: key, awsRegion: region, awsAccessKeyId: accessKeyId, awsSecretAccessKey: secretAccessKey } = settings;
  if (key === undefined) return { missing: 'GLASSPOST_KMS_KEY' };
  if (region === undefined) return { missing: 'AWS_REGION' };
  if (accessKeyId === undefined) return { missing: 'AWS_ACCESS_KEY_ID' };
  if (secretAccessKey === undefined) return { missing: 'AWS_SECRET_ACCESS_KEY' };
  const { kmsUrl: url, awsSessionToken: sessionToken = null } = settings;
  return { key, region, accessKeyId, secretAccessKey, sessionToken, url };
}

/**
 * What is typed is not shown. While it is typed the terminal sends no signals: Ctrl-C is heard here and passed on.
 * @throws Fault('invalid') when nothing was given
 */
async function askPassphrase(which: 'first' | 'again'): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input: process.stdin, output: silent, terminal: true });
  line.once('SIGINT', () => {
    line.close();
    process.kill(process.pid, 'SIGINT');
  });
  // From here on nothing is echoed: whoever answers at once is not shown either.
  process.stderr.write(which === 'first' ? 'Passphrase of the keyring: ' : 'The same passphrase again: ');
  const { promise: closed, resolve: close } = Promise.withResolvers<null>();
  line.once('close', () => close(null));
  try {
    const typed = await Promise.race([line.question('').catch(() => null), closed]);
    if (typed !== null) return typed;
    throw new Fault('invalid', 'No passphrase was given, and the keyring stays closed. Nothing was changed.');
  } finally {
    line.close();
    process.stderr.write('\n');
  }
}
