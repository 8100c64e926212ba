import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Fault } from '#kit/fault';
import type { MailTransport } from '#kit/mail';
import { sealed } from '#privacy';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import type { Message } from '../notices.ts';
import { openRoom } from '../samples/room.ts';
import type { MessageKind } from './kinds.ts';

const ground = await openGround();
const room = await openRoom(ground);
const { database, privacy, shop } = ground;
after(async () => {
  await room.close();
  await ground.close();
});

const compose: MessageKind['compose'] = ({ shop: { name }, language, values }) => ({
  subject: `${language}: a code of ${name}`,
  preheader: 'for ten minutes',
  heading: `Your code: ${values['code'] ?? ''}`,
  blocks: [{ kind: 'paragraph', text: 'Type it in.' }],
});
room.notices.register('code', { minutesMax: 10, compose });
room.notices.register('last word', { minutesMax: 60, outlivesPerson: true, compose });

const secret = '48291357';
let count = 0;

async function somebody(more: object = {}) {
  count += 1;
  const customer = { id: `c-${count}`, name: 'Ada Beispiel', email: `ada${count}@kunde.example` };
  const { orderId, personId } = await ground.putOrder(`T-${count}`, exampleOrder({ customer, parcels: [], ...more }));
  const telling: Message = {
    ...{ shopId: shop.shopId, personId, orderId, kind: 'code', language: 'de', values: { code: secret } },
  };
  return { orderId, personId, telling, address: customer.email };
}

async function told(telling: Message): Promise<string> {
  const said = await database.tx((tx) => room.notices.tell(tx, telling));
  assert.ok('messageId' in said);
  return said.messageId;
}

/** Everything that lies in the database, as it would be stolen. */
async function everything(): Promise<string> {
  const rows = await database.rows<{ text: string }>(
    `select row_to_json(t)::text as text from notices.message t
     union all select row_to_json(t)::text from notices.outcome t union all select row_to_json(t)::text from mail.sent t
     union all select row_to_json(t)::text from privacy.disclosure t`,
    [],
  );
  return rows.map(({ text }) => text).join('\n');
}

/** A mail server of somebody else. */
function relayOf(operator: string, sent: string[], say: () => void = () => {}): MailTransport {
  return {
    operator,
    send: (mail) => {
      say();
      sent.push(`${mail.to.address} ${mail.messageId}`);
      return Promise.resolve({ accepted: true });
    },
    close: () => Promise.resolve(),
  };
}

test('a person gets what was told in the shop’s voice, and nothing of it lies in the database before or after', async () => {
  const { telling, address, personId } = await somebody();
  await told(telling);
  for (const form of [secret, Buffer.from(secret).toString('hex'), address]) {
    assert.ok(!(await everything()).includes(form), form);
  }
  await room.settle();
  const [mail] = room.mails();
  assert.ok(mail !== undefined);
  assert.equal(mail.subject, 'de: a code of Nordlicht');
  assert.match(mail.text ?? '', /Guten Tag Ada Beispiel,[\s\S]+Type it in\.[\s\S]+angefordert wurde/);
  assert.match(mail.html ?? '', new RegExp(secret));
  const [line] = await room.notices.messagesOf(database, personId);
  assert.deepEqual([line?.kind, line?.outcome], ['code', 'sent']);
  assert.deepEqual(await database.rows(`select 1 from notices.message where content is not null`, []), []);
});

test('it comes once, and again under the same Message-ID when the mail server was away', async () => {
  const sent: string[] = [];
  let isAway = true;
  const away = (): void => {
    if (isAway) throw new Fault('unavailable', 'away');
  };
  room.sendBy({ ...relayOf('Mailing Ltd', sent), send: async (mail) => relayOf('', sent, away).send(mail) });
  const { telling, personId } = await somebody();
  const messageId = await told(telling);
  await assert.rejects(room.settle(), /away/);
  isAway = false;
  for (let time = 0; time < 2; time += 1) {
    await database.tx((tx) => ground.jobs.add(tx, { task: 'notices.message', payload: { personId, messageId } }));
    await room.settle();
  }
  assert.equal(sent.length, 1);
  const disclosed = await privacy.disclosuresOf(database, personId);
  assert.deepEqual(
    disclosed.map(({ purpose, recipient, fields }) => [purpose, recipient, fields.join()]),
    [['answering a request', 'mail_relay: Mailing Ltd', 'email,message,name']],
  );
  room.sendBy(room.inside);
});

test('what is no use any more is not sent, nor what nobody would get', async () => {
  const late = await somebody();
  await told(late.telling);
  room.pass(601);
  await room.settle();
  assert.deepEqual(room.mails(), []);
  assert.equal((await room.notices.messagesOf(database, late.personId))[0]?.outcome, 'refused');

  const mute = await somebody({ customer: { id: 'mute', name: 'Ada' } });
  const say = (telling: Message) => database.tx((tx) => room.notices.tell(tx, telling));
  assert.deepEqual(await say(mute.telling), { no: 'no address' });
  const bounced = await somebody();
  const messageId = await told(bounced.telling);
  await room.settle();
  await database.tx((tx) => ground.mail.refused(tx, shop.shopId, messageId, '550 5.1.1'));
  assert.deepEqual(await say(bounced.telling), { no: 'suppressed' });
  const to = { email: sealed('email', 'neu@kunde.example'), name: null };
  assert.ok('messageId' in (await say({ ...bounced.telling, to })), 'another address is written to');
  await database.tx((tx) => privacy.dropKeys(tx, 'person', [bounced.personId]));
  assert.deepEqual(await say(bounced.telling), { no: 'erased' });
  room.mails();
});

test('the last word reaches somebody whose data is gone, and goes itself', async () => {
  const sent: string[] = [];
  room.sendBy(relayOf('Mailing Ltd', sent));
  const { telling, personId, address } = await somebody();
  const messageId = await database.tx(async (tx) => {
    const said = await room.notices.tell(tx, { ...telling, kind: 'last word' });
    await privacy.dropKeys(tx, 'person', [personId]);
    return 'messageId' in said ? said.messageId : '';
  });
  const rows = await database.rows<{ personId: string }>(
    `select person_id as "personId" from notices.message where message_id = $1`,
    [messageId],
  );
  assert.notEqual(rows[0]?.personId, personId);
  await room.settle();
  assert.match(sent[0] ?? '', new RegExp(`^${address} `));
  assert.equal((await privacy.disclosuresOf(database, personId)).length, 1, 'disclosed while there was somebody');
  for (const table of ['notices.message', 'privacy.person_key', 'mail.sent', 'notices.outcome']) {
    const left = await database.rows(`select 1 from ${table} where person_id = $1`, [messageId]);
    assert.deepEqual(left, [], table);
  }
  room.sendBy(room.inside);
});

test('a shop that is forgotten leaves no message', async () => {
  const { telling } = await somebody();
  await told(telling);
  await database.tx((tx) => room.notices.forgetShop(tx, shop.shopId));
  assert.deepEqual(await database.rows(`select 1 from notices.message`, []), []);
  await room.settle();
  assert.deepEqual(room.mails(), []);
});
