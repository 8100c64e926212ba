import type { Sweep } from '#privacy';

/** What drops what is past its clock. */
export const serviceSweeps: readonly Sweep[] = [];
