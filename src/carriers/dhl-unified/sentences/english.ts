import { englishOutcomes } from './english-outcomes.ts';
import { englishWays } from './english-ways.ts';
import type { Group } from './group.ts';

/** DHL's English sentences. What became of a parcel is asked before how it went there. */
export const english: readonly Group[] = [...englishOutcomes, ...englishWays];
