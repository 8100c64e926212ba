import type { Sweep } from '#privacy';

/** None of its own: what people wrote goes when nothing is left of their orders, and with them. */
export const reviewsSweeps: readonly Sweep[] = [];
