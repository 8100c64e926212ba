import type { Answer } from '#kit/http';

/** A rendered page, and what it was made from. */
export type KeptPage = {
  /** The order that it is doubted by. */
  readonly about: string;
  readonly told: string;
  readonly answer: Answer;
  /** When its inputs were last seen to be these, by a clock that only goes forward; minus infinity after a doubt. */
  seenAtMs: number;
  /** How often it was doubted. */
  doubts: number;
};

export type KeptPages = {
  readonly find: (key: string) => KeptPage | null;
  readonly keep: (key: string, page: KeptPage) => void;
  readonly drop: (key: string) => void;
  readonly about: (orderId: string) => Iterable<KeptPage>;
  readonly clear: () => void;
  readonly size: () => { readonly pages: number; readonly bytes: number };
};

/** So many at the most, and so many bytes of bodies; the page that was asked for least lately goes first. */
export function createKeptPages(limits: { readonly pagesMax: number; readonly bytesMax: number }): KeptPages {
  // In the order in which they were asked for.
  const pages = new Map<string, KeptPage>();
  const byOrder = new Map<string, Set<KeptPage>>();
  let bytes = 0;
  const drop = (key: string): void => {
    const page = pages.get(key);
    if (page === undefined) return;
    pages.delete(key);
    bytes -= bytesOf(page);
    const siblings = byOrder.get(page.about);
    siblings?.delete(page);
    if (siblings?.size === 0) byOrder.delete(page.about);
  };
  return {
    find: (key) => {
      const page = pages.get(key);
      if (page === undefined) return null;
      pages.delete(key);
      pages.set(key, page);
      return page;
    },
    keep: (key, page) => {
      drop(key);
      pages.set(key, page);
      bytes += bytesOf(page);
      byOrder.set(page.about, (byOrder.get(page.about) ?? new Set()).add(page));
      for (const oldest of pages.keys()) {
        if (pages.size <= limits.pagesMax && bytes <= limits.bytesMax) return;
        drop(oldest);
      }
    },
    drop,
    about: (orderId) => byOrder.get(orderId) ?? [],
    clear: () => {
      pages.clear();
      byOrder.clear();
      bytes = 0;
    },
    size: () => ({ pages: pages.size, bytes }),
  };
}

function bytesOf({ answer }: KeptPage): number {
  return answer.body instanceof Uint8Array ? answer.body.byteLength : 0;
}
