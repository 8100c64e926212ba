import { z } from 'zod';
import { Fault } from '#kit/fault';
import { keyBytes } from '../sealing.ts';
import { askProvider, readSecret, type Answered, type Asked, type Patience } from './ask.ts';
import type { KeyProvider, ProviderHealth } from './provider.ts';

export type VaultSettings = {
  /** `https://…`; plain HTTP on loopback only. */
  readonly url: string;
  readonly namespace: string | null;
  /** Where the Transit engine is mounted, such as `transit`. */
  readonly mount: string;
  readonly key: string;
  /** A token, or the file that an agent keeps it in; or what logs in by AppRole. */
  readonly login: { readonly token: string } | { readonly roleId: string; readonly secretId: string };
};

const ciphertext = z.object({ data: z.object({ ciphertext: z.string().regex(/^vault:v\d{1,9}:[\w+/=-]{1,4096}$/) }) });
const plaintext = z.object({ data: z.object({ plaintext: z.base64().max(1_024) }) });
const loggedIn = z.object({ auth: z.object({ client_token: z.string().min(1).max(4_096) }) });
const refused = z.object({ errors: z.array(z.string()) });

/**
 * Transit of HashiCorp Vault or OpenBao (api-docs/secret/transit). The token may be allowed as little as `update` on
 * encrypt, decrypt and rewrap of this key.
 */
export function vaultProvider(settings: VaultSettings, how: Partial<Patience> = {}): KeyProvider {
  const { mount, key } = settings;
  const host = new URL(settings.url).host;
  const session = createSession(settings, how);
  const transit = async (verb: 'encrypt' | 'decrypt' | 'rewrap', body: object): Promise<Answered> => {
    const answer = await session(`${mount}/${verb}/${key}`, body);
    if (answer.status !== 200) throw faultOf(answer, { host, mount, key });
    return answer;
  };
  const wrapped = (answer: Answered): string => {
    const read = ciphertext.safeParse(answer.json);
    if (read.success) return read.data.data.ciphertext;
    throw misunderstood(host);
  };
  return {
    kind: 'vault',
    wrap: async (plain) => wrapped(await transit('encrypt', { plaintext: Buffer.from(plain).toString('base64') })),
    unwrap: async (text) => {
      const read = plaintext.safeParse((await transit('decrypt', { ciphertext: text })).json);
      const bytes = Buffer.from(read.data?.data.plaintext ?? '', 'base64');
      if (bytes.length === keyBytes) return bytes;
      throw misunderstood(host);
    },
    rewrap: async (text) => wrapped(await transit('rewrap', { ciphertext: text })),
    health: () => healthOf(settings, how),
  };
}

type Session = (path: string, body: object) => Promise<Answered>;

/** A token of AppRole is asked for when there is none, and anew once when it is not taken any more. */
function createSession(settings: VaultSettings, how: Partial<Patience>): Session {
  const { login } = settings;
  let held: string | null = null;
  const tokenOf = async (): Promise<string> => {
    if ('token' in login) return readSecret(login.token, 'VAULT_TOKEN');
    return (held ??= await logIn(settings, login, how));
  };
  const ask: Session = async (path, body) =>
    await askProvider(async () => questionOf(settings, path, body, await tokenOf()), isBusy, how);
  return async (path, body) => {
    const hadToken = held !== null;
    const answer = await ask(path, body);
    if (answer.status !== 403 || !hadToken) return answer;
    held = null;
    return await ask(path, body);
  };
}

function questionOf(settings: VaultSettings, path: string, body: object | null, token: string | null): Asked {
  const { namespace } = settings;
  return {
    method: body === null ? 'GET' : 'POST',
    url: new URL(`/v1/${path}`, settings.url),
    headers: {
      'content-type': 'application/json',
      'x-vault-request': 'true',
      ...(token === null ? {} : { 'x-vault-token': token }),
      ...(namespace === null ? {} : { 'x-vault-namespace': namespace }),
    },
    body: body === null ? '' : JSON.stringify(body),
  };
}

async function logIn(
  settings: VaultSettings,
  { roleId, secretId }: { readonly roleId: string; readonly secretId: string },
  how: Partial<Patience>,
): Promise<string> {
  const { host } = new URL(settings.url);
  const body = { role_id: roleId, secret_id: readSecret(secretId, 'GLASSPOST_VAULT_SECRET_ID') };
  const answer = await askProvider(() => questionOf(settings, 'auth/approle/login', body, null), isBusy, how);
  const read = loggedIn.safeParse(answer.json);
  if (answer.status === 200 && read.success) return read.data.auth.client_token;
  if (answer.status === 400 || answer.status === 403) {
    throw new Fault('conflict', `Vault at ${host} does not take this role and secret id (AppRole).`);
  }
  throw faultOf(answer, { host, mount: 'auth/approle', key: 'login' });
}

/** 412: not yet heard of by this node; 429: over a quota; the others: away for a moment. */
function isBusy({ status }: Answered): boolean {
  return status === 412 || status === 429 || status >= 500;
}

function faultOf({ status, json }: Answered, at: { host: string; mount: string; key: string }): Fault {
  const { host, mount, key } = at;
  const said = refused.safeParse(json).data?.errors.join('; ').slice(0, 200) ?? '';
  const internal = `vault ${status}: ${said}`;
  if (status === 503 || /Vault is sealed/i.test(said)) {
    return new Fault('unavailable', `Vault at ${host} is sealed or away. Unseal it; nothing was changed.`, {
      internal,
    });
  }
  if (status === 429) return new Fault('unavailable', `Vault at ${host} has too much to do (429).`, { internal });
  if (status === 403) {
    const text = `Vault at ${host} does not let this token use ${mount}/…/${key} (403).`;
    return new Fault('conflict', text, { internal });
  }
  if (status === 404) return new Fault('conflict', `Vault at ${host} knows no ${mount}/…/${key} (404).`, { internal });
  if (status === 400) {
    return new Fault('conflict', `The key ${key} of Vault at ${host} does not open this keyring (400).`, { internal });
  }
  return new Fault('unavailable', `Vault at ${host} answers ${status}. Nothing was changed.`, { internal });
}

function misunderstood(host: string): Fault {
  return new Fault('unavailable', `What answers at ${host} does not answer as Vault does.`);
}

/** `/sys/health` needs no token; a standby that passes questions on is well (api-docs/system/health). */
async function healthOf(settings: VaultSettings, how: Partial<Patience>): Promise<ProviderHealth> {
  const { host } = new URL(settings.url);
  try {
    const path = 'sys/health?standbyok=true&perfstandbyok=true';
    const { status } = await askProvider(
      () => questionOf(settings, path, null, null),
      () => false,
      { ...how, tries: 1 },
    );
    if (status === 200) return { state: 'well', key: `${settings.mount}/${settings.key} at ${host}` };
    if (status === 503) return { state: 'away', said: `Vault at ${host} is sealed.` };
    return { state: 'away', said: `Vault at ${host} answers ${status}.` };
  } catch (error) {
    if (error instanceof Fault) return { state: 'away', said: error.publicText };
    throw error;
  }
}
