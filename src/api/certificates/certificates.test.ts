import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import {
  tlsWithoutAuthority,
  unreachableDirectory,
  unservedName as name,
} from '../../../test/authorities/unreachable.ts';
import { openGround } from '../../../test/ground.ts';
import { serveApi } from '../../../test/served-api.ts';

const ground = await openGround();
const { database, privacy, jobs, clock, shop } = ground;
const tls = tlsWithoutAuthority(ground);
const served = await serveApi({ ...ground, tls });
after(async () => {
  await served.close();
  await ground.close();
});
const { key } = await served.api.keys.create(shop.shopId, 'watch', ['certificates'], 'test');
const list = async () => (await served.ask('GET', '/v1/certificates', { key })).json;
const renew = async (body: object) => await served.ask('POST', '/v1/certificates/renew', { key, body });

test('a name is ordered once more, under the name of the key, and the list says what came of it', async () => {
  assert.deepEqual((await renew({ name })).json, { ordered: true });
  const [entry] = await privacy.audits(database, null, 1);
  assert.equal(entry?.verb, 'certificate.renew');
  assert.match(entry.actor, /^key key_/);
  await jobs.runDue();
  assert.deepEqual(await list(), {
    certificates: [
      {
        ...{ name, authority: null, not_before: null, not_after: null, left_of_life: null, revoked: false },
        next_at: '2026-11-20T08:02:00Z',
        delivery: null,
        failure: {
          ...{ why: 'The authority cannot be reached from this machine. It is asked again.', said: '' },
          ...{ authority: 'ca.example', failures: 1, failed_at: '2026-11-20T08:00:00Z' },
        },
      },
    ],
  });
});

test('nothing is ordered for other names, nor where the certificate is new', async () => {
  assert.deepEqual((await renew({ name: 'other.example' })).json, { ordered: false });
  assert.equal((await renew({ name: '' })).status, 422);
  const [from, until] = [clock.now(), clock.now().add({ hours: 24 })];
  const { certPem } = createAuthority('Example').issue([name], { from, until });
  await database.rows(
    `insert into tls.certificate (certificate_id, host, directory, chain, private, not_before, not_after, made_at)
     values ('01900000-0000-7000-8000-000000000001', $1, $2, $3, '', $4, $5, $4)`,
    [name, unreachableDirectory, certPem, from, until],
  );
  assert.deepEqual((await renew({ name })).json, { ordered: false });
});
