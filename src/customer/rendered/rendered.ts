import { performance } from 'node:perf_hooks';
import type { Clock } from '#kit/clock';
import { answer, type Answer } from '#kit/http';
import { createKeptPages, type KeptPage, type KeptPages } from './kept-pages.ts';

/** The page behind a link, and what decides its language besides the order. */
export type Asked<Wish extends string> = { readonly token: string; readonly wish: Wish };

/** What a page is made from besides the time. `about` is the order it is doubted by; `told` is the same only for inputs that give the same page. */
export type Inputs = { readonly about: string; readonly told: string };

/**
 * The pages of this minute, ready to be sent. A page tells of a whole minute, so its words follow from its inputs and the
 * minute, and none is kept beyond it. It is sent as it is for a second after its inputs were read, unless it is doubted;
 * after that they are read again, and it is rendered again if they differ.
 */
export type Rendered<Wish extends string> = {
  /** Null where the link opens nothing. */
  readonly page: (asked: Asked<Wish>) => Promise<Answer | null>;
  /** Something happened to these orders: whoever asks from now on gets the page as it is now. */
  readonly doubt: (orderIds: Iterable<string>) => void;
  readonly size: KeptPages['size'];
};

type RenderedNeeds<Read extends Inputs, Wish extends string> = {
  readonly clock: Clock;
  /** A clock that only goes forward, not product time. */
  readonly nowMs?: () => number;
  /** Null where the link opens nothing now. */
  readonly read: (token: string) => Promise<Read | null>;
  /** @param minute the beginning of the minute that the page tells of */
  readonly render: (inputs: Read, asked: Asked<Wish>, minute: Temporal.Instant) => Promise<string>;
  readonly limits?: { readonly pagesMax: number; readonly bytesMax: number };
};

const keptMax = { pagesMax: 5_000, bytesMax: 32 * 1024 * 1024 };
/** How long a change that no fact tells of may go unseen: a withdrawn link, new colours, another process's facts. */
const unseenMsMax = 1_000;
const minuteMs = 60_000;

export function createRendered<Read extends Inputs, Wish extends string>(
  needs: RenderedNeeds<Read, Wish>,
): Rendered<Wish> {
  const nowMs = needs.nowMs ?? (() => performance.now());
  const { pages, running, turn, keep } = createShelf(needs.clock, needs.limits ?? keptMax);

  const renew = async (key: string, asked: Asked<Wish>, minute: number): Promise<Answer | null> => {
    const [beganMs, before] = [nowMs(), pages.find(key)];
    const doubts = before?.doubts;
    const inputs = await needs.read(asked.token);
    if (inputs === null) {
      pages.drop(key);
      return null;
    }
    const { about, told } = inputs;
    if (before?.told === told) {
      if (before.doubts === doubts) before.seenAtMs = beganMs;
      return before.answer;
    }
    const html = await needs.render(inputs, asked, Temporal.Instant.fromEpochMilliseconds(minute * minuteMs));
    const page = answer.bytes('text/html; charset=utf-8', Buffer.from(html));
    // Nobody could doubt it while it was not there: it is looked at once more before it is sent again.
    keep(minute, key, { about, told, answer: page, seenAtMs: -Infinity, doubts: 0 });
    return page;
  };

  return {
    page: (asked) => {
      const minute = turn();
      const key = `${asked.wish} ${asked.token}`;
      const kept = pages.find(key);
      if (kept !== null && nowMs() - kept.seenAtMs < unseenMsMax) return Promise.resolve(kept.answer);
      const other = running.get(key);
      if (other !== undefined) return other;
      const renewed = renew(key, asked, minute).finally(() => {
        if (running.get(key) === renewed) running.delete(key);
      });
      running.set(key, renewed);
      return renewed;
    },
    doubt: (orderIds) => {
      // What is being read may be older than what is told here.
      running.clear();
      for (const orderId of orderIds) {
        for (const page of pages.about(orderId)) {
          page.seenAtMs = -Infinity;
          page.doubts += 1;
        }
      }
    },
    size: pages.size,
  };
}

/** Pages of one minute, and those that are being made: whoever asks for one of these waits for it. */
function createShelf(clock: Clock, limits: typeof keptMax) {
  const pages = createKeptPages(limits);
  const running = new Map<string, Promise<Answer | null>>();
  let minute = 0;
  let forgetting: NodeJS.Timeout | undefined;
  const forget = (): void => {
    clearTimeout(forgetting);
    forgetting = undefined;
    pages.clear();
    running.clear();
  };
  return {
    pages,
    running,
    turn: (): number => {
      const now = Math.floor(clock.now().epochMilliseconds / minuteMs);
      if (now !== minute) forget();
      minute = now;
      return now;
    },
    keep: (ofMinute: number, key: string, page: KeptPage): void => {
      if (ofMinute !== minute) return;
      pages.keep(key, page);
      // Also where nobody asks any more.
      forgetting ??= setTimeout(forget, minuteMs).unref();
    },
  };
}

/** What is open to everybody may be found by search engines. */
export function openly(page: Answer): Answer {
  return { ...page, headers: { ...page.headers, 'x-robots-tag': 'all' } };
}
