import { z } from 'zod';
import { readJson } from '../reading/json.ts';

/** A token of an issuer (RFC 6749, section 5.1), for as long as it is good. */
export type Tokens = {
  readonly held: (sealId: string, now: Temporal.Instant) => string | null;
  readonly keep: (sealId: string, token: Token, now: Temporal.Instant) => void;
  /** After a 401, and when its seal or secrets change. */
  readonly drop: (sealId: string) => void;
};

type Token = { readonly token: string; readonly seconds: number };

const tokenMax = 8_192;
const secondsMax = 24 * 60 * 60;
/** Clocks differ, and a call takes its time. */
const skewSeconds = 60;
const heldMax = 1_000;

const shape = z.object({
  access_token: z
    .string()
    .min(1)
    .max(tokenMax)
    .regex(/^[\u0021-\u007e]+$/),
  expires_in: z.coerce.number().min(0).max(1e9).default(300),
});

/** Null for what is no answer with a token in it. */
export function readToken(bytes: Uint8Array): Token | null {
  const read = shape.safeParse(readJson(new TextDecoder().decode(bytes)));
  return read.success ? { token: read.data.access_token, seconds: Math.min(read.data.expires_in, secondsMax) } : null;
}

/** In this process only: a token that lies nowhere is stolen nowhere. */
export function createTokens(): Tokens {
  const held = new Map<string, { readonly token: string; readonly until: Temporal.Instant }>();
  return {
    held: (sealId, now) => {
      const one = held.get(sealId);
      return one !== undefined && Temporal.Instant.compare(now, one.until) < 0 ? one.token : null;
    },
    keep: (sealId, { token, seconds }, now) => {
      if (held.size >= heldMax) held.clear();
      if (seconds > skewSeconds)
        held.set(sealId, { token, until: now.add({ seconds: Math.floor(seconds) - skewSeconds }) });
    },
    drop: (sealId) => void held.delete(sealId),
  };
}
