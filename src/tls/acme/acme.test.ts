import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { suite, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import { createManualClock } from '#kit/clock';
import type { EgressAnswer, EgressRequest } from '#kit/egress';
import { Fault } from '#kit/fault';
import { createLog } from '#kit/log';
import { refusal } from '../../../test/authorities/refusal.ts';
import { createAcmeClient, type AcmeClient } from '#tls';

// Authorities as they should not be; how real ones are is proven against real ones.

const start = Temporal.Instant.from('2026-11-20T10:00:00Z');
const ca = 'https://ca.example';
const directory = { newNonce: `${ca}/nonce`, newAccount: `${ca}/account`, newOrder: `${ca}/order`, meta: {} };
const order = {
  status: 'pending',
  identifiers: [{ type: 'dns', value: 'shop.example' }],
  authorizations: [`${ca}/authz/1`],
  finalize: `${ca}/finalize`,
};
const authorization = {
  status: 'pending',
  identifier: { type: 'dns', value: 'shop.example' },
  challenges: [{ type: 'http-01', status: 'pending', url: `${ca}/challenge/1`, token: 'evaGxfADs6pSRb2LAv9IZf17Dt3' }],
};
const wish = { names: ['shop.example'], profile: null, replaces: null };

type Said = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown };

function problem(kind: string, more: object = {}, headers: Record<string, string> = {}): Said {
  const body = { type: `urn:ietf:params:acme:error:${kind}`, detail: 'no', ...more };
  return { status: kind === 'rateLimited' ? 429 : 400, headers, body };
}

/** A client of an authority that answers from a table of paths; what is not there is answered as it should be. */
function clientOf(said: Readonly<Record<string, Said>>): {
  readonly client: AcmeClient;
  readonly asked: EgressRequest[];
} {
  const usual: Readonly<Record<string, Said>> = {
    '/directory': { body: directory },
    '/nonce': {},
    '/account': { headers: { location: `${ca}/account/1` }, body: { status: 'valid' } },
    '/order': { headers: { location: `${ca}/order/1` }, body: order },
    '/order/1': { body: order },
    '/authz/1': { body: authorization },
    '/challenge/1': { body: {} },
  };
  const asked: EgressRequest[] = [];
  const client = createAcmeClient({
    send: (request): Promise<EgressAnswer> => {
      asked.push(request);
      const path = new URL(request.url).pathname;
      const { status = 200, headers = {}, body = {} } = said[path] ?? usual[path] ?? { status: 404 };
      const bytes = Buffer.from(JSON.stringify(body));
      return Promise.resolve({ status, headers: { 'replay-nonce': `nonce-${asked.length}`, ...headers }, bytes });
    },
    directoryUrl: `${ca}/directory`,
    accountKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    clock: createManualClock(start),
    log: createLog({ level: 'silent' }),
  });
  return { client, asked };
}

type Members = Readonly<Record<string, unknown>>;

/** What was signed. */
function sentIn(request: EgressRequest | undefined): { readonly header: Members; readonly payload: Members } {
  const jws = JSON.parse(request?.body ?? '') as { readonly protected: string; readonly payload: string };
  const members = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Members;
  return { header: members(jws.protected), payload: members(jws.payload) };
}

const unasked = { kinds: ['http-01'] as const, show: () => assert.fail('it was shown'), hide: () => Promise.resolve() };
const quiet = { ...unasked, show: () => Promise.resolve() };

