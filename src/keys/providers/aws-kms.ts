import { z } from 'zod';
import type { Clock } from '#kit/clock';
import { Fault } from '#kit/fault';
import { keyBytes } from '../sealing.ts';
import { askProvider, readSecret, type Answered, type Asked, type Patience } from './ask.ts';
import type { KeyProvider, ProviderHealth } from './provider.ts';
import { signatureV4 } from './sigv4.ts';

export type KmsSettings = {
  readonly region: string;
  /** Id, ARN or alias (`alias/…`) of a symmetric key. */
  readonly key: string;
  /** Null for the public one of the region; a VPC's own otherwise. */
  readonly url: string | null;
  readonly accessKeyId: string;
  /** Itself, or the file that holds it. */
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
};

/** Authenticated with what is encrypted, and shown in the account's trail. */
const context = { glasspost: 'keyring' };

const encrypted = z.object({ CiphertextBlob: z.base64().min(1).max(8_000) });
const decrypted = z.object({ Plaintext: z.base64().max(1_024) });
const described = z.object({ KeyMetadata: z.object({ KeyState: z.string(), Arn: z.string() }) });
const refused = z.record(z.string(), z.unknown());

/** Errors that pass: KMS API Reference, "Common errors" and those of each operation. */
const passing = new Set([
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
  'LimitExceededException',
  'DependencyTimeoutException',
  'KMSInternalException',
  'InternalFailure',
  'KeyUnavailableException',
  'ServiceUnavailable',
]);

type Verb = 'Encrypt' | 'Decrypt' | 'ReEncrypt' | 'DescribeKey';

/** AWS Key Management Service: Encrypt, Decrypt, ReEncrypt and DescribeKey of one key. */
export function kmsProvider(settings: KmsSettings, clock: Clock, how: Partial<Patience> = {}): KeyProvider {
  const ask = async (verb: Verb, body: object, patience = how): Promise<Answered> => {
    const answer = await askProvider(() => questionOf(settings, clock, verb, body), isBusy, patience);
    if (answer.status !== 200) throw faultOf(answer, settings);
    return answer;
  };
  const blob = (answer: Answered): string => {
    const read = encrypted.safeParse(answer.json);
    if (read.success) return `awskms:${read.data.CiphertextBlob}`;
    throw misunderstood(settings);
  };
  const { key } = settings;
  return {
    kind: 'awskms',
    wrap: async (plain) => {
      const body = { KeyId: key, Plaintext: Buffer.from(plain).toString('base64'), EncryptionContext: context };
      return blob(await ask('Encrypt', body));
    },
    unwrap: async (wrapped) => {
      const body = { KeyId: key, CiphertextBlob: blobOf(wrapped), EncryptionContext: context };
      const read = decrypted.safeParse((await ask('Decrypt', body)).json);
      const bytes = Buffer.from(read.data?.Plaintext ?? '', 'base64');
      if (bytes.length === keyBytes) return bytes;
      throw misunderstood(settings);
    },
    rewrap: async (wrapped) =>
      blob(
        await ask('ReEncrypt', {
          CiphertextBlob: blobOf(wrapped),
          DestinationKeyId: key,
          SourceEncryptionContext: context,
          DestinationEncryptionContext: context,
        }),
      ),
    health: () => healthOf(settings, () => ask('DescribeKey', { KeyId: key }, { ...how, tries: 1 })),
  };
}

function blobOf(wrapped: string): string {
  const [, blob] = /^awskms:([\w+/]{1,8000}={0,2})$/.exec(wrapped) ?? [];
  if (blob !== undefined) return blob;
  throw new Fault('conflict', 'The keyring was not closed by AWS KMS. Put it back from its backup.');
}

function questionOf(settings: KmsSettings, clock: Clock, verb: Verb, body: object): Asked {
  const { region, sessionToken, accessKeyId } = settings;
  const url = new URL('/', settings.url ?? `https://kms.${region}.amazonaws.com`);
  const text = JSON.stringify(body);
  const token = sessionToken === null ? null : readSecret(sessionToken, 'AWS_SESSION_TOKEN');
  const headers = {
    host: url.host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-date': clock.now().toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, ''),
    'x-amz-target': `TrentService.${verb}`,
    ...(token === null ? {} : { 'x-amz-security-token': token }),
  };
  const credentials = { accessKeyId, secretAccessKey: readSecret(settings.secretAccessKey, 'AWS_SECRET_ACCESS_KEY') };
  const request = { method: 'POST', path: '/', headers, body: text } as const;
  const authorization = signatureV4(request, credentials, { region, service: 'kms' });
  return { method: 'POST', url, headers: { ...headers, authorization }, body: text };
}

/** Without the namespace that some endpoints put before it. */
function typeOf({ json }: Answered): string {
  const type = refused.safeParse(json).data?.['__type'];
  return typeof type === 'string' ? (type.split('#').at(-1) ?? '').slice(0, 100) : '';
}

function isBusy(answer: Answered): boolean {
  return answer.status >= 500 || answer.status === 429 || passing.has(typeOf(answer));
}

function faultOf(answer: Answered, { key, region }: KmsSettings): Fault {
  const type = typeOf(answer);
  const internal = `kms ${answer.status}: ${type}`;
  if (isBusy(answer)) {
    return new Fault('unavailable', `AWS KMS in ${region} is away or busy (${type || answer.status}).`, { internal });
  }
  const why = reasons[type] ?? `refuses it (${type || answer.status})`;
  return new Fault('conflict', `AWS KMS in ${region} ${why}: ${key}. Nothing was changed.`, { internal });
}

const reasons: Readonly<Record<string, string>> = {
  NotFoundException: 'knows no such key',
  AccessDeniedException: 'does not let these credentials use the key',
  UnrecognizedClientException: 'does not know these credentials',
  InvalidSignatureException: 'does not take this secret (or the clock of this machine is wrong)',
  ExpiredTokenException: 'says that these credentials have expired',
  InvalidCiphertextException: 'did not close this keyring with the key',
  IncorrectKeyException: 'closed this keyring with another key',
  DisabledException: 'says that the key is disabled',
  KMSInvalidStateException: 'says that the key is about to be deleted or not ready',
};

function misunderstood({ region }: KmsSettings): Fault {
  return new Fault('unavailable', `What answers for AWS KMS in ${region} does not answer as it does.`);
}

async function healthOf(settings: KmsSettings, ask: () => Promise<Answered>): Promise<ProviderHealth> {
  try {
    const read = described.safeParse((await ask()).json);
    if (!read.success) return { state: 'away', said: misunderstood(settings).publicText };
    const { KeyState: state, Arn: arn } = read.data.KeyMetadata;
    return state === 'Enabled' ? { state: 'well', key: arn } : { state: 'refused', said: `${arn} is ${state}.` };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { state: error.code === 'conflict' ? 'refused' : 'away', said: error.publicText };
  }
}
