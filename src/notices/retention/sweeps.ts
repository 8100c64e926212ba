import { sweepOf, type Sweep } from '#privacy';
import { statements } from './store.ts';

export const noticesSweeps: readonly Sweep[] = [
  sweepOf(
    'notice',
    {
      'notices.told': { past: statements.pastTold, drop: statements.dropTold },
      'notices.notice': { past: statements.pastNotices, drop: statements.dropNotices },
    },
    ['notices.attempt', 'notices.outcome'],
  ),
];
