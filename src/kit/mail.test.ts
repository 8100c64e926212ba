import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createAuthority } from '#kit/certificate';
import { Fault } from '#kit/fault';
import { createSmtpTransport, type Mail, type MailNeeds, type MailTransport } from '#kit/mail';

const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends.toReversed()) await end();
});

type Caught = { readonly to: string; readonly raw: string; readonly secure: boolean; readonly user: unknown };
type TestRelay = { readonly port: number; readonly caught: Caught[]; readonly cut: () => void; connections: number };

/** A real SMTP server; `options` make it misbehave. */
async function startRelay(options: SMTPServerOptions = {}): Promise<TestRelay> {
  const sockets = new Set<Socket>();
  const relay: TestRelay = { port: 0, caught: [], connections: 0, cut: () => sockets.forEach((one) => one.destroy()) };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.cert === undefined ? ['STARTTLS'] : [],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onData: (stream, session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        const to = session.envelope.rcptTo.map((one) => one.address).join();
        relay.caught.push({ to, raw, secure: session.secure, user: session.user });
        answer(null);
      });
    },
    ...options,
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    relay.connections += 1;
    sockets.add(socket);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done()));
  ends.push(() => new Promise((done) => server.close(() => done())));
  return Object.assign(relay, { port: (server.server.address() as AddressInfo).port });
}

function open(url: string, more: Partial<MailNeeds> = {}): MailTransport & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const transport = createSmtpTransport({ url, operator: null, log: (line) => lines.push(line), ...more });
  ends.push(transport.close);
  return { ...transport, lines };
}

function mail(number = 1, to = `kunde${number}@kunde.example`): Mail {
  return {
    from: { name: 'Nordlicht Keramik', address: 'hallo@nordlicht-keramik.example' },
    to: { name: null, address: to },
    subject: `Bestellung ${number}`,
    html: `<p>Grüße ${number}</p>`,
    text: `Grüße ${number}`,
    messageId: `<ntc-${number}@nordlicht-keramik.example>`,
    references: [],
    headers: {},
    language: 'de',
    sentAt: Temporal.Instant.from('2026-11-22T17:00:00Z'),
  };
}

const unavailable = (error: unknown): boolean =>
  error instanceof Fault && error.code === 'unavailable' && !`${error.message}${error.stack}`.includes('kunde');
const no = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });
const accepted = { accepted: true };
const refused = (permanent: boolean, answer: string): unknown => ({ no: 'refused', permanent, answer });

test('a mail goes over one kept line, with a password, without TLS only on this machine', async () => {
  const relay = await startRelay({
    authOptional: false,
    onAuth: (auth, _session, answer) =>
      answer(auth.password === 'p@ss:w' ? null : new Error('no'), { user: auth.username }),
  });
  const transport = open(`smtp://shop:p%40ss%3Aw@127.0.0.1:${relay.port}`);
  for (const number of [1, 2, 3]) assert.deepEqual(await transport.send(mail(number)), accepted);
  assert.equal(relay.connections, 1);
  assert.deepEqual(
    relay.caught.map((one) => [one.to, one.user]),
    [1, 2, 3].map((number) => [`kunde${number}@kunde.example`, 'shop']),
  );
  assert.match(relay.caught[0]?.raw ?? '', /Gr=C3=BC=C3=9Fe 1/u);
});

test('fifty mails at once use at most five lines and arrive once each', async () => {
  const relay = await startRelay();
  const transport = open(`smtp://127.0.0.1:${relay.port}`);
  const numbers = Array.from({ length: 50 }, (_, at) => at);
  const answers = await Promise.all(numbers.map((number) => transport.send(mail(number))));
  assert.ok(answers.every((answer) => 'accepted' in answer));
  assert.ok(relay.connections <= 5, `${relay.connections} lines`);
  assert.equal(new Set(relay.caught.map((one) => one.to)).size, 50);
  assert.equal(relay.caught.length, 50);
});

