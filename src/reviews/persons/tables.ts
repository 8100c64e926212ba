import type { HeldTable } from '#privacy';

/** What this room holds about somebody, table by table. */
export const reviewsTables: readonly HeldTable[] = [];
