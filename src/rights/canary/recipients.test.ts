import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recipientsOf } from './recipients.ts';

test('recipients are read from whatever came', () => {
  const raw = 'X: a@b.example\r\nTo: Ada\r\n <Ada@B.example>, "x y"@c\r\nCC: c@d.example\n\nTo: body@e.example';
  assert.deepEqual([...recipientsOf(Buffer.from(raw))], ['ada@b.example', 'c@d.example']);
  for (const bytes of ['', '\n\n', 'To:', '\0\xff'.repeat(1_000)]) recipientsOf(Buffer.from(bytes, 'latin1'));
});
