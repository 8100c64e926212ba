import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '#kit/clock';
import { createRecent } from './recent.ts';
import { createRendered } from './rendered.ts';

const start = Temporal.Instant.from('2026-11-20T08:00:40Z');

/** A shelf of orders whose pages say how they stand, with a count of what is done for it. */
function openShelf(limits?: { readonly pagesMax: number; readonly bytesMax: number }) {
  const clock = createManualClock(start);
  const states = new Map([
    ['one', 'packed'],
    ['two', 'sent'],
  ]);
  const done = { reads: 0, renders: 0 };
  let nowMs = 0;
  let hold: Promise<void> = Promise.resolve();
  const rendered = createRendered<{ about: string; told: string }, 'de' | 'en'>({
    clock,
    nowMs: () => nowMs,
    read: async (token) => {
      done.reads += 1;
      const state = states.get(token);
      await hold;
      return state === undefined ? null : { about: `order ${token}`, told: state };
    },
    render: (inputs, { wish }, minute) => {
      done.renders += 1;
      return Promise.resolve(`${inputs.about} ${inputs.told} ${wish} ${minute.toString()}`);
    },
    ...(limits === undefined ? {} : { limits }),
  });
  const ask = async (token: string, wish: 'de' | 'en' = 'en'): Promise<string | null> => {
    const page = await rendered.page({ token, wish });
    return page === null ? null : Buffer.from(page.body as Uint8Array).toString('utf8');
  };
  return {
    ...{ clock, states, done, rendered, ask },
    pass: (ms: number) => {
      nowMs += ms;
      clock.advanceTo(clock.now().add({ milliseconds: ms }));
    },
    holdReads: (until: Promise<void>) => {
      hold = until;
    },
  };
}

test('A page that was asked for is sent again without being rendered, and within a second without being looked at.', async () => {
  const { ask, done, pass } = openShelf();
  const first = await ask('one');
  assert.equal(first, 'order one packed en 2026-11-20T08:00:00Z');
  // The first time after it was rendered its inputs are looked at: nobody could have doubted what was not there.
  for (let time = 0; time < 5; time += 1) assert.equal(await ask('one'), first);
  assert.deepEqual(done, { reads: 2, renders: 1 });
  pass(999);
  await ask('one');
  assert.equal(done.reads, 2);
  pass(1);
  await ask('one');
  assert.deepEqual(done, { reads: 3, renders: 1 });
});

test('What changes without a word is seen after a second, what is doubted at once.', async () => {
  const { ask, states, rendered, pass } = openShelf();
  await ask('one');
  await ask('one');
  states.set('one', 'sent');
  assert.match((await ask('one')) ?? '', /packed/);
  pass(1_000);
  assert.match((await ask('one')) ?? '', /sent/);
  await ask('one');
  states.set('one', 'there');
  rendered.doubt(['order two']);
  assert.match((await ask('one')) ?? '', /sent/);
  rendered.doubt(['order one']);
  assert.match((await ask('one')) ?? '', /there/);
});

test('A doubt that comes while a page is being read or looked at is not lost.', async () => {
  const { ask, states, rendered, holdReads, pass } = openShelf();
  for (const before of ['nothing', 'a page']) {
    if (before === 'a page') pass(1_000);
    states.set('one', `old, with ${before}`);
    const held = Promise.withResolvers<void>();
    holdReads(held.promise);
    const early = ask('one');
    states.set('one', `new, with ${before}`);
    rendered.doubt(['order one']);
    holdReads(Promise.resolve());
    const late = ask('one');
    held.resolve();
    assert.match((await early) ?? '', /old/);
    assert.match((await late) ?? '', /new/);
    for (let time = 0; time < 3; time += 1) assert.match((await ask('one')) ?? '', new RegExp(`new, with ${before}`));
  }
});

test('A link that opens nothing any more is gone with its page.', async () => {
  const { ask, states, rendered, pass } = openShelf();
  await ask('one');
  await ask('one');
  states.delete('one');
  pass(1_000);
  assert.equal(await ask('one'), null);
  assert.deepEqual(rendered.size(), { pages: 0, bytes: 0 });
  assert.equal(await ask('never there'), null);
});

