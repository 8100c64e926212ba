import { forgetOf, sweepOf, type Forget, type Sweep } from '#privacy';
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

export const noticesForget: Forget = forgetOf('person', {
  'notices.told': statements.dropToldOf,
  'notices.attempt': statements.dropAttemptsOf,
  'notices.outcome': statements.dropOutcomesOf,
  'notices.notice': statements.dropNoticesOf,
});