test('required TLS proves the relay’s name before a byte of the mail goes out', async () => {
  const authority = createAuthority('Test authority');
  const { certPem, keyPem } = authority.issue(['localhost']);
  const relay = await startRelay({ cert: certPem, key: keyPem });
  const url = `smtp://localhost:${relay.port}?tls=required`;
  assert.deepEqual(await open(url, { caPem: authority.caPem }).send(mail()), accepted);
  assert.equal(relay.caught[0]?.secure, true);
  const distrustful = open(url);
  await assert.rejects(distrustful.send(mail()), unavailable);
  assert.match(distrustful.lines.join(), /ETLS|ESOCKET/u);
  const misnamed = open(`smtp://127.0.0.1:${relay.port}?tls=required`, { caPem: authority.caPem });
  await assert.rejects(misnamed.send(mail()), unavailable);
  assert.equal(relay.caught.length, 1);
});

test('required TLS never falls back to plain text', async () => {
  const relay = await startRelay();
  await assert.rejects(open(`smtp://127.0.0.1:${relay.port}?tls=required`).send(mail()), unavailable);
  assert.equal(relay.caught.length, 0);
});

test('TLS from the first byte works, and offered TLS is taken', async () => {
  const { certPem, keyPem } = createAuthority('Test authority').issue(['relay.example']);
  const wrapped = await startRelay({ secure: true, cert: certPem, key: keyPem });
  assert.deepEqual(await open(`smtps://127.0.0.1:${wrapped.port}`).send(mail()), accepted);
  const offering = await startRelay({ cert: certPem, key: keyPem });
  assert.deepEqual(await open(`smtp://127.0.0.1:${offering.port}`).send(mail()), accepted);
  assert.equal(offering.caught[0]?.secure, true);
});

test('a no of the relay says only its code and whether it is for good', async () => {
  const answers = new Map([
    ['full@kunde.example', no(452, '4.2.2 <full@kunde.example> is full')],
    ['gone@kunde.example', no(550, '5.1.1 <gone@kunde.example> is unknown')],
  ]);
  const relay = await startRelay({
    onRcptTo: ({ address }, _session, answer) => answer(answers.get(address) ?? null),
  });
  const transport = open(`smtp://127.0.0.1:${relay.port}`);
  assert.deepEqual(await transport.send(mail(1, 'gone@kunde.example')), refused(true, '550 5.1.1'));
  assert.deepEqual(await transport.send(mail(1, 'full@kunde.example')), refused(false, '452 4.2.2'));
  assert.deepEqual(await transport.send(mail(1, 'not an address')), refused(true, '553 5.1.3'));
  assert.deepEqual(await transport.send(mail(2)), accepted);
  assert.ok(relay.connections <= 2, 'a no does not cost a line');
  assert.deepEqual(transport.lines, []);
});

test('a no after the text counts as much as one before it', async () => {
  const codes = [no(451, '4.3.0 later'), no(550, '5.7.1 not like this')];
  const relay = await startRelay({
    onData: (stream, _session, answer) => {
      stream.resume().on('end', () => answer(codes.shift()));
    },
  });
  const transport = open(`smtp://127.0.0.1:${relay.port}`);
  assert.deepEqual(await transport.send(mail()), refused(false, '451 4.3.0'));
  assert.deepEqual(await transport.send(mail()), refused(true, '550 5.7.1'));
});

test('a relay that closes for a while is unavailable, then takes mail again, and the log says both once', async () => {
  let open421 = 2;
  const relay = await startRelay({
    onMailFrom: (_from, _session, answer) => {
      open421 -= 1;
      answer(open421 >= 0 ? no(421, '4.3.2 closing') : null);
    },
  });
  const transport = open(`smtp://127.0.0.1:${relay.port}`);
  await assert.rejects(transport.send(mail()), unavailable);
  await assert.rejects(transport.send(mail()), unavailable);
  assert.deepEqual(await transport.send(mail()), accepted);
  assert.deepEqual(
    transport.lines.map((line) => line.replace(/^the mail relay \S+ /u, '')),
    ['takes no mail: EENVELOPE 421 4.3.2', 'takes mail again'],
  );
});