test('With the minute every page goes, so that its words move on with the time.', async () => {
  const { ask, rendered, pass } = openShelf();
  await ask('one');
  await ask('two');
  assert.equal(rendered.size().pages, 2);
  pass(20_000);
  assert.equal(await ask('one'), 'order one packed en 2026-11-20T08:01:00Z');
  assert.equal(rendered.size().pages, 1);
});

test('Orders and languages have pages of their own.', async () => {
  const { ask } = openShelf();
  for (let time = 0; time < 3; time += 1) {
    assert.match((await ask('one', 'de')) ?? '', /order one packed de/);
    assert.match((await ask('two', 'de')) ?? '', /order two sent de/);
    assert.match((await ask('one', 'en')) ?? '', /order one packed en/);
  }
});

test('However many ask for a page that is not there, it is rendered once.', async () => {
  const { ask, done } = openShelf();
  const pages = await Promise.all(Array.from({ length: 50 }, () => ask('one')));
  assert.equal(new Set(pages).size, 1);
  assert.deepEqual(done, { reads: 1, renders: 1 });
});

test('No more pages and bytes are kept than allowed; the one asked for least lately goes first.', async () => {
  const few = openShelf({ pagesMax: 3, bytesMax: 1_000_000 });
  for (let at = 0; at < 5; at += 1) few.states.set(`${at}`, 'x');
  for (const token of ['0', '1', '2', '0', '3']) await few.ask(token);
  assert.equal(few.rendered.size().pages, 3);
  const { renders } = few.done;
  for (const token of ['0', '2', '3']) await few.ask(token);
  assert.equal(few.done.renders, renders, 'these three were kept');
  await few.ask('1');
  assert.equal(few.done.renders, renders + 1, 'this one was not');

  const small = openShelf({ pagesMax: 1_000, bytesMax: 500 });
  for (let at = 0; at < 50; at += 1) {
    small.states.set(`${at}`, 'y');
    await small.ask(`${at}`);
    assert.ok(small.rendered.size().bytes <= 500);
  }
  assert.ok(small.rendered.size().pages > 5);
  small.states.set('large', 'z'.repeat(600));
  assert.match((await small.ask('large')) ?? '', /z{600}/);
  assert.deepEqual(small.rendered.size(), { pages: 0, bytes: 0 });
});

test('What many ask for is read once a second, and what was made of it goes with a change or with its minute.', async () => {
  const clock = createManualClock(start);
  const states = new Map([['shop', 'open']]);
  let [reads, nowMs] = [0, 0];
  const recent = createRecent<object, string>({
    clock,
    nowMs: () => nowMs,
    read: (key) => {
      reads += 1;
      const told = states.get(key);
      return told === 'broken'
        ? Promise.reject(new Error(told))
        : Promise.resolve(told === undefined ? null : { told });
    },
  });
  const pass = (ms: number): void => {
    nowMs += ms;
    clock.advanceTo(clock.now().add({ milliseconds: ms }));
  };
  const many = await Promise.all(Array.from({ length: 20 }, () => recent('shop')));
  const [first] = many;
  assert.ok(first !== undefined && first !== null);
  assert.ok(first.minute.equals('2026-11-20T08:00:00Z'));
  first.made.set('card', 'a card');
  pass(999);
  assert.equal((await recent('shop'))?.made.get('card'), 'a card');
  assert.equal(reads, 1);
  pass(1);
  assert.equal((await recent('shop'))?.made.get('card'), 'a card');
  assert.equal(reads, 2);
  states.set('shop', 'closed');
  pass(1_000);
  assert.equal((await recent('shop'))?.made.size, 0);
  (await recent('shop'))?.made.set('card', 'another');
  pass(18_000);
  assert.ok((await recent('shop'))?.minute.equals('2026-11-20T08:01:00Z'));
  assert.equal((await recent('shop'))?.made.size, 0);
  pass(1_000);
  states.set('shop', 'broken');
  await assert.rejects(recent('shop'));
  states.delete('shop');
  assert.equal(await recent('shop'), null);
  assert.equal(await recent('nobody'), null);
});
