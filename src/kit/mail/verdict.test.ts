import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { verdictOf, type Verdict } from './verdict.ts';

function failure(fields: Readonly<Record<string, string>>): Error {
  return Object.assign(new Error('it failed for anna@kunde.example'), fields);
}

const mail = (permanent: boolean, answer: string): Verdict => ({ of: 'mail', permanent, answer });
const relay = (reason: string): Verdict => ({ of: 'relay', reason });

test('an answer is blamed on the mail, on the recipient or on the relay', () => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, Verdict])[] = [
    [{ code: 'EENVELOPE', command: 'RCPT TO', response: '550 5.1.1 <a@b.example> unknown' }, mail(true, '550 5.1.1')],
    [{ code: 'EENVELOPE', command: 'RCPT TO', response: '550 no such user' }, mail(true, '550')],
    [{ code: 'EENVELOPE', command: 'RCPT TO', response: '452-4.2.2 full\r\n452 4.2.2 x' }, mail(false, '452 4.2.2')],
    [{ code: 'EENVELOPE', command: 'RCPT TO', response: '450 4.7.1 greylisted' }, mail(false, '450 4.7.1')],
    [{ code: 'EENVELOPE', command: 'DATA', response: '554 5.5.1 no valid recipients' }, mail(true, '554 5.5.1')],
    [{ code: 'EMESSAGE', command: 'DATA', response: '550 5.7.1 looks like spam' }, mail(true, '550 5.7.1')],
    [{ code: 'EMESSAGE', command: 'DATA', response: '451 4.3.0 later' }, mail(false, '451 4.3.0')],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', response: '451 4.7.1 later' }, mail(false, '451 4.7.1')],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', response: '552 5.3.4 too big' }, mail(true, '552 5.3.4')],
    [{ code: 'EMESSAGE', command: 'MAIL FROM' }, mail(true, '552 5.3.4')],
    [
      { code: 'EENVELOPE', command: 'RCPT TO', response: '550 5.1.1 x: User unknown in relay recipient table' },
      mail(true, '550 5.1.1'),
    ],
    [
      { code: 'EENVELOPE', command: 'RCPT TO', response: '554 5.7.1 <a@b.example>: Relay access denied' },
      relay('EENVELOPE 554 5.7.1'),
    ],
    [{ code: 'EENVELOPE', command: 'RCPT TO', response: '550 relay not permitted' }, relay('EENVELOPE 550')],
    [{ code: 'EENVELOPE', command: 'RCPT TO', response: '550 5.7.54 Unable to relay' }, relay('EENVELOPE 550 5.7.54')],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', response: '553 5.7.1 not your sender' }, relay('EENVELOPE 553 5.7.1')],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', response: '530 5.7.0 sign in' }, relay('EENVELOPE 530 5.7.0')],
    [{ code: 'EENVELOPE', command: 'RCPT TO', response: '421 4.3.2 closing' }, relay('EENVELOPE 421 4.3.2')],
    [{ code: 'EMESSAGE', command: 'DATA', response: '503 bad sequence' }, relay('EMESSAGE 503')],
    [{ code: 'EAUTH', command: 'AUTH PLAIN', response: '535 5.7.8 wrong' }, relay('EAUTH 535 5.7.8')],
    [{ code: 'ECONNECTION', command: 'CONN', response: '554 no service' }, relay('ECONNECTION 554')],
    [{ code: 'ESOCKET', command: 'CONN', originalCode: 'ECONNREFUSED' }, relay('ESOCKET ECONNREFUSED')],
    [{ code: 'ETIMEDOUT', command: 'CONN', timeoutType: 'GREETING_TIMEOUT' }, relay('ETIMEDOUT GREETING_TIMEOUT')],
    [{ code: 'ETLS', command: 'STARTTLS', response: '454 4.7.0 not now' }, relay('ETLS 454 4.7.0')],
  ];
  for (const [fields, verdict] of cases) assert.deepEqual(verdictOf(failure(fields)), verdict, JSON.stringify(fields));
});

test('what is no error of the client is the relay’s trouble', () => {
  assert.deepEqual(verdictOf('x'), relay('ECONNECTION'));
  assert.deepEqual(verdictOf(new Error('x')), relay('ECONNECTION'));
});

test('no text of the relay gets into a verdict', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('EENVELOPE', 'EMESSAGE', 'ECONNECTION', 'EAUTH'),
      fc.constantFrom('MAIL FROM', 'RCPT TO', 'DATA', 'CONN'),
      fc.integer({ min: 200, max: 599 }),
      fc.string(),
      (code, command, status, text) => {
        const verdict = verdictOf(failure({ code, command, response: `${status} ${text} anna@kunde.example` }));
        const said = verdict.of === 'mail' ? verdict.answer : verdict.reason;
        assert.match(said, /^(E[A-Z]+ ?)?(\d{3})?( \d\.\d{1,3}\.\d{1,3})?$/u);
      },
    ),
  );
});
