import { createCarriers, type Carriers } from '#carriers';
import type { Faq } from '#faq';
import type { KeyRoom } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { EgressAnswer, EgressRequest } from '#kit/egress';
import { createHttp, type FrontState } from '#kit/http';
import { createLog } from '#kit/log';
import type { MailRoom } from '#mail';
import type { BreachDesk, Canaries } from '#rights';
import type { Tls } from '#tls';
import type { Orders } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import type { Protection } from '#protection';
import type { Service } from '#service';
import type { Rights, RightsDesk } from '#rights';
import { createApi, type Api } from '#api';

/** One call: `key` goes into its header, an object as `body` goes out as JSON, anything else as it is. */
export type Asking = {
  readonly key?: string | null;
  readonly body?: object | string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null when it is none. */
  readonly json: unknown;
};

/** What a call left in the database: kinds of facts and verbs of the audit in their order, and how many disclosures. */
export type Caused = {
  readonly facts: readonly string[];
  readonly audits: readonly string[];
  readonly disclosures: number;
};

export type ServedApi = {
  readonly api: Api;
  readonly carriers: Carriers;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  readonly ask: (method: string, path: string, asking?: Asking) => Promise<Answered>;
  readonly caused: (act: () => Promise<unknown>) => Promise<Caused>;
  /** What went out through the dialler, and what it will answer. */
  readonly egress: { readonly sent: EgressRequest[]; answer: EgressAnswer | Error };
  readonly url: string;
  readonly close: () => Promise<void>;
};

type Ground = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly mail: MailRoom;
  readonly service: Service;
  readonly tls: Tls;
  readonly keyRoom: KeyRoom;
  readonly fronts: () => Promise<readonly FrontState[]>;
  readonly protection: Protection;
  readonly breaches: BreachDesk;
  readonly canaries: Canaries;
  readonly faq: Faq;
  readonly rights: Rights & RightsDesk;
};

/** The API behind a real server on loopback, with a stand-in for the world outside. */
export async function serveApi(
  ground: Ground,
  more: Pick<Parameters<typeof createApi>[0], 'connectorOf' | 'keyTried'> = {},
): Promise<ServedApi> {
  const log = createLog({ level: 'silent' });
  const egress: ServedApi['egress'] = { sent: [], answer: { status: 200, headers: {}, bytes: new Uint8Array(0) } };
  const carriers = createCarriers({
    ...ground,
    log,
    egress: {
      send: (request) => {
        egress.sent.push(request);
        return egress.answer instanceof Error ? Promise.reject(egress.answer) : Promise.resolve(egress.answer);
      },
    },
    routeOf: () => null,
    pause: () => Promise.resolve(),
  });
  const api = createApi({ ...ground, ...more, carriers });
  const http = createHttp({
    settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: ['127.0.0.1'], publicUrl: 'http://127.0.0.1' },
    log,
    ready: () => Promise.resolve(true),
  });
  api.mount(http);
  const { port } = await http.listen();
  const url = `http://127.0.0.1:${port}`;
  return {
    api,
    carriers,
    egress,
    url,
    routes: http.routes(),
    close: http.close,
    ask: (method, path, asking = {}) => ask(url, method, path, asking),
    caused: (act) => caused(ground.database, act),
  };
}

async function ask(url: string, method: string, path: string, { key, body, headers }: Asking): Promise<Answered> {
  const isObject = typeof body === 'object' && !(body instanceof Uint8Array);
  const answered = await fetch(url + path, {
    method,
    headers: {
      ...(isObject ? { 'content-type': 'application/json' } : {}),
      ...(key === undefined || key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isObject ? JSON.stringify(body) : Buffer.from(body) }),
  });
  const text = await answered.text();
  return { status: answered.status, headers: answered.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}

const seen = {
  facts: 'select kind as word from facts.fact order by appended_at, lane, seq',
  audits: 'select verb as word from privacy.audit order by happened_at, audit_id',
  disclosures: 'select recipient as word from privacy.disclosure',
};

async function caused(database: Database, act: () => Promise<unknown>): Promise<Caused> {
  const words = async (statement: string) =>
    (await database.rows<{ word: string }>(statement, [])).map((row) => row.word);
  const look = async () => [await words(seen.facts), await words(seen.audits), await words(seen.disclosures)] as const;
  const before = await look();
  await act();
  const [facts, audits, disclosures] = await look();
  return {
    facts: without(facts, before[0]),
    audits: without(audits, before[1]),
    disclosures: disclosures.length - before[2].length,
  };
}

/** What is in the list beyond what was there before. */
function without(list: readonly string[], before: readonly string[]): readonly string[] {
  const left = [...before];
  return list.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
