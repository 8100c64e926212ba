import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { serveApi } from '../../test/served-api.ts';

const ground = await openGround();
const served = await serveApi(ground);
after(async () => {
  await served.close();
  await ground.close();
});
const { key } = await served.api.keys.create(ground.shop.shopId, 'test', ['all'], 'test');

const order = {
  ...exampleOrder(),
  recipient: { name: 'Grace' },
  consents: [{ purpose: 'p', recipient: 'r', fields: ['email'], given_at: '2026-11-19T10:00:00Z', text: 't' }],
};
const scan = {
  carrier: 'dhl',
  tracking_number: '00340434161094015902',
  code: 'parcel-de:PO',
  local_time: '2026-11-20T08:54:00',
  offset: '+01:00',
  zone: 'Europe/Berlin',
  place: { name: 'Berlin', country: 'DE' },
  text: 'Loaded',
};

/** Every place in a value, as the names that lead to it. */
function placesIn(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [above];
  const inner = Object.entries(value).flatMap(([name, each]) => placesIn(each, [...above, name]));
  return above.length === 0 ? inner : [above, ...inner];
}

/** The value with something else in one place. */
function withOther(value: unknown, place: readonly string[], other: unknown): unknown {
  const [name, ...rest] = place;
  if (name === undefined) return other;
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  Object.assign(copy as object, { [name]: withOther((value as Record<string, unknown>)[name], rest, other) });
  return copy;
}

const nasty = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\0',
    '\uD800',
    '\u202E',
    ' ',
    '%',
    "'; drop table x; --",
    '1e400',
    'NaN',
    '-1',
    '{}',
    '\u0000\u0000',
  ),
  fc.constantFrom(
    '9999-12-31T23:59:59Z',
    '0001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '2026-02-30',
    '2026-11-20T08:54',
  ),
  fc.constantFrom(0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -0),
  fc.integer({ min: 1, max: 5_000 }).map((length) => 'x'.repeat(length)),
);

const mutated = (of: object) =>
  fc
    .array(fc.tuple(fc.constantFrom(...placesIn(of)), nasty), { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce<unknown>((value, [place, other]) => settable(value, place, other), of));

/** A later change may fall into what an earlier one has replaced. */
function settable(value: unknown, place: readonly string[], other: unknown): unknown {
  const parent = place.slice(0, -1).reduce<unknown>((at, name) => (Object(at) as Record<string, unknown>)[name], value);
  return typeof parent === 'object' && parent !== null ? withOther(value, place, other) : value;
}

test('an order with anything in any place is taken and read back, or refused with pointers', async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      mutated(order),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
      async (body, number) => {
        const path = `/v1/orders/${encodeURIComponent(number.toWellFormed()).replaceAll(/^\.+$/g, 'dot')}`;
        const text = JSON.stringify(body);
        const answered = await served.ask('PUT', path, {
          key,
          body: text,
          headers: { 'content-type': 'application/json' },
        });
        statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1);
        if (answered.status === 200) {
          const read = await served.ask('GET', path, { key });
          assert.deepEqual(read.json, answered.json);
          return;
        }
        assert.ok([400, 422].includes(answered.status), `${answered.status} ${answered.text}`);
        const { errors = [] } = answered.json as { errors?: readonly { pointer: string; message: string }[] };
        assert.ok(answered.status === 400 || errors.length > 0, answered.text);
        for (const { pointer, message } of errors) assert.match(`${pointer} ${message}`, /^(?:\/[^]*)? [A-Z]/);
      },
    ),
    { numRuns: 400 },
  );
  assert.ok((statuses.get(200) ?? 0) > 5 && (statuses.get(422) ?? 0) > 50, JSON.stringify([...statuses]));
});

test('of scans with anything in any place each is accepted, a duplicate or rejected', async () => {
  const counted = { accepted: 0, duplicates: 0, rejected: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(mutated(scan), fc.constant(scan)), { maxLength: 10 }), async (scans) => {
      const body = JSON.stringify({ scans });
      const answered = await served.ask('POST', '/v1/scans', {
        key,
        body,
        headers: { 'content-type': 'application/json' },
      });
      if (answered.status === 400) assert.match(answered.text, /__proto__/);
      else {
        assert.equal(answered.status, 200, answered.text);
        const { accepted, duplicates, rejected } = answered.json as {
          accepted: number;
          duplicates: number;
          rejected: readonly object[];
        };
        assert.equal(accepted + duplicates + rejected.length, scans.length);
        counted.accepted += accepted;
        counted.duplicates += duplicates;
        counted.rejected += rejected.length;
      }
    }),
    { numRuns: 250 },
  );
  assert.ok(Math.min(...Object.values(counted)) > 10, JSON.stringify(counted));
});

test('the answer says what each consent of an order does, and one that is told again with what was missing counts', async () => {
  const box = {
    ...{ purpose: 'delivery notification by carrier', recipient: 'DHL', fields: ['email'], text: 'DHL may write.' },
    ...{ given_at: '2026-11-19T10:00:00Z', default: 'unticked' },
  };
  const toShop = { ...box, purpose: 'review invitation', recipient: 'shop', text: 'You may ask me.' };
  const told = [
    [{ ...box, default: null }, 'box not told'],
    [box, 'counts'],
    [{ ...box, given_at: '2031-11-19T10:00:00Z' }, 'not yet'],
    [{ ...box, until: '2026-11-19T11:00:00Z', fields: ['email', 'phone'] }, 'ended'],
    [{ ...box, fields: ['e-mail'] }, 'no rule'],
    [{ ...box, purpose: 'marketing', text: 'Anything.' }, 'no rule'],
    [toShop, 'counts'],
    [{ ...toShop, recipient: 'somebody else', text: 'They may.' }, 'no rule'],
  ] as const;
  const consents = told.map(([one]) => one);
  const put = (body: object) => served.ask('PUT', '/v1/orders/SAYS-1', { key, body });
  const customer = { id: 'c-says', email: 'says@kunde.example' };
  const effectsIn = ({ json }: { readonly json: unknown }) =>
    (json as { consents: readonly { effect: string }[] }).consents.map(({ effect }) => effect).toSorted();
  assert.deepEqual(effectsIn(await put(exampleOrder({ customer, consents: consents.slice(0, 1) }))), ['box not told']);
  assert.deepEqual(
    effectsIn(await put(exampleOrder({ customer, consents }))),
    told.map(([, effect]) => effect).toSorted(),
  );
});
