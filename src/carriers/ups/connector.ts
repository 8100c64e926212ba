import type { Connector } from '../contract.ts';
import { ask, readToken, tokenRequest } from './ask.ts';
import { meaning } from './codes.ts';
import { manifest } from './manifest.ts';
import { client, daysMax, readPush, refused, subscribe, subscribed } from './push.ts';
import { read } from './read.ts';
import { zoneAt } from './scan.ts';

export const ups: Connector = {
  manifest,
  read,
  authorize: { request: tokenRequest, read: readToken },
  ask,
  meaning,
  zoneAt,
  push: { subscribe, subscribed, refused, readPush, daysMax, client },
};
