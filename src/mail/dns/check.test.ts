import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRecords, type Wanted } from './check.ts';

const domain = 'mail.shop.example';
const wanted: Wanted = { domain, pairs: [], bounceAddress: null, mailServer: 'smtp.relay.example' };

/** DNS of these texts and mail servers; of everything else it says that there is nothing. */
async function check(
  texts: Readonly<Record<string, readonly string[]>>,
  more: Partial<Wanted> = {},
  mx = ['a.example'],
) {
  const { records } = await checkRecords(
    { texts: async (name) => texts[name] ?? [], exchanges: async () => mx },
    { ...wanted, ...more },
  );
  return new Map(records.map((record) => [record.key, record]));
}

test('SPF is right when there is one record that lets somebody send and not everybody', async () => {
  const rows = [
    [['v=spf1 include:_spf.provider.example ~all'], 'ok'],
    [['v=spf1 ip4:192.0.2.0/24 -all', 'google-site-verification=1'], 'ok'],
    [['v=spf1 redirect=_spf.provider.example'], 'ok'],
    [['v=spf1 -all'], 'wrong'],
    [['v=spf1 a +all'], 'wrong'],
    [['v=spf1 mx all'], 'wrong'],
    [['v=spf1 mx ~all', 'v=spf1 a ~all'], 'wrong'],
    [['v=spf10 mx'], 'missing'],
    [[], 'missing'],
  ] as const;
  for (const [texts, state] of rows) {
    assert.equal((await check({ [domain]: texts })).get('spf')?.state, state, texts.join(' | '));
  }
});

test('what is suggested for SPF names the mail server as it can be named', async () => {
  const servers = ['smtp.relay.example', '192.0.2.25', '[2001:db8::25]', '127.0.0.1', null] as const;
  const values = await Promise.all(
    servers.map(async (mailServer) => (await check({}, { mailServer })).get('spf')?.value),
  );
  assert.deepEqual(values, [
    'v=spf1 a:smtp.relay.example ~all',
    'v=spf1 ip4:192.0.2.25 ~all',
    'v=spf1 ip6:2001:db8::25 ~all',
    'v=spf1 mx ~all',
    'v=spf1 mx ~all',
  ]);
});

test('DMARC of a domain above counts where the domain has none of its own', async () => {
  const above = { '_dmarc.shop.example': ['v=DMARC1; p=reject'] };
  assert.equal((await check(above)).get('dmarc')?.state, 'ok');
  assert.equal((await check({ ...above, [`_dmarc.${domain}`]: ['v=DMARC1; p=maybe'] })).get('dmarc')?.state, 'wrong');
  assert.equal((await check({ _dmarc: ['v=DMARC1; p=none'] })).get('dmarc')?.state, 'missing');
});

test('SPF and MX are those of the domain that mails come back to', async () => {
  const records = await check({ 'back.example': ['v=spf1 mx ~all'] }, { bounceAddress: 'b@back.example' });
  assert.deepEqual(
    [records.get('spf')?.state, records.get('spf')?.name, records.get('mx')?.name],
    ['ok', 'back.example', 'back.example'],
  );
  assert.equal((await check({}, {}, ['.'])).get('mx')?.state, 'wrong');
  assert.equal((await check({}, {}, [])).get('mx')?.state, 'missing');
});
