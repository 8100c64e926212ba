import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createPrivacy } from '#privacy';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { createTestLog, witnessPolicy } from '../../../test/fixtures/test-log.ts';
import { openGround } from '../../../test/ground.ts';
import { readable } from '../../../test/stories/calls.ts';

const ground = await openGround();
const other = createTestLog('other.example/ledger');
const privacy = createPrivacy({
  ...ground,
  publicUrl: 'https://shop.example',
  send: async ({ url }) => {
    const text = url.endsWith('/witness/keys') ? witnessPolicy('other.example') : other.get('keys');
    return { status: url.includes('other.example') ? 200 : 404, headers: {}, bytes: Buffer.from(text ?? '') };
  },
});
const house = await openConsoleHouse({ privacy });
after(async () => {
  await house.close();
  await ground.close();
});

test('Staff add a witness, compare fingerprints, and remove it; what is no ledger is refused beside its field.', async () => {
  const cookie = await house.signIn({ 'accept-language': 'en' });
  const page = async () => readable((await house.ask('/console/witnesses', { cookie })).text);
  assert.match(await page(), /Nobody signs your ledger but you/);
  const add = (url: string) => house.ask('/console/witnesses', { method: 'POST', cookie, form: { url } });
  for (const [url, says] of [
    ['http://other.example/ledger/', /no address of another shop/],
    ['<script>', /no address of another shop/],
    ['https://nowhere.example/ledger/', /no ledger with a witness/],
  ] as const) {
    const { status, text } = await add(url);
    assert.deepEqual([status, says.test(readable(text))], [422, true], url);
    assert.ok(!text.includes('<script>'));
  }
  const added = await add('https://other.example/ledger/');
  const id = /#(wit_\w+)$/.exec(added.headers.get('location') ?? '')?.[1] ?? '';
  assert.deepEqual([added.status, id === ''], [303, false]);
  assert.match(await page(), /other\.example.*Of the ledger (?:[0-9a-f]{4} ?){8}.*Of the witness/s);
  assert.equal((await add('https://other.example/ledger/')).status, 422);
  const removed = await house.ask('/console/witnesses/remove', { method: 'POST', cookie, form: { witness: id } });
  assert.match(removed.headers.get('location') ?? '', /done=witness_removed/);
  const again = await house.ask('/console/witnesses/remove', { method: 'POST', cookie, form: { witness: id } });
  assert.match(again.headers.get('location') ?? '', /failed=witness_unknown/);
});
