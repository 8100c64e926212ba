import type { EgressAnswer, EgressRequest } from '#kit/egress';

/** Brings one request to the authority; `#kit/egress` with its route already chosen. */
export type Send = (request: EgressRequest) => Promise<EgressAnswer>;

/** What an authority offers (RFC 8555 §7.1.1). A url that is null is a thing that it does not do. */
export type AcmeDirectory = {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  readonly revokeCert: string | null;
  readonly keyChange: string | null;
  /** RFC 9773: where it says when to renew. */
  readonly renewalInfo: string | null;
  /** To be read and agreed to by a person before `register`; never dialled. */
  readonly termsOfService: string | null;
  /** Names for the CAA record of a domain. */
  readonly caaIdentities: readonly string[];
  readonly externalAccountRequired: boolean;
  /** draft-ietf-acme-profiles: what may stand in `profile`, each with its description. */
  readonly profiles: Readonly<Record<string, string>>;
};

export type AcmeAccount = {
  readonly url: string;
  readonly status: 'valid' | 'deactivated' | 'revoked';
};

/** What binds an account here to one that the shop has at the authority already (RFC 8555 §7.3.4). */
export type AcmeBinding = {
  readonly keyId: string;
  /** As the authority showed it: base64url. A secret. */
  readonly macKey: string;
};

export type AcmeOrderStatus = 'pending' | 'ready' | 'processing' | 'valid' | 'invalid';

export type AcmeOrder = {
  readonly url: string;
  readonly status: AcmeOrderStatus;
  readonly expiresAt: Temporal.Instant | null;
  readonly names: readonly string[];
  readonly authorizations: readonly string[];
  readonly finalize: string;
  readonly certificate: string | null;
  /** Why it became invalid. */
  readonly problem: AcmeProblem | null;
};

export type AcmeChallengeKind = 'http-01' | 'tls-alpn-01' | 'dns-01';

export type AcmeChallenge = {
  readonly kind: AcmeChallengeKind;
  readonly url: string;
  readonly status: 'pending' | 'processing' | 'valid' | 'invalid';
  readonly token: string;
  readonly problem: AcmeProblem | null;
};

export type AcmeAuthorization = {
  readonly url: string;
  /** Without `*.`, which `wildcard` says. */
  readonly name: string;
  readonly wildcard: boolean;
  readonly status: 'pending' | 'valid' | 'invalid' | 'deactivated' | 'expired' | 'revoked';
  /** Of the kinds that we know. */
  readonly challenges: readonly AcmeChallenge[];
};

/** What has to be seen from outside while the authority looks. */
export type AcmeProof =
  | {
      readonly kind: 'http-01';
      readonly name: string;
      /** `GET http://<name>/.well-known/acme-challenge/<token>`, port 80, is answered 200 with `body`. */
      readonly token: string;
      readonly body: string;
    }
  | {
      readonly kind: 'tls-alpn-01';
      /** A handshake on port 443 for this name that offers only the protocol `acme-tls/1` gets this certificate. */
      readonly name: string;
      readonly certPem: string;
      readonly keyPem: string;
    }
  | {
      readonly kind: 'dns-01';
      readonly name: string;
      /** `record` has a TXT with `value`, beside others that it may have. */
      readonly record: string;
      readonly value: string;
    };

export type AcmeChain = {
  /** The leaf first, then what leads to the root. PEM. */
  readonly pem: string;
  /** Common name of who signed the last of the chain. */
  readonly root: string;
};

export type AcmeRenewalWindow = {
  readonly start: Temporal.Instant;
  /** After `start`. */
  readonly end: Temporal.Instant;
};

export type AcmeRenewalInfo = {
  readonly window: AcmeRenewalWindow;
  /** A page for people: why the authority wants this. Not dialled. */
  readonly explanationUrl: string | null;
  /** When to ask again: a minute to a day from now. */
  readonly askAgainAt: Temporal.Instant;
};

/**
 * What went wrong, in our words. `unreadable`: the answer is none of ACME. `undecided`: it was asked as often as we do.
 * `noChallenge`: it offers no way of proof that we have. `noAccount`: the key belongs to no account there.
 */
export type AcmeProblemKind =
  | 'accountDoesNotExist'
  | 'alreadyReplaced'
  | 'alreadyRevoked'
  | 'badCSR'
  | 'badNonce'
  | 'badPublicKey'
  | 'badSignatureAlgorithm'
  | 'caa'
  | 'compound'
  | 'connection'
  | 'dns'
  | 'externalAccountRequired'
  | 'incorrectResponse'
  | 'invalidContact'
  | 'invalidProfile'
  | 'malformed'
  | 'noAccount'
  | 'noChallenge'
  | 'orderNotReady'
  | 'rateLimited'
  | 'rejectedIdentifier'
  | 'serverInternal'
  | 'tls'
  | 'unauthorized'
  | 'undecided'
  | 'unreadable'
  | 'unsupportedContact'
  | 'unsupportedIdentifier'
  | 'userActionRequired'
  | 'other';

export type AcmeProblem = {
  readonly kind: AcmeProblemKind;
  /** HTTP status; 0 where there was none. */
  readonly status: number;
  /** The authority's own words, in its language: one line, at most 500 characters, nothing that steers a screen. */
  readonly detail: string;
  /** The name it is about, where it says so. */
  readonly name: string | null;
  readonly retryAt: Temporal.Instant | null;
  readonly subproblems: readonly AcmeProblem[];
};
