import { z } from 'zod';
import type { Post } from '../outbox.ts';

/** What a shop has entered at UPS under "Manage Webhook Credentials". */
export type UpsWebhook = {
  readonly url: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

export type UpsMessage = { readonly clientId: string; readonly body: object };

export type UpsWebhooks = {
  readonly register: (clientId: string, webhook: UpsWebhook) => void;
  readonly has: (clientId: string) => boolean;
  readonly put: (message: UpsMessage) => void;
  /** Sends what waits, one run at a time and in order. UPS keeps nothing: what is not taken is lost. */
  readonly sendAll: (now: Temporal.Instant) => Promise<void>;
  /** Sends nothing more. */
  readonly close: () => void;
};

const waitingMax = 10_000;

const granted = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive(),
});

type Token = { readonly token: string; readonly until: Temporal.Instant };

/** @param pushed is told of every message that was taken */
export function createUpsWebhooks(post: Post, pushed: () => void): UpsWebhooks {
  const hooks = new Map<string, UpsWebhook>();
  const sender = createSender(post);
  const waiting: UpsMessage[] = [];
  let running: Promise<void> | null = null;
  let closed = false;

  async function sendWaiting(now: Temporal.Instant): Promise<void> {
    for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
      const hook = hooks.get(message.clientId);
      const taken = hook !== undefined && (await sender.send(message, hook, now).catch(() => false));
      if (taken) pushed();
    }
  }

  return {
    register: (clientId, webhook) => {
      hooks.set(clientId, webhook);
      sender.forget(clientId);
    },
    has: (clientId) => hooks.has(clientId),
    put: (message) => {
      if (!closed && waiting.length < waitingMax) waiting.push(message);
    },
    sendAll: (now) => {
      running ??= sendWaiting(now).finally(() => {
        running = null;
      });
      return running;
    },
    close: () => {
      closed = true;
      waiting.length = 0;
    },
  };
}

/** Sends single messages, each with the subscriber's token for as long as that lives. */
function createSender(post: Post) {
  const tokens = new Map<string, Token>();

  async function tokenFor(clientId: string, hook: UpsWebhook, now: Temporal.Instant): Promise<Token | null> {
    const held = tokens.get(clientId);
    if (held !== undefined && Temporal.Instant.compare(now, held.until) < 0) return held;
    const token = await fetchToken(post, hook, now);
    if (token !== null) tokens.set(clientId, token);
    return token;
  }

  /** The status of one push; null when there is no token to show. */
  async function push({ clientId, body }: UpsMessage, hook: UpsWebhook, now: Temporal.Instant): Promise<number | null> {
    const token = await tokenFor(clientId, hook, now);
    if (token === null) return null;
    const { status } = await post(hook.url, headersOf(hook, token), JSON.stringify(body));
    if (status === 401) tokens.delete(clientId);
    return status;
  }

  return {
    forget: (clientId: string) => void tokens.delete(clientId),
    /** True when the message was taken. */
    send: async (message: UpsMessage, hook: UpsWebhook, now: Temporal.Instant): Promise<boolean> => {
      const first = await push(message, hook, now);
      // A token that is refused may have become worthless: once more with a new one.
      const status = first === 401 ? await push(message, hook, now) : first;
      return status !== null && status >= 200 && status < 300;
    },
  };
}

/** OAuth client credentials, the client by HTTP Basic. */
async function fetchToken(post: Post, hook: UpsWebhook, now: Temporal.Instant): Promise<Token | null> {
  const pair = `${encodeURIComponent(hook.clientId)}:${encodeURIComponent(hook.clientSecret)}`;
  const headers = {
    accept: 'application/json',
    authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const { status, body } = await post(hook.tokenUrl, headers, 'grant_type=client_credentials');
  if (status !== 200) return null;
  const read = granted.safeParse(parsed(body));
  if (!read.success) return null;
  return { token: read.data.access_token, until: now.add({ seconds: Math.floor(read.data.expires_in) }) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function headersOf(hook: UpsWebhook, { token }: Token): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'user-agent': 'UPSPubSubTrackingService',
    'x-api-key': hook.clientId,
  };
}
