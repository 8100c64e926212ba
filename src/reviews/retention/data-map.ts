import type { RoomMap } from '#privacy';

/** What this room keeps about people. */
export const reviewsData: RoomMap = {};
