import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { z } from 'zod';
import type { Clock } from '#kit/clock';
import { signatureV4 } from '../src/keys/providers/sigv4.ts';

/** A service on loopback that answers as its documentation says, and can be told to be in trouble. */
export type StandIn = {
  readonly url: string;
  /** Answers this from now on, whatever is asked; null: works again. `hang` gives no answer. */
  readonly trouble: (trouble: { readonly status: number; readonly json: object } | 'hang' | null) => void;
  /** Paths, or targets, that were asked for. */
  readonly asked: string[];
  /** A newer version of its key; older ones still decrypt. */
  readonly turn: () => void;
  readonly close: () => Promise<void>;
};

type Reply = { readonly status: number; readonly json: object };

async function serve(
  answer: (request: IncomingMessage, body: string) => Reply,
  nameOf: (request: IncomingMessage) => string,
  turn: () => void,
): Promise<StandIn> {
  let trouble: Reply | 'hang' | null = null;
  const asked: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    asked.push(nameOf(request));
    if (trouble === 'hang') return;
    const { status, json } = trouble ?? answer(request, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    trouble: (next) => {
      trouble = next;
    },
    asked,
    turn,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Keys that never leave: one after the other, each with its number before what it sealed. */
function createVersions() {
  const keys = [randomBytes(32)];
  return {
    turn: () => void keys.push(randomBytes(32)),
    version: () => keys.length,
    seal: (plain: Buffer, context: string): Buffer => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keys.at(-1) ?? '', nonce).setAAD(Buffer.from(context));
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open: (version: number, sealed: Buffer, context: string): Buffer | null => {
      try {
        const decipher = createDecipheriv('aes-256-gcm', keys[version - 1] ?? '', sealed.subarray(0, 12));
        decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16));
        return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

const vaultBody = z.object({
  plaintext: z.base64().optional(),
  ciphertext: z.string().optional(),
  role_id: z.string().optional(),
  secret_id: z.string().optional(),
});

type VaultBody = z.infer<typeof vaultBody>;

export type VaultRules = {
  readonly namespace: string | null;
  readonly mount: string;
  readonly key: string;
  readonly token: string;
  readonly role: { readonly id: string; readonly secret: string };
};

/** HashiCorp Vault's and OpenBao's HTTP API: Transit, AppRole and `/sys/health`. A token of AppRole is good for 2 calls. */
export async function startVault(rules: VaultRules): Promise<StandIn> {
  const versions = createVersions();
  const leases = new Map<string, number>();
  const isLetIn = (token: string): boolean => {
    const left = leases.get(token) ?? 0;
    if (left > 0) leases.set(token, left - 1);
    return token === rules.token || left > 0;
  };
  const logIn = (given: VaultBody): Reply => {
    const { id, secret } = rules.role;
    if (given.role_id !== id || given.secret_id !== secret) return no(400, 'invalid role or secret ID');
    const token = `hvs.${randomBytes(8).toString('hex')}`;
    leases.set(token, 2);
    return { status: 200, json: { auth: { client_token: token, lease_duration: 1_200, renewable: true } } };
  };
  const use = (path: string, given: VaultBody): Reply => {
    const [, mount, verb = '', key] = /^\/v1\/(.+)\/(encrypt|decrypt|rewrap)\/([^/]+)$/.exec(path) ?? [];
    if (mount !== rules.mount) return no(404, `no handler for route "${path.slice(4)}"`);
    if (key !== rules.key)
      return verb === 'encrypt' ? no(403, 'permission denied') : no(400, 'encryption key not found');
    return transit(verb, given, versions);
  };
  const answer = (request: IncomingMessage, body: string): Reply => {
    const { pathname: path } = new URL(request.url ?? '', 'http://vault');
    if (path === '/v1/sys/health') return { status: 200, json: { initialized: true, sealed: false } };
    const given = vaultBody.parse(body === '' ? {} : JSON.parse(body));
    if ((request.headers['x-vault-namespace'] ?? null) !== rules.namespace) return no(404, 'no handler for route');
    if (path === '/v1/auth/approle/login') return logIn(given);
    return isLetIn(String(request.headers['x-vault-token'])) ? use(path, given) : no(403, 'permission denied');
  };
  return await serve(answer, (request) => (request.url ?? '').replace('/v1/', ''), versions.turn);
}

function no(status: number, error: string): Reply {
  return { status, json: { errors: [error] } };
}

function transit(verb: string, given: VaultBody, versions: ReturnType<typeof createVersions>): Reply {
  const sealed = (plain: Buffer): Reply => {
    const text = `vault:v${versions.version()}:${versions.seal(plain, '').toString('base64')}`;
    return { status: 200, json: { data: { ciphertext: text, key_version: versions.version() } } };
  };
  if (verb === 'encrypt') return sealed(Buffer.from(given.plaintext ?? '', 'base64'));
  const [, version, bytes] = /^vault:v(\d+):(.+)$/.exec(given.ciphertext ?? '') ?? [];
  const plain = bytes === undefined ? null : versions.open(Number(version), Buffer.from(bytes, 'base64'), '');
  if (plain === null) return no(400, 'cipher: message authentication failed');
  return verb === 'rewrap' ? sealed(plain) : { status: 200, json: { data: { plaintext: plain.toString('base64') } } };
}

const kmsBody = z.object({
  KeyId: z.string().optional(),
  Plaintext: z.string().optional(),
  CiphertextBlob: z.string().optional(),
  EncryptionContext: z.record(z.string(), z.string()).optional(),
  DestinationKeyId: z.string().optional(),
  SourceEncryptionContext: z.record(z.string(), z.string()).optional(),
  DestinationEncryptionContext: z.record(z.string(), z.string()).optional(),
});

export type KmsRules = {
  readonly arn: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly clock: Clock;
  readonly state: () => 'Enabled' | 'Disabled';
};

/** AWS KMS: JSON 1.1, every signature checked over what has arrived. */
export async function startKms(rules: KmsRules): Promise<StandIn> {
  const versions = createVersions();
  const answer = (request: IncomingMessage, body: string): Reply => {
    const wrong = signatureFault(request, body, rules);
    if (wrong !== null) return { status: 400, json: { __type: wrong } };
    const given = kmsBody.parse(JSON.parse(body));
    const verb = String(request.headers['x-amz-target']).replace('TrentService.', '');
    if ((given.KeyId ?? given.DestinationKeyId) !== rules.arn)
      return { status: 400, json: { __type: 'NotFoundException' } };
    if (verb === 'DescribeKey') {
      return { status: 200, json: { KeyMetadata: { KeyState: rules.state(), Arn: rules.arn, KeyId: rules.arn } } };
    }
    if (rules.state() !== 'Enabled') return { status: 400, json: { __type: 'com.amazonaws.kms#DisabledException' } };
    return crypt(verb, given, versions);
  };
  return await serve(answer, (request) => String(request.headers['x-amz-target']), versions.turn);
}

function crypt(verb: string, given: z.infer<typeof kmsBody>, versions: ReturnType<typeof createVersions>): Reply {
  const sealed = (plain: Buffer, context: object | undefined): Reply => {
    const bytes = Buffer.concat([Buffer.of(versions.version()), versions.seal(plain, JSON.stringify(context))]);
    return { status: 200, json: { CiphertextBlob: bytes.toString('base64') } };
  };
  if (verb === 'Encrypt') return sealed(Buffer.from(given.Plaintext ?? '', 'base64'), given.EncryptionContext);
  const bytes = Buffer.from(given.CiphertextBlob ?? '', 'base64');
  const context = given.EncryptionContext ?? given.SourceEncryptionContext;
  const plain = versions.open(bytes[0] ?? 0, bytes.subarray(1), JSON.stringify(context));
  if (plain === null) return { status: 400, json: { __type: 'InvalidCiphertextException' } };
  if (verb === 'ReEncrypt') return sealed(plain, given.DestinationEncryptionContext);
  return { status: 200, json: { Plaintext: plain.toString('base64') } };
}

const minutesOff = 5;

function signatureFault(request: IncomingMessage, body: string, rules: KmsRules): string | null {
  const given = String(request.headers.authorization);
  const [, id, names = ''] = /Credential=([^/]+)\/.*SignedHeaders=([^,]+),/.exec(given) ?? [];
  if (id !== rules.accessKeyId) return 'UnrecognizedClientException';
  const headers = Object.fromEntries(names.split(';').map((name) => [name, String(request.headers[name])]));
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => name in headers)) return 'IncompleteSignatureException';
  const { method = '', url: path = '' } = request;
  const expected = signatureV4({ method, path, headers, body }, rules, { region: rules.region, service: 'kms' });
  const at = String(request.headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z');
  const off = Temporal.Instant.from(at).until(rules.clock.now()).abs().total('minutes');
  return given === expected && off <= minutesOff ? null : 'InvalidSignatureException';
}