suite('an authority that says no, or nonsense', () => {
  test('a nonce that is refused for ever is tried ten times', async () => {
    const { client, asked } = clientOf({ '/order': problem('badNonce') });
    assert.equal((await refusal(client.place(wish))).problem.kind, 'badNonce');
    const tried = asked.filter(({ url }) => url === `${ca}/order`);
    const nonces = tried.map((request) => sentIn(request).header['nonce']);
    assert.equal(tried.length, 10);
    assert.equal(new Set(nonces).size, 10, 'a nonce was used twice');
  });

  test('patience is told with its end, in seconds or as a date', async () => {
    for (const wait of ['90', 'Fri, 20 Nov 2026 10:01:30 GMT']) {
      const { client } = clientOf({ '/order': problem('rateLimited', {}, { 'retry-after': wait }) });
      const fault = await refusal(client.place(wish));
      assert.deepEqual([fault.code, fault.problem.kind], ['limit', 'rateLimited']);
      assert.equal(fault.problem.retryAt?.toString(), '2026-11-20T10:01:30Z');
    }
  });

  test('its words are one short line, and what is under them is told by name', async () => {
    const detail = `see\n\u001b[31m\u202e${'x'.repeat(3_000)}`;
    const sub = { type: 'urn:ietf:params:acme:error:caa', detail: 'CAA', identifier: { value: 'shop.example' } };
    const { client } = clientOf({ '/order': problem('compound', { detail, subproblems: [sub, 'nonsense'] }) });
    const said = (await refusal(client.place(wish))).problem;
    assert.match(said.detail, /^see \[31m x{400,}$/);
    assert.ok(said.detail.length <= 500);
    assert.deepEqual(
      said.subproblems.map(({ kind, name, detail: words }) => [kind, name, words]),
      [
        ['caa', 'shop.example', 'CAA'],
        ['other', null, ''],
      ],
    );
  });

  test('a kind that nobody knows is told by its status', async () => {
    const kinds = [503, 429, 403].map(async (status) => {
      const { client } = clientOf({ '/order': { status, body: { type: 'about:blank' } } });
      return (await refusal(client.place(wish))).problem.kind;
    });
    assert.deepEqual(await Promise.all(kinds), ['serverInternal', 'rateLimited', 'other']);
  });

  test('addresses that lead elsewhere are not followed', async () => {
    const elsewhere = [
      'http://ca.example/order',
      'https://evil.example/order',
      `${ca}:8443/order`,
      'https://u@ca.example',
    ];
    for (const newOrder of elsewhere) {
      const { client, asked } = clientOf({ '/directory': { body: { ...directory, newOrder } } });
      assert.equal((await refusal(client.directory())).problem.kind, 'unreadable', newOrder);
      assert.equal(asked.length, 1);
    }
    const { client, asked } = clientOf({ '/order': { headers: { location: 'https://evil.example/' }, body: order } });
    assert.equal((await refusal(client.place(wish))).problem.kind, 'unreadable');
    assert.equal((await refusal(client.orderAt('https://evil.example/order/1'))).problem.kind, 'unreadable');
    assert.ok(asked.every(({ answerBytesMax }) => answerBytesMax === 256 * 1024));
    assert.ok(asked.every(({ url, hosts }) => url.startsWith(`${ca}/`) && hosts.join() === 'ca.example'));
  });

  test('an order for other names, and a question about another name, are refused', async () => {
    const other = { type: 'dns', value: 'other.example' };
    const ordered = clientOf({
      '/order': { headers: { location: `${ca}/order/1` }, body: { ...order, identifiers: [other] } },
    });
    assert.equal((await refusal(ordered.client.place(wish))).problem.kind, 'unreadable');
    const asking = clientOf({ '/authz/1': { body: { ...authorization, identifier: other } } });
    assert.equal((await refusal(asking.client.obtain(wish, unasked))).problem.kind, 'unreadable');
  });

  test('a name that was proven before is not proven again', async () => {
    const proven = { '/authz/1': { body: { ...authorization, status: 'valid' } } };
    const { client, asked } = clientOf(proven);
    await client.prove(await client.place(wish), unasked);
    assert.ok(asked.every(({ url }) => !url.includes('challenge')));
  });

  test('who has to wait longer than we do is told until when', async () => {
    const { client } = clientOf({ '/authz/1': { headers: { 'retry-after': '400' }, body: authorization } });
    const { problem: said } = await refusal(client.obtain(wish, quiet));
    assert.deepEqual([said.kind, said.retryAt?.toString()], ['undecided', '2026-11-20T10:06:40Z']);
  });

  test('a proof that cannot be shown ends the order with the reason, and is hidden', async () => {
    const { client, asked } = clientOf({});
    const hidden: string[] = [];
    const broken = {
      kinds: ['http-01'] as const,
      show: () => Promise.reject(new Fault('unavailable', 'no database')),
      hide: ({ kind }: { readonly kind: string }) => Promise.resolve(void hidden.push(kind)),
    };
    await assert.rejects(
      client.obtain(wish, broken),
      (error) => error instanceof Fault && error.code === 'unavailable',
    );
    assert.deepEqual(hidden, ['http-01']);
    assert.ok(asked.every(({ url }) => !url.includes('challenge')));
  });
});

suite('what is asked for', () => {
  test('names that nobody can have are not ordered', async () => {
    const { client } = clientOf({});
    const wrong = [
      '',
      'UPPER.example',
      'localhost',
      '192.0.2.1',
      '::1',
      'a..example',
      '-a.example',
      '*.*.example',
      'a b.example',
    ];
    for (const name of [...wrong, `${'a'.repeat(64)}.example`, `${'a.'.repeat(130)}example`]) {
      await assert.rejects(client.place({ ...wish, names: [name] }), Fault, name);
    }
    const tooMany = Array.from({ length: 101 }, (_, at) => `a${at}.example`);
    for (const names of [[], tooMany]) await assert.rejects(client.place({ ...wish, names }), Fault);
    assert.equal((await client.place({ ...wish, names: ['shop.example', 'shop.example'] })).url, `${ca}/order/1`);
  });

  test('what the authority does not have is null, and is not asked for', async () => {
    const { client, asked } = clientOf({});
    const replaces = 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE';
    const { certPem } = createAuthority('Test authority').issue(['shop.example']);
    assert.equal(await client.renewalInfo(certPem), null);
    await client.place({ ...wish, replaces });
    assert.deepEqual(sentIn(asked.at(-1)).payload, { identifiers: order.identifiers });
    assert.equal((await refusal(client.place({ ...wish, profile: 'shortlived' }))).problem.kind, 'invalidProfile');
    assert.equal((await refusal(client.revoke(certPem, 'superseded'))).problem.kind, 'other');
  });

  test('an authority has an address with https on port 443', () => {
    const { privateKey: accountKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const rest = {
      send: () => assert.fail(),
      accountKey,
      clock: createManualClock(start),
      log: createLog({ level: 'silent' }),
    };
    for (const directoryUrl of ['', 'http://ca.example/', `${ca}:14000/dir`, 'https://u:p@ca.example/', 'https://']) {
      assert.throws(() => createAcmeClient({ ...rest, directoryUrl }), Fault, directoryUrl);
    }
  });

  test('contacts are e-mail addresses, five at the most', async () => {
    const { client } = clientOf({});
    const agreed = { termsAgreed: true, binding: null };
    for (const contacts of [
      ['nobody'],
      ['a@b.example?cc=x@y.example'],
      Array.from({ length: 6 }, () => 'a@b.example'),
    ]) {
      assert.equal((await refusal(client.register({ ...agreed, contacts }))).problem.kind, 'invalidContact');
    }
  });
});
