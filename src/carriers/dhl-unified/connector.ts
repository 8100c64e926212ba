import type { Connector } from '../contract.ts';
import { ask } from './ask.ts';
import { manifest } from './manifest.ts';
import { meaning } from './meaning.ts';
import { readPush, subscribe, subscribed } from './push.ts';
import { read } from './read.ts';
import { zoneAt } from './shipment.ts';

export const dhlUnified: Connector = {
  manifest,
  read,
  authorize: null,
  ask,
  meaning,
  zoneAt,
  push: { subscribe, subscribed, refused: () => [], readPush, daysMax: null, client: null },
};