test('a wrong password or a refused sender is the shop’s trouble, never the customer’s', async () => {
  const locked = await startRelay({
    authOptional: false,
    onAuth: (_auth, _session, answer) => answer(no(535, '5.7.8 no')),
  });
  const transport = open(`smtp://shop:wrong@127.0.0.1:${locked.port}`);
  await assert.rejects(transport.send(mail()), unavailable);
  assert.doesNotMatch(transport.lines.join(), /wrong/u);
  const strict = await startRelay({ onMailFrom: (_from, _session, answer) => answer(no(553, '5.7.1 not yours')) });
  await assert.rejects(open(`smtp://127.0.0.1:${strict.port}`).send(mail()), unavailable);
  const closed = await startRelay({ onConnect: (_session, answer) => answer(no(554, 'no service')) });
  await assert.rejects(open(`smtp://127.0.0.1:${closed.port}`).send(mail()), unavailable);
});

test('a line that breaks in the middle of a mail is not tried again behind the caller’s back', async () => {
  let attempts = 0;
  const relay = await startRelay({
    onData: (stream) => {
      attempts += 1;
      stream.once('data', () => relay.cut());
    },
  });
  await assert.rejects(open(`smtp://127.0.0.1:${relay.port}`).send(mail()), unavailable);
  assert.equal(attempts, 1);
});

test('a kept line that the relay dropped meanwhile is replaced without losing the mail', async () => {
  const relay = await startRelay();
  const transport = open(`smtp://127.0.0.1:${relay.port}`);
  assert.deepEqual(await transport.send(mail(1)), accepted);
  relay.cut();
  assert.deepEqual(await transport.send(mail(2)), accepted);
  assert.deepEqual(
    relay.caught.map((one) => one.to),
    ['kunde1@kunde.example', 'kunde2@kunde.example'],
  );
});

test('a slow relay is waited for, a silent or absent one is given up', async () => {
  const slow = await startRelay({ onMailFrom: (_from, _session, answer) => void setTimeout(() => answer(null), 150) });
  assert.deepEqual(await open(`smtp://127.0.0.1:${slow.port}`, { silenceMsMax: 2_000 }).send(mail()), accepted);
  const silent = createServer(() => {});
  await new Promise<void>((done) => void silent.listen(0, '127.0.0.1', done));
  const { port } = silent.address() as AddressInfo;
  const waiting = open(`smtp://127.0.0.1:${port}`, { silenceMsMax: 200 });
  await assert.rejects(waiting.send(mail()), unavailable);
  assert.match(waiting.lines.join(), /ETIMEDOUT/u);
  await waiting.close();
  silent.close();
  const abrupt = createServer((socket) => void socket.destroy());
  await new Promise<void>((done) => void abrupt.listen(0, '127.0.0.1', done));
  await assert.rejects(open(`smtp://127.0.0.1:${(abrupt.address() as AddressInfo).port}`).send(mail()), unavailable);
  abrupt.close();
  const absent = open(`smtp://127.0.0.1:${port}`);
  await assert.rejects(absent.send(mail()), unavailable);
  assert.match(absent.lines.join(), /ECONNREFUSED/u);
});

test('closing lets a mail on its way finish and fails those that wait', async () => {
  const relay = await startRelay({ onMailFrom: (_from, _session, answer) => void setTimeout(() => answer(null), 200) });
  const transport = open(`smtp://127.0.0.1:${relay.port}`, { connectionsMax: 1 });
  const first = transport.send(mail(1));
  const second = transport.send(mail(2));
  const failed = assert.rejects(second, unavailable);
  await new Promise((done) => setTimeout(done, 100));
  await transport.close();
  assert.deepEqual(await first, accepted);
  await failed;
  await assert.rejects(transport.send(mail(3)), unavailable);
});

test('who runs the relay is known', () => {
  assert.equal(open('smtps://mail.example', { operator: 'Mail Ltd' }).operator, 'Mail Ltd');
});
