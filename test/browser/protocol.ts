// Chromium's DevTools protocol over two pipes: commands with answers, and events by session.
import type { Socket } from 'node:net';

type Params = Readonly<Record<string, unknown>>;
type Listener = (params: never) => void;
type Waiting = { readonly resolve: (result: never) => void; readonly reject: (error: Error) => void };
type Message = {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: never;
  readonly result?: never;
  readonly error?: { readonly message: string };
};

export type Session = {
  /** @throws when Chromium refuses the command, has gone, or does not answer in time */
  readonly send: <T>(method: string, params?: Params) => Promise<T>;
  readonly on: (event: string, heard: Listener) => void;
};

export type Connection = Session & { readonly session: (id: string) => Session };

const answerTimeoutMs = 30_000;

/** Messages end with a zero byte. The pipes keep no process alive; a command that waits for its answer does. */
export function connect(toBrowser: Socket, fromBrowser: Socket): Connection {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Listener[]>();
  let lastId = 0;
  let rest = '';

  const take = (text: string): void => {
    const message = JSON.parse(text) as Message;
    if (message.id === undefined) {
      const heard = listeners.get(`${message.sessionId ?? ''} ${message.method ?? ''}`) ?? [];
      for (const listener of heard) listener(message.params as never);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.result as never);
    else asked?.reject(new Error(message.error.message));
  };
  fromBrowser.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) take(part);
  });
  const end = (): void => {
    for (const asked of waiting.values()) asked.reject(new Error('Chromium has gone.'));
    waiting.clear();
  };
  fromBrowser.on('close', end);
  toBrowser.on('error', end);
  for (const pipe of [toBrowser, fromBrowser]) pipe.unref();

  const session = (sessionId: string): Session => ({
    send: <T>(method: string, params: Params = {}) => {
      lastId += 1;
      const id = lastId;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const timer = setTimeout(() => reject(new Error(`Chromium did not answer ${method}.`)), answerTimeoutMs);
      waiting.set(id, { resolve, reject });
      toBrowser.write(`${JSON.stringify({ id, method, params, ...(sessionId === '' ? {} : { sessionId }) })}\0`);
      return promise.finally(() => clearTimeout(timer));
    },
    on: (event, heard) => {
      const key = `${sessionId} ${event}`;
      listeners.set(key, [...(listeners.get(key) ?? []), heard]);
    },
  });
  return { ...session(''), session };
}
