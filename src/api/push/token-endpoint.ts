import { findConnector, type Account, type Carriers, type Granted, type PushClient } from '#carriers';
import type { Database } from '#kit/database';
import { answer, anyone, type Answer, type Http, type HttpRequest } from '#kit/http';
import { readId } from '#kit/ids';

const bodyBytesMax = 16 * 1024;
const fieldMax = 1_000;

type TokenNeeds = { readonly database: Database; readonly carriers: Carriers };

/**
 * Where a carrier fetches the token that it shows with its pushes: OAuth 2.0 client credentials (RFC 6749 §4.4). An address
 * that does not exist and a wrong secret answer alike.
 */
export function mountPushTokens(http: Http, needs: TokenNeeds): void {
  http.route({
    method: 'POST',
    path: '/v1/carriers/:carrier/push/:account/token',
    audience: 'machines',
    takes: 'bytes',
    bodyBytesMax,
    limit: 'push',
    admit: anyone,
    handle: async (request) => {
      const asked = askedOf(request);
      if (typeof asked === 'string') return refusal(asked);
      const { client, params } = request;
      const secret = { address: client.address, proof: null, about: params['account'] ?? '' };
      const granted = await http.limit.lookUp('signature', secret, () => grant(needs, request, asked));
      return granted === null ? refusal('invalid_client') : given(granted);
    },
  });
}

/** RFC 6749 §5.2. */
type Refused = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

async function grant(
  needs: TokenNeeds,
  { params }: HttpRequest,
  asked: readonly PushClient[],
): Promise<Granted | null> {
  const connector = findConnector(params['carrier'] ?? '');
  const accountId = readId('acc', params['account'] ?? '');
  const found = accountId === null ? null : await needs.carriers.account(needs.database, accountId);
  const account: Account | null = found?.carrier === connector?.manifest.id ? found : null;
  const granted = asked.map((client) => needs.carriers.grantPush(account, connector, client));
  return granted.find((one) => one !== null) ?? null;
}

function given({ token, expiresInSeconds }: Granted): Answer {
  const body = { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds };
  return answer.json(body, { headers: { pragma: 'no-cache' } });
}

const sentences: Readonly<Record<Refused, string>> = {
  invalid_request: 'Send grant_type as a form, and the client by HTTP Basic or in the form, not both.',
  invalid_client: 'There is no such client here.',
  unsupported_grant_type: 'Only client_credentials is granted.',
};

function refusal(error: Refused): Answer {
  const body = { error, error_description: sentences[error] };
  if (error !== 'invalid_client') return answer.json(body, { status: 400, headers: { pragma: 'no-cache' } });
  return answer.json(body, { status: 401, headers: { pragma: 'no-cache', 'www-authenticate': 'Basic' } });
}

/** The client that asks, in each way it may be written; refused before anything is looked up, so that the answer says nothing of the address. */
function askedOf({ headers, bytes }: HttpRequest): readonly PushClient[] | Refused {
  const form = formOf(headers['content-type'] ?? '', bytes);
  if (form === null) return 'invalid_request';
  const names = ['grant_type', 'client_id', 'client_secret'];
  if (names.some((name) => form.getAll(name).length > 1)) return 'invalid_request';
  const grantType = form.get('grant_type') ?? '';
  if (grantType === '') return 'invalid_request';
  if (grantType !== 'client_credentials') return 'unsupported_grant_type';
  const authorization = headers['authorization'];
  if (authorization === undefined) return clientIn(form);
  // One way to say who asks; the id may stand in the form as well.
  if (form.has('client_secret')) return 'invalid_request';
  return basicOf(authorization) ?? 'invalid_client';
}

function formOf(contentType: string, bytes: Uint8Array): URLSearchParams | null {
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType)) return null;
  try {
    return new URLSearchParams(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function clientIn(form: URLSearchParams): readonly PushClient[] | Refused {
  const client = clientOf(form.get('client_id') ?? '', form.get('client_secret') ?? '');
  return client === null ? 'invalid_client' : [client];
}

function clientOf(id: string, secret: string): PushClient | null {
  return id === '' || secret === '' || id.length > fieldMax || secret.length > fieldMax ? null : { id, secret };
}

/** In HTTP Basic id and secret are written as in a form (RFC 6749 §2.3.1), which many clients leave out. */
function basicOf(authorization: string): readonly PushClient[] | null {
  const [, encoded = ''] = /^Basic +([\w+/=-]+) *$/i.exec(authorization) ?? [];
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const [id, secret] = [pair.slice(0, Math.max(colon, 0)), pair.slice(colon + 1)];
  const ways = [clientOf(id, secret), clientOf(unwritten(id), unwritten(secret))].filter((way) => way !== null);
  return colon < 0 || ways.length === 0 ? null : ways;
}

function unwritten(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
