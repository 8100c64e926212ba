import { sweepOf, type Sweep } from '#privacy';
import { statements } from './store.ts';

export const consoleSweeps: readonly Sweep[] = [
  sweepOf('session', {
    'console.link': { past: statements.pastLinks, drop: statements.dropLinks },
    'console.session': { past: statements.pastSessions, drop: statements.dropSessions },
  }),
];
