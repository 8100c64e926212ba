import { sweepOf, type Sweep } from '#privacy';
import { statements } from '../requests/store.ts';

export const rightsSweeps: readonly Sweep[] = [
  sweepOf('request', { 'rights.request': { past: statements.pastRequests, drop: statements.dropRequests } }, [
    'rights.request_step',
  ]),
];
