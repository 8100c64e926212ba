import { forgetOf, sweepOf, type Forget, type Sweep } from '#privacy';
import { statements } from './store.ts';

export const mailSweeps: readonly Sweep[] = [
  sweepOf('mail', {
    'mail.sent': { past: statements.pastSent, drop: statements.dropSent },
    'mail.bounce': { past: statements.pastBounces, drop: statements.dropBounces },
  }),
];

export const mailForget: Forget = forgetOf('person', {
  'mail.sent': statements.dropSentTo,
  'mail.bounce': statements.dropBouncesOf,
  'mail.suppressed': statements.dropSuppressed,
  'mail.unsubscribed': statements.dropUnsubscribed,
});
