import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { realClock } from '#kit/clock';
import { callerOf, pathOfCustomer, type Call, type Reply } from '../calls.ts';
import type { Markers } from './needles.ts';

/** One day of a shop with many customers, through the doors that everybody uses. Every personal text in it is marked. */
export type Day = {
  readonly markers: Markers;
  readonly customers: number;
  readonly port: number;
  readonly key: string;
  readonly mailsTaken: () => number;
};

const atOnce = 16;
const scansPerCall = 50;
const patienceMs = 60_000;
const mailsShare = 0.1;

/** Does the work for every number below `count`, some at a time. */
async function forEach(count: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** @returns the paths of the customers' links */
export async function liveThroughDay(day: Day): Promise<readonly string[]> {
  const { customers, port, markers } = day;
  const call = callerOf(port, day.key);
  await postScans(day, call, 'announced.data_received', (at) => at % 10 === 0);
  const links = Array<string>(customers).fill('');
  await forEach(customers, async (at) => {
    const from = { 'x-forwarded-for': markers.addressOf(at) };
    const path = `/v1/orders/${markers.mark('on', at)}`;
    const taken = await call('PUT', path, { headers: from, body: orderOf(markers, at) });
    assert.equal(taken.status, 200, taken.text);
    links[at] = pathOfCustomer(taken);
    if (at % 20 === 0) await correct(call, path, markers, at);
    if (at % 20 === 1) await call('GET', path, { headers: from });
  });
  const streams = await openStreams(port, links.slice(0, 20));
  await postScans(day, call, 'accepted.picked_up', () => true);
  await postScans(day, call, 'parcel-de:QX', (at) => at % 50 === 0);
  await forEach(customers, async (at) => {
    const headers = { 'x-forwarded-for': markers.addressOf(at), accept: 'text/html' };
    const page = await patiently(() => callerOf(port)('GET', `${links[at]}?language=de`, { headers }));
    assert.equal(page.status, 200, page.text);
    assert.ok(page.text.includes(markers.mark('pl', at)), 'the customer sees the place');
  });
  await postScans(day, call, 'delivery_failed.not_home', (at) => at % 4 === 0);
  // The others wait in the queue: a thief finds them there.
  await until('many mails are sent', () => day.mailsTaken() >= customers * mailsShare);
  assert.ok((await streams()) > 0, 'open pages were told of changes');
  return links;
}

/** A whole town reads its pages from one address here: who is told to come later does. */
async function patiently(ask: () => Promise<Reply>): Promise<Reply> {
  const begun = performance.now();
  for (;;) {
    const reply = await ask();
    if (reply.status !== 429 || performance.now() - begun > patienceMs) return reply;
    await sleep(Number(reply.headers.get('retry-after') ?? 1) * 1_000);
  }
}

export function orderOf({ mark }: Markers, at: number) {
  return {
    placed_at: realClock.now().subtract({ hours: 20 }).toString(),
    language: at % 2 === 0 ? 'de' : 'en',
    customer: {
      id: mark('cu', at),
      name: `${mark('nm', at)} Beispiel`,
      email: `${mark('em', at)}@kunde.example`,
      phone: `+49 ${mark('ph', at)}`,
    },
    recipient: at % 3 === 0 ? { name: mark('re', at) } : null,
    address: { street: `${mark('st', at)} 1`, postcode: mark('pc', at), city: mark('ci', at), country: 'DE' },
    items: [{ sku: mark('sk', at), title: mark('it', at), quantity: 1, price_minor: 1_990, currency: 'EUR' }],
    parcels: [{ carrier: 'dhl', tracking_number: mark('tr', at) }],
    consents: [
      {
        purpose: 'delivery notification by carrier',
        recipient: 'dhl-unified',
        fields: ['email', 'phone'],
        given_at: realClock.now().subtract({ hours: 21 }).toString(),
        text: `Ja, ${mark('co', at)}, gerne.`,
      },
    ],
  };
}

/** The customer had mistyped the address; the same order comes again. */
async function correct(call: Call, path: string, markers: Markers, at: number): Promise<void> {
  const order = orderOf(markers, at);
  const customer = { ...order.customer, email: `${markers.mark('en', at)}@kunde.example` };
  const taken = await call('PUT', path, { body: { ...order, customer } });
  assert.equal(taken.status, 200, taken.text);
}

/** Scans of these customers' parcels, and some whose order never comes. */
async function postScans(day: Day, call: Call, code: string, isMeant: (at: number) => boolean): Promise<void> {
  const { mark } = day.markers;
  const now = realClock.now().toZonedDateTimeISO('Europe/Berlin');
  const time = { local_time: now.toPlainDateTime().toString({ smallestUnit: 'second' }), offset: now.offset };
  const meant = Array.from({ length: day.customers }, (_, at) => at).filter(isMeant);
  const scans = meant.flatMap((at) => {
    const place = { name: mark('pl', at), country: 'DE' };
    const scan = { carrier: 'dhl', code, ...time, place, text: `Signed by ${mark('tx', at)}` };
    const own = { ...scan, tracking_number: mark('tr', at) };
    return at % 30 === 0 ? [own, { ...scan, tracking_number: mark('wa', at) }] : [own];
  });
  await forEach(Math.ceil(scans.length / scansPerCall), async (batch) => {
    const body = { scans: scans.slice(batch * scansPerCall, (batch + 1) * scansPerCall) };
    const taken = await call('POST', '/v1/scans', {
      body,
      headers: { 'x-forwarded-for': day.markers.addressOf(batch) },
    });
    assert.deepEqual([taken.status, taken.body?.['rejected']], [200, []], taken.text);
  });
}

/** Opens the live streams of pages; the answer closes them and says how many had been told of a change. */
async function openStreams(port: number, links: readonly string[]): Promise<() => Promise<number>> {
  const patience = new AbortController();
  const told = links.map(async (link) => {
    const answer = await fetch(`http://127.0.0.1:${port}${link}/live`, { signal: patience.signal });
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
    } catch {
      return text.includes('data: changed');
    }
    return text.includes('data: changed');
  });
  await sleep(200);
  return async () => {
    await sleep(500);
    patience.abort();
    return (await Promise.all(told)).filter(Boolean).length;
  };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const begun = performance.now();
  while (!isSo()) {
    assert.ok(performance.now() - begun < patienceMs, `waited in vain: ${what}`);
    await sleep(50);
  }
}

