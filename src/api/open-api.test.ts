import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openGround } from '../../test/ground.ts';
import { orderOperations } from './order-operations.ts';
import { serveApi } from '../../test/served-api.ts';
import { scanOperations } from './scan-operations.ts';

const ground = await openGround();
const served = await serveApi(ground);
after(async () => {
  await served.close();
  await ground.close();
});

type Json = Readonly<Record<string, unknown>>;
const fetched = await served.ask('GET', '/v1/openapi.json');
const document = fetched.json as Json;
const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Json>>>>;
const described = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, row]) => ({ path, method: method.toUpperCase(), row })),
);

test('anybody may read the description', () => {
  assert.equal(fetched.status, 200);
  assert.equal(document['openapi'], '3.1.0');
  assert.match(String(fetched.headers.get('content-type')), /^application\/json/);
});

test('it lists every route of the server and no other', () => {
  const mounted = served.routes.filter(({ path }) => path.startsWith('/v1/'));
  assert.ok(mounted.length >= 6);
  assert.deepEqual(
    described.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`).toSorted(),
    mounted.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
});

test('every operation has a name of its own, a sentence, its parameters and what it may answer', () => {
  assert.equal(new Set(described.map(({ row }) => row['operationId'])).size, described.length);
  for (const { path, method, row } of described) {
    const where = `${method} ${path}`;
    assert.match(String(row['summary']), /^[A-Z].{10,}/, where);
    const parameters = (row['parameters'] ?? []) as readonly { name: string; in: string; required: boolean }[];
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    assert.deepEqual(
      parameters.map((one) => one.name),
      named,
      where,
    );
    assert.ok(
      parameters.every((one) => one.in === 'path' && one.required),
      where,
    );
    answersOf(row, path, where);
    const bare = /\/(?:prove|scan|check|close|reopen)$|^\/v1\/reviews\/.*\/publish$/;
    const takesNothing = method === 'GET' || method === 'DELETE' || bare.test(path);
    assert.equal('requestBody' in row, !takesNothing, where);
  }
});

test('every reference leads somewhere', () => {
  const references = [...fetched.text.matchAll(/"\$ref":"#([^"]+)"/g)].map((match) => match[1] ?? '');
  assert.ok(references.length > 0);
  for (const reference of references) {
    const found = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((at, name) => (at as Json | undefined)?.[name], document);
    assert.equal(typeof found, 'object', reference);
  }
});

test('a client learns from it what a scan and an order must hold', () => {
  const scans = JSON.stringify(paths['/v1/scans']?.['post']?.['requestBody']);
  const order = JSON.stringify(paths['/v1/orders/{order_number}']?.['put']?.['requestBody']);
  for (const field of ['tracking_number', 'local_time', 'offset', 'zone', 'place', 'maxItems'])
    assert.ok(scans.includes(`"${field}"`), field);
  for (const field of ['placed_at', 'customer', 'address', 'parcels', 'consents', 'given_at'])
    assert.ok(order.includes(`"${field}"`), field);
});

test('what it shows as an example is what the server takes and answers', async () => {
  const { key } = await served.api.keys.create(ground.shop.shopId, 'test', ['all'], 'test');
  const operations = [...orderOperations(ground), ...scanOperations(ground)];
  let parcelId = '';
  for (const { path, method, example, output } of operations) {
    const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => example.params[name] ?? '');
    const answered = await served.ask(
      method,
      named.replace(/par_\w+/, () => parcelId),
      {
        key,
        ...(example.input === undefined ? {} : { body: example.input }),
      },
    );
    assert.equal(answered.status, 200, answered.text);
    output.parse(answered.json);
    assert.deepEqual(shapeOf(example.output), shapeOf(answered.json), `${method} ${path}`);
    parcelId ||= (answered.json as { parcels: readonly { id: string }[] }).parcels[0]?.id ?? '';
  }
});

/** The names in an answer; what is in its lists counts where there is something. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object' || value === null) return 'value';
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/** What it may answer, and in which form. */
function answersOf(row: Json, path: string, where: string): void {
  const responses = row['responses'] as Readonly<Record<string, { description: string; content?: Json }>>;
  assert.ok(responses['200'], where);
  for (const [status, response] of Object.entries(responses)) {
    assert.ok(response.description.length > 3, where);
    // 304 has no body.
    if (status === '304') continue;
    const [type] = Object.keys(response.content ?? {});
    // OAuth has a form of its own for what it refuses.
    const ofOauth = path.endsWith('/token') && ['400', '401'].includes(status);
    assert.equal(type, status === '200' || ofOauth ? 'application/json' : 'application/problem+json', where);
  }
}
