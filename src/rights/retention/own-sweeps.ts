import { sweepOf, type Sweep } from '#privacy';
import { statements as breaches } from '../breach/store.ts';
import { statements as canaries } from '../canary/store.ts';
import { statements } from '../requests/store.ts';

export const rightsSweeps: readonly Sweep[] = [
  sweepOf('request', { 'rights.request': { past: statements.pastRequests, drop: statements.dropRequests } }, [
    'rights.request_step',
  ]),
  // A case goes when nothing was written about it for so long.
  sweepOf(
    'audit',
    {
      'rights.breach_case': { past: breaches.pastCases, drop: breaches.dropCases },
      'rights.canary_use': { past: canaries.pastUses, drop: canaries.dropUses },
    },
    ['rights.breach_step'],
  ),
];
