import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { z } from 'zod';
import { Fault, type FieldError } from '#kit/fault';
import { parseInput } from './input.ts';

const order = z.strictObject({
  number: z.string().min(1).max(10),
  language: z.enum(['de', 'en']).optional(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })).max(2),
  'a/b~c': z.number().optional(),
  contact: z.union([z.object({ email: z.email() }), z.object({ phone: z.string(), country: z.string() })]).optional(),
});

function errorsOf(value: unknown): readonly FieldError[] {
  try {
    parseInput(order, value);
  } catch (error) {
    assert(error instanceof Fault);
    assert.equal(error.code, 'invalid');
    return error.errors;
  }
  return [];
}

const secret = 'mina@example.org';
const good = { number: 'A1', items: [{ sku: 's', quantity: 1 }] };

const rows: Readonly<Record<string, readonly [value: unknown, ...errors: readonly (readonly [string, string])[]]>> = {
  'what fits': [good],
  'a missing field': [{ items: [] }, ['/number', 'missing']],
  'a wrong type, deep down': [{ ...good, items: [{ sku: 7, quantity: 1 }] }, ['/items/0/sku', 'invalid_type']],
  'several wrong fields': [
    { number: '', items: [{ sku: 's', quantity: 0 }] },
    ['/number', 'too_small'],
    ['/items/0/quantity', 'too_small'],
  ],
  'an unknown field': [{ ...good, nmber: 1 }, ['/nmber', 'unknown_field']],
  'a value outside a list': [{ ...good, language: 'fr' }, ['/language', 'invalid_value']],
  'too many': [{ ...good, items: [good.items[0], good.items[0], good.items[0]] }, ['/items', 'too_big']],
  'a name with a slash and a tilde': [{ ...good, 'a/b~c': 'x' }, ['/a~1b~0c', 'invalid_type']],
  'the nearest shape of several': [{ ...good, contact: { email: 'x' } }, ['/contact/email', 'invalid_format']],
  'no shape at all': [{ ...good, contact: 5 }, ['/contact', 'invalid_type']],
  'no object at all': [null, ['', 'invalid_type']],
  'nothing at all': [undefined, ['', 'missing']],
};

suite('input is parsed at the door', () => {
  for (const [name, [value, ...errors]] of Object.entries(rows)) {
    test(name, () => {
      assert.deepEqual(
        errorsOf(value).map(({ pointer, code }) => [pointer, code]),
        errors,
      );
    });
  }

  test('messages are sentences that name what was expected, never what came', () => {
    const errors = errorsOf({
      number: [secret],
      language: secret,
      items: { secret },
      contact: { email: `${secret} ${secret}` },
    });
    assert.equal(errors.length, 4);
    for (const { message } of errors) {
      assert.ok(!message.includes('mina'), message);
      assert.match(message, /^[A-Z].*\.$/);
    }
    assert.equal(errors[0]?.message, 'Expected string.');
  });

  test('what comes back is what the schema made of it', () => {
    assert.deepEqual(parseInput(z.object({ n: z.string().transform(Number) }), { n: '7', more: 1 }), { n: 7 });
  });

  test('a long list of errors is cut', () => {
    const many = Array.from({ length: 500 }, () => secret);
    assert.throws(
      () => parseInput(z.array(z.number()), many),
      (error) => error instanceof Fault && error.errors.length === 50 && error.errors[49]?.pointer === '/49',
    );
  });

  test('any JSON is answered with a value or with pointers into it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const { pointer } of errorsOf(value)) assert.match(pointer, /^(?:\/(?:[^~/]|~[01])*)*$/);
      }),
    );
  });
});
