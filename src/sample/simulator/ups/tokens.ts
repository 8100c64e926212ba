import { randomBytes } from 'node:crypto';
import type { Answer } from '../answers.ts';
import type { Call } from '../routes.ts';
import { badClient, badRequest } from './answers.ts';

/** An app at UPS, and how much may be asked with it. */
export type UpsAccount = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly callsPerDay: number;
  readonly callsPerSecond: number;
};

export type UpsTokens = {
  /** `POST /security/v1/oauth/token`. */
  readonly issue: (call: Call, now: Temporal.Instant) => Answer;
  /** Whose token the call carries; null when it carries none that lives. */
  readonly clientOf: (call: Call, now: Temporal.Instant) => string | null;
};

const tokensMax = 10_000;
/** UPS's tokens live four hours. */
export const tokenSeconds = 14_399;

export function createUpsTokens(accounts: readonly UpsAccount[]): UpsTokens {
  const given = new Map<string, { readonly clientId: string; readonly until: Temporal.Instant }>();
  return {
    issue: ({ headers, body }, now) => {
      if (new URLSearchParams(body).get('grant_type') !== 'client_credentials') {
        return badRequest('10400', 'Invalid/Missing grant_type');
      }
      const [, encoded = ''] = /^Basic (\S+)$/.exec(headers['authorization'] ?? '') ?? [];
      const pair = Buffer.from(encoded, 'base64').toString('utf8');
      const account = accounts.find(({ clientId, clientSecret }) => pair === `${clientId}:${clientSecret}`);
      if (account === undefined) return badClient;
      const { clientId } = account;
      const token = randomBytes(48).toString('base64url');
      given.set(token, { clientId, until: now.add({ seconds: tokenSeconds }) });
      for (const oldest of given.keys()) {
        if (given.size <= tokensMax) break;
        given.delete(oldest);
      }
      const issued = { issued_at: String(now.epochMilliseconds), client_id: clientId, status: 'approved' };
      return {
        status: 200,
        body: { token_type: 'Bearer', ...issued, access_token: token, expires_in: String(tokenSeconds) },
      };
    },
    clientOf: ({ headers }, now) => {
      const [, token = ''] = /^Bearer (\S+)$/.exec(headers['authorization'] ?? '') ?? [];
      const found = given.get(token);
      return found !== undefined && Temporal.Instant.compare(now, found.until) < 0 ? found.clientId : null;
    },
  };
}
