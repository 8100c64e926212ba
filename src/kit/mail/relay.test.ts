import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '#kit/fault';
import { readRelay, type Relay } from './relay.ts';

test('a relay is read from its address', () => {
  const cases: readonly (readonly [string, Partial<Relay>])[] = [
    ['smtp://mail.example', { host: 'mail.example', port: 587, tls: 'required', verified: true, account: null }],
    ['smtps://mail.example/', { port: 465, tls: 'wrapped', verified: true }],
    ['smtp://Mail.Example:25?tls=optional', { host: 'mail.example', port: 25, tls: 'offered', verified: false }],
    ['smtp://10.0.0.5', { host: '10.0.0.5', tls: 'required', verified: true }],
    ['smtp://127.0.0.1:2525', { tls: 'offered', verified: false }],
    ['smtp://127.8.9.1', { tls: 'offered' }],
    ['smtp://[::1]:25', { host: '::1', tls: 'offered' }],
    ['smtp://[2001:db8::1]', { host: '2001:db8::1', tls: 'required' }],
    ['smtp://localhost?tls=required', { tls: 'required', verified: true }],
    ['smtp://localhost.evil.example', { tls: 'required' }],
    ['smtp://127.0.0.1.evil.example', { tls: 'required' }],
    ['smtp://a%40b:p%3Aw%25@mail.example', { account: { user: 'a@b', password: 'p:w%' } }],
    ['smtp://u:p@localhost', { account: { user: 'u', password: 'p' }, tls: 'offered' }],
  ];
  for (const [url, expected] of cases) {
    const relay = readRelay(url);
    assert.deepEqual({ ...relay, ...expected }, relay, url);
  }
});

test('a wrong address is refused without repeating it', () => {
  const wrong = [
    '',
    'mail.example',
    'mail.example:587',
    'http://u:secret@mail.example',
    'smtp://',
    'smtp://u:secret@',
    'smtp://u:secret@mail.example/path',
    'smtp://u:secret@mail.example#x',
    'smtp://u:secret@mail.example:99999',
    'smtp://u:secret@mail.example?tls=no',
    'smtp://u:secret@mail.example?tls=optional',
    'smtp://u:secret@mail.example?proxy=http://x',
    'smtp://u:secret%zz@mail.example',
    'smtp://u@mail.example',
    'smtp://:secret@mail.example',
  ];
  for (const url of wrong) {
    assert.throws(
      () => readRelay(url),
      (error) => error instanceof Fault && error.code === 'invalid' && !error.message.includes('secret'),
      url,
    );
  }
});

test('off this machine no text gives a relay with a password and without checked TLS', () => {
  const host = fc.constantFrom('mail.example', '10.1.2.3', '8.8.8.8', '[2001:db8::1]', 'localhost.example');
  const scheme = fc.constantFrom('smtp', 'smtps');
  const option = fc.constantFrom('', '?tls=optional', '?tls=required', '?TLS=optional', '?tls=optional&tls=required');
  fc.assert(
    fc.property(scheme, host, option, (protocol, name, wish) => {
      try {
        const relay = readRelay(`${protocol}://u:p@${name}${wish}`);
        assert.ok(relay.verified && relay.tls !== 'offered');
      } catch (error) {
        assert.ok(error instanceof Fault);
      }
    }),
  );
});
