import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isScopeJudged } from '#rights';
import { scopes } from '../keys.ts';

test('the breach desk knows of every scope what a stolen key with it can see and do', () => {
  const unjudged = scopes.filter((scope) => !isScopeJudged(scope));
  assert.deepEqual(unjudged, [], 'say it in src/rights/breach/scopes.ts; until then everything is assumed');
});
