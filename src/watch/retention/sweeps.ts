import { forgetOf, type Forget } from '#privacy';
import { statements } from './store.ts';

export const watchForget: Forget = forgetOf('parcel', { 'watch.watched': statements.dropWatched });
