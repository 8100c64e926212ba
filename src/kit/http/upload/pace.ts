import type { IncomingMessage, Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export type PaceLimits = {
  /** From the end of a request's head to the end of its body. */
  readonly requestTimeoutMs: number;
  /** Of a body that a route reads as it comes, at least so many bytes must arrive in each `requestTimeoutMs`. */
  readonly uploadBytesMin: number;
};

/**
 * How long a body may take. Node has one limit for all requests, so that one is set for the longest upload and this one
 * keeps the others short.
 */
export type Pace = {
  /** From now on this body is asked for progress, not for its end. */
  readonly upload: (request: IncomingMessage) => void;
  /** From now on it has the time of any other, in all. */
  readonly ordinary: (request: IncomingMessage) => void;
};

/** So long a sender may read why it was cut off. */
const partingMs = 500;

export function keepPace(server: Server, limits: PaceLimits): Pace {
  const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();
  const after = (request: IncomingMessage, late: () => void): void => {
    clearTimeout(timers.get(request));
    timers.set(request, setTimeout(late, limits.requestTimeoutMs).unref());
  };
  const cut = async (request: IncomingMessage): Promise<void> => {
    // The way that Node itself goes, so that one place says what the sender reads.
    server.emit('clientError', new TooSlow(), request.socket);
    await pause(partingMs, undefined, { ref: false });
    request.destroy();
  };
  const ordinary = (request: IncomingMessage): void => {
    after(request, () => {
      if (isArriving(request)) void cut(request);
    });
  };
  const upload = (request: IncomingMessage): void => {
    const before = request.socket.bytesRead;
    after(request, () => {
      if (!isArriving(request)) return;
      // Where what came is not read, its sender is not to blame.
      const isFull = request.readableLength >= request.readableHighWaterMark;
      const isSlow = request.socket.bytesRead - before < limits.uploadBytesMin && !isFull;
      if (isSlow) void cut(request);
      else upload(request);
    });
  };
  server.on('request', (request: IncomingMessage) => {
    if (!isArriving(request)) return;
    ordinary(request);
    request.once('close', () => clearTimeout(timers.get(request)));
  });
  return { upload, ordinary };
}

function isArriving(request: IncomingMessage): boolean {
  const { headers, complete, destroyed } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return hasBody && !complete && !destroyed;
}

class TooSlow extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT';
}