/** What must not leave a trace: calls that are wrong, each with a marked text where something might be written down. */
export async function bringTrouble({ markers: { mark, addressOf }, port, key }: Day): Promise<readonly Reply[]> {
  const call = callerOf(port, key);
  const stranger = callerOf(port);
  const headers = { 'x-forwarded-for': addressOf(9_999) };
  const bad = mark('er', 0);
  const scan = { carrier: 'dhl', tracking_number: bad, code: bad, local_time: bad };
  const text = `{"customer": {"name": "${bad}", "email": "${bad}`;
  return await Promise.all([
    call('PUT', `/v1/orders/${bad}`, { headers, body: text }),
    call('PUT', `/v1/orders/${bad}`, { headers, body: { [bad]: bad, customer: { email: bad, [bad]: [bad] } } }),
    call('PUT', `/v1/orders/${bad}`, {
      headers,
      body: { ...orderOf({ mark } as Markers, 1), parcels: [{ carrier: bad }] },
    }),
    call('PUT', `/v1/orders/${bad}`, { headers: { ...headers, 'content-type': `text/${bad}` }, body: text }),
    call('PUT', `/v1/orders/${bad.repeat(20)}`, { headers, body: text }),
    call('PUT', `/v1/orders/${bad}`, { headers, body: `"${bad.repeat(20_000)}"` }),
    call('POST', '/v1/scans', { headers, body: { scans: [scan, { ...scan, carrier: bad }, bad, { [bad]: bad }] } }),
    call('GET', `/v1/orders/${bad}?${bad}=${bad}`, { headers }),
    call('GET', `/v1/parcels/${bad}`, { headers }),
    call('DELETE', `/v1/orders/${bad}`, { headers }),
    stranger('GET', `/v1/orders/${bad}`, { headers: { ...headers, authorization: `Bearer gp_${bad}` } }),
    stranger('GET', `/${bad}/${bad}?${bad}`, {
      headers: { ...headers, 'user-agent': bad, referer: `https://${bad}.example/` },
    }),
    stranger('GET', `/t/${bad}`, { headers: { ...headers, accept: 'text/html', 'accept-language': bad, cookie: bad } }),
    stranger('GET', `/t/${bad}/live`, { headers }),
    stranger('GET', `/t/%zz${bad}`, { headers }),
    stranger('GET', `/console/enter/${bad}`, { headers }),
    stranger('POST', `/console/enter/${bad}`, { headers: { ...headers, origin: `https://${bad}` }, body: bad }),
    stranger('POST', `/v1/carriers/${bad}/push/${bad}`, {
      headers: { ...headers, 'x-glasspost-push-token': bad },
      body: { bad },
    }),
    stranger('POST', `/v1/carriers/dhl/push/acc_${bad}`, { headers, body: bad }),
  ]);
}
