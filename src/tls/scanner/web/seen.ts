/** One answer on the way from an address to a page. */
export type Hop = {
  readonly url: string;
  readonly status: number;
  /** Where it leads on, absolute; null when it is no redirect or says nothing that is an address. */
  readonly to: string | null;
  /** Whether its certificate is believed; true over plain HTTP. */
  readonly trusted: boolean;
  /** `Strict-Transport-Security` as it came. */
  readonly hsts: string | null;
};

/** Why a way ended: at a page, in a circle, after too many steps, at nothing to follow, or where nobody answered. */
export type WayEnd = 'page' | 'loop' | 'too_many' | 'not_followed' | 'unreachable';

/** The last answer of a way, as the browser gets it. */
export type Answer = {
  readonly url: string;
  readonly status: number;
  /** In lower case; several of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text of the page, empty when it is none that a browser would show as one. */
  readonly html: string;
};

export type Way = {
  readonly hops: readonly Hop[];
  readonly end: WayEnd;
  /** Null when not even the first address answered. */
  readonly answer: Answer | null;
  /** Every cookie set on the way, with the address that set it. */
  readonly cookies: readonly SetCookie[];
};

export type SetCookie = { readonly url: string; readonly text: string };
