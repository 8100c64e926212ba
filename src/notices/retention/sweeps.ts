import { sweepOf, type Sweep } from '#privacy';
import { statements } from './store.ts';

export const noticesSweeps: readonly Sweep[] = [
  sweepOf(
    'notice',
    {
      'notices.told': { past: statements.pastTold, drop: statements.dropTold, waits: true },
      'notices.notice': { past: statements.pastNotices, drop: statements.dropNotices, waits: true },
      'notices.message': { past: statements.pastMessages, drop: statements.dropMessages, waits: true },
    },
    ['notices.attempt', 'notices.outcome'],
  ),
];
