import { Fault } from '#kit/fault';

export type EgressRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `https:` on port 443, without user and password. It may hold a credential: it is never logged. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The hosts that this caller may reach, exactly and in lower case; no patterns. */
  readonly hosts: readonly string[];
  /** From the look-up of the name to the last byte of the answer. */
  readonly timeoutMs?: number;
  readonly answerBytesMax?: number;
};

/** Redirects are not followed: a 3xx is an answer like any other. Header names are in lower case. */
export type EgressAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
};

/** Stand-ins on loopback for real hosts, and the one authority that is believed there. Hosts not named are out of reach. */
export type EgressRoute = {
  readonly hosts: Readonly<Record<string, { readonly address: '127.0.0.1'; readonly port: number }>>;
  readonly caPem: string;
};

/**
 * Why nothing came back. `refused_*`: we did not dial. `busy`: too many requests are under way. `name`: not found in DNS.
 * `connect`, `tls`: the other side did not answer or is not who it must be. `timeout`, `too_large`: cut off by our limits.
 * `broken`: it ended in the middle. After `timeout`, `too_large` and `broken` the other side may have done what was asked.
 */
export type EgressReason =
  | 'refused_url'
  | 'refused_host'
  | 'refused_address'
  | 'refused_header'
  | 'busy'
  | 'name'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'too_large'
  | 'broken';

/** A Fault('unavailable') that says why; its texts hold the reason and the host, never the url. */
export class EgressFault extends Fault {
  readonly reason: EgressReason;
  /** What the system called it, `ECONNREFUSED`; null when it was not the system that said no. */
  readonly systemCode: string | null;

  constructor(reason: EgressReason, host: string, systemCode: string | null) {
    super('unavailable', publicTexts[reason], {
      internal: `egress to ${host === '' ? 'no host' : host}: ${reason}${systemCode === null ? '' : ` (${systemCode})`}`,
    });
    this.reason = reason;
    this.systemCode = systemCode;
  }
}

const away = 'The other side cannot be reached at the moment.';
const refused = 'This request may not leave: its address is not on the list of hosts.';

const publicTexts: Readonly<Record<EgressReason, string>> = {
  refused_url: refused,
  refused_host: refused,
  refused_address: 'This request may not leave: its host lies in a private network.',
  refused_header: 'This request may not leave: one of its headers cannot be sent.',
  busy: 'Too many requests are on their way out at the moment.',
  name: away,
  connect: away,
  tls: 'The other side could not prove who it is.',
  timeout: 'The other side took too long to answer.',
  too_large: 'The other side answered with more than we accept.',
  broken: 'The other side broke off in the middle of its answer.',
};
