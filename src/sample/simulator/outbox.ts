/** One message to a subscriber. Its body is made when it goes out, so that a repeated one tells the newest. */
export type Message = {
  /** A younger message with the same key replaces a waiting one. */
  readonly key: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null when there is nothing left to say. */
  readonly body: (now: Temporal.Instant) => string | null;
  readonly delivered: () => void;
};

/** How a message leaves the simulator; answers with the HTTP status and the body. */
export type Post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<{ readonly status: number; readonly body: string }>;

type Waiting = { readonly message: Message; readonly due: Temporal.Instant; readonly attempts: number };

export type Outbox = {
  readonly put: (message: Message, now: Temporal.Instant) => void;
  readonly drop: (startOfKey: string) => void;
  /** Sends what is due; one run at a time. */
  readonly sendDue: (now: () => Temporal.Instant) => Promise<void>;
  /** Sends nothing more. */
  readonly close: () => void;
};

/** The carrier tries three times: at once, an hour later and six hours after that. */
const retryAfterHours = [1, 6];
const answerTimeoutMs = 5_000;

export function createOutbox(post: Post): Outbox {
  const waiting = new Map<string, Waiting>();
  let running: Promise<void> | null = null;
  let closed = false;

  async function send(now: () => Temporal.Instant): Promise<void> {
    for (const [key, entry] of waiting) {
      if (closed) return;
      if (Temporal.Instant.compare(entry.due, now()) > 0) continue;
      const body = entry.message.body(now());
      const arrived = body === null || (await accepted(post, entry.message, body));
      if (waiting.get(key) !== entry) continue;
      waiting.delete(key);
      if (arrived && body !== null) entry.message.delivered();
      const hours = retryAfterHours[entry.attempts];
      if (!arrived && hours !== undefined) {
        waiting.set(key, { ...entry, due: now().add({ hours }), attempts: entry.attempts + 1 });
      }
    }
  }

  return {
    put: (message, now) => void waiting.set(message.key, { message, due: now, attempts: 0 }),
    drop: (startOfKey) => {
      for (const key of waiting.keys()) if (key.startsWith(startOfKey)) waiting.delete(key);
    },
    sendDue: (now) => {
      running ??= send(now).finally(() => {
        running = null;
      });
      return running;
    },
    close: () => {
      closed = true;
      waiting.clear();
    },
  };
}

async function accepted(post: Post, message: Message, body: string): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<{ readonly status: number }>();
  const timer = setTimeout(() => resolve({ status: 0 }), answerTimeoutMs).unref();
  try {
    const { status } = await Promise.race([post(message.url, message.headers, body), late]);
    return status >= 200 && status < 300;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
