import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Fault } from '#kit/fault';
import type { Log } from '#kit/log';
import type { EventFeed, ServerEvent } from './route.ts';

export type StreamLimits = {
  readonly streamsMax: number;
  readonly streamsPerKeyMax: number;
  readonly heartbeatMs: number;
  /** Bytes that a client may leave unread before it is cut off. */
  readonly unreadBytesMax: number;
};

export type Streams = {
  /** @throws Fault('limit') when there are too many, in all or of this key */
  readonly mayOpen: (key: string) => void;
  /** Takes over a response whose headers are already written. */
  readonly run: (response: ServerResponse, feed: EventFeed) => void;
  readonly count: () => number;
  readonly endAll: () => void;
};

const retryMsLeast = 2_000;
const retryMsSpread = 4_000;

/** The open streams of server-sent events of this process. */
export function createStreams(needs: { readonly limits: StreamLimits; readonly log: Log }): Streams {
  const { limits } = needs;
  const open = new Set<ServerResponse>();
  const perKey = new Map<string, number>();
  let heartbeat: NodeJS.Timeout | null = null;

  const beat = (): void => {
    for (const response of open) write(response, ':\n\n', limits.unreadBytesMax);
  };
  const count = (key: string, change: 1 | -1): void => {
    const left = (perKey.get(key) ?? 0) + change;
    if (left === 0) perKey.delete(key);
    else perKey.set(key, left);
  };

  return {
    mayOpen: (key) => {
      if (open.size >= limits.streamsMax || (perKey.get(key) ?? 0) >= limits.streamsPerKeyMax) {
        throw new Fault('limit', 'Too many live connections are open; close one and try again.');
      }
    },
    run: (response, feed) => {
      open.add(response);
      count(feed.key, 1);
      heartbeat ??= setInterval(beat, limits.heartbeatMs).unref();
      const stop = start(response, feed, needs);
      response.once('close', () => {
        open.delete(response);
        count(feed.key, -1);
        if (open.size === 0 && heartbeat !== null) {
          clearInterval(heartbeat);
          heartbeat = null;
        }
        stop();
      });
    },
    count: () => open.size,
    endAll: () => {
      for (const response of open) response.end();
    },
  };
}

function start(
  response: ServerResponse,
  feed: EventFeed,
  needs: { readonly limits: StreamLimits; readonly log: Log },
): () => void {
  // Not all clients come back in the same moment after a restart.
  write(
    response,
    `retry: ${retryMsLeast + Math.floor(Math.random() * retryMsSpread)}\n\n`,
    needs.limits.unreadBytesMax,
  );
  try {
    return feed.open({
      send: (event) => write(response, eventText(event), needs.limits.unreadBytesMax),
      end: () => response.end(),
    });
  } catch (error) {
    needs.log.error('a stream could not be opened', error);
    response.end();
    return () => {};
  }
}

function write(response: ServerResponse, text: string, unreadBytesMax: number): void {
  if (response.writableEnded || response.destroyed) return;
  if (response.writableLength > unreadBytesMax) response.destroy();
  else response.write(text);
}

/** The wire form (HTML standard, "server-sent events"); every line of the text becomes a line of its own. */
export function eventText(event: ServerEvent): string {
  const { name = '', id = '', text } = event;
  assert(!/[\r\n\0]/.test(name + id), 'names and ids of events are one line');
  const head = `${name === '' ? '' : `event: ${name}\n`}${id === '' ? '' : `id: ${id}\n`}`;
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${head}${lines.join('')}\n`;
}
