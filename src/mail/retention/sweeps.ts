import { sweepOf, type Sweep } from '#privacy';
import { statements } from './store.ts';

export const mailSweeps: readonly Sweep[] = [
  sweepOf('mail', {
    'mail.sent': { past: statements.pastSent, drop: statements.dropSent, waits: true },
    'mail.bounce': { past: statements.pastBounces, drop: statements.dropBounces, waits: true },
  }),
];
