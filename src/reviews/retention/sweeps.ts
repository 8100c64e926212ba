import { sweepOf, type Sweep } from '#privacy';
import { statements as pictures } from '../pictures/store.ts';

/**
 * What people wrote goes when nothing is left of their orders, and with them. Pictures that nobody sent in the end, or whose
 * review is gone, go before.
 */
export const reviewsSweeps: readonly Sweep[] = [
  sweepOf('import', { 'reviews.picture': { past: pictures.pastLoose, drop: pictures.dropLoose } }),
];
