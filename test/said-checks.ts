import assert from 'node:assert/strict';
import { sayCheck, type Check } from '#doctor';

/** State and code of each, once it has been said in every language. */
export function saidOf(checks: readonly Check[]): string {
  for (const check of checks) {
    for (const language of ['en', 'de-AT']) assert.notEqual(sayCheck(language, check).what, '', check.code);
    assert.ok(check.state === 'good' || check.state === 'unknown' || sayCheck('de', check).mend !== '', check.code);
  }
  return checks.map(({ state, code }) => `${state} ${code}`).join(', ');
}
