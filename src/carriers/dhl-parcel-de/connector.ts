import type { Connector } from '../contract.ts';
import { serviceOf } from '../dhl-unified/meaning.ts';
import { zoneAt as unifiedZoneAt } from '../dhl-unified/shipment.ts';
import { ask } from './ask.ts';
import { manifest } from './manifest.ts';
import { meaning } from './meaning.ts';
import { zoneAt } from './piece.ts';
import { read } from './read.ts';

export const dhlParcelDe: Connector = {
  manifest,
  read,
  ask,
  meaning,
  // A code with a service in front is one of the unified interface.
  zoneAt: (place, code) => (serviceOf(code) === null ? zoneAt(place) : unifiedZoneAt(place, code)),
  authorize: null,
  push: null,
};
