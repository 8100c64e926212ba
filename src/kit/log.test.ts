import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync } from 'node:fs';
import { suite, test } from 'node:test';
import { Fault } from '#kit/fault';
import { createLog, type LogFields, type LogLevel } from '#kit/log';

type Line = Record<string, unknown> & { readonly error?: Record<string, unknown> };

function caught(level: LogLevel = 'info') {
  const raw: string[] = [];
  const log = createLog({ level, destination: { write: (line) => raw.push(line) } });
  return { log, raw, lines: () => raw.map((line) => JSON.parse(line) as Line) };
}

suite('the log', () => {
  test('a line says when, how bad, what and the fields, and no host or process', () => {
    const { log, lines } = caught();
    log.info('egress answered', { host: 'api.carrier.example', status: 200, kept: true, reason: null });
    const [line] = lines();
    assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT/);
    assert.deepEqual(
      { ...line, time: null },
      {
        level: 'info',
        time: null,
        host: 'api.carrier.example',
        status: 200,
        kept: true,
        reason: null,
        event: 'egress answered',
      },
    );
  });

  test('what is no plain value stays out, what is too long is cut, and own names are kept apart', () => {
    const { log, lines } = caught();
    const hostile = {
      body: { email: 'a@b.example' },
      list: ['x'],
      long: 'y'.repeat(5_000),
      event: 'forged',
      level: 'forged',
    };
    log.warn('checked', hostile as unknown as LogFields);
    const [line] = lines();
    assert.equal(line?.['body'], undefined);
    assert.equal(line?.['list'], undefined);
    assert.equal(String(line?.['long']).length, 301);
    assert.equal(line?.['event'], 'checked');
    assert.equal(line?.['level'], 'warn');
    assert.equal(line?.['event_'], 'forged');
  });

  test('an error is written without its message, which may quote what it was given', () => {
    const { log, raw, lines } = caught();
    const inner = Object.assign(new Error('duplicate key (email)=(mina@example.org)\n    at secret (a.ts:1:1) mina'), {
      code: '23505',
    });
    log.error('request failed', new TypeError('cannot read mina@example.org', { cause: inner }));
    assert.ok(!raw.join('').includes('mina'));
    const error = lines()[0]?.error;
    assert(error !== undefined);
    assert.equal(error['name'], 'TypeError');
    assert.equal(error['text'], null);
    assert.equal((error['cause'] as Record<string, unknown>)['code'], '23505');
    const stack = error['stack'] as string[];
    assert.ok(stack.length > 0 && stack.every((frame) => frame.startsWith('at ')));
  });

  test('a Fault is written with its code and its internal text', () => {
    const { log, lines } = caught();
    log.error('request failed', new Fault('unavailable', 'Try again.', { internal: 'database away (57P01)' }));
    const [line] = lines();
    assert.equal(line?.error?.['code'], 'unavailable');
    assert.equal(line?.error?.['text'], 'database away (57P01)');
  });

  test('a thrown value that is no error, a cause that goes in circles and a line break cannot break a line', () => {
    const { log, raw, lines } = caught();
    const circle = new Error('round');
    circle.cause = circle;
    log.error('one', 'mina@example.org');
    log.error('two', circle);
    log.info('three', { text: 'a\n{"level":"forged"}' });
    log.error('four');
    assert.ok(!raw.join('').includes('mina'));
    assert.equal(lines().length, 4);
    assert.ok(raw.every((line) => line.indexOf('\n') === line.length - 1));
    assert.equal(lines()[3]?.error, undefined);
  });

  test('below its level it is silent', () => {
    const { log, raw } = caught('error');
    log.info('one');
    log.warn('two');
    log.error('three');
    assert.equal(raw.length, 1);
  });

  // A device of Linux that takes nothing, as a full disk does.
  const full = '/dev/full';
  test('a full disk stops nobody', { skip: existsSync(full) ? false : 'there is no full disk here' }, async () => {
    const file = openSync(full, 'w');
    const log = createLog({ level: 'info', destination: file });
    for (let line = 0; line < 3; line += 1) assert.doesNotThrow(() => log.info('written in vain', { line }));
    await new Promise(setImmediate);
    closeSync(file);
  });
});
