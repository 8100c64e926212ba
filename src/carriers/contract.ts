import type { LetOut } from '#privacy';
import type { ParcelState, SubStatus } from './vocabulary.ts';

/**
 * How sure the instant behind a local time is: `exact` the carrier sent an offset; `located` the zone follows from the
 * scan's place; `assumed` the carrier's usual zone was taken; `date_only` the carrier sent a day and no time.
 */
export type TimeConfidence = 'exact' | 'located' | 'assumed' | 'date_only';

/** One carrier event as read. Nothing in it is made up: what the carrier did not send is null. */
export type ReadScan = {
  /** The key that was looked up in the carrier's code table, such as `parcel-de:ZU`. */
  readonly code: string;
  /** `info` never changes a parcel's milestone; `unknown` is a code that no table knows. */
  readonly milestone: ParcelState | 'info';
  /** Full id such as `delivered.neighbour`; null exactly when the code is unknown. */
  readonly subStatus: SubStatus | null;
  /** `2026-11-20T08:54:00`, or `2026-11-20` when `date_only`. Never an offset. */
  readonly localTime: string;
  /** `+01:00` as the carrier sent it (`Z` is `+00:00`), else null. */
  readonly offset: string | null;
  /** IANA zone that the local time is read in, when one is known. */
  readonly zone: string | null;
  readonly timeConfidence: TimeConfidence;
  /** `country` is ISO 3166-1 alpha-2. */
  readonly place: { readonly name: string; readonly country: string | null } | null;
  /** The carrier's own words. */
  readonly text: string | null;
  /** True when this event says that an earlier one did not happen: it takes back the youngest progress before it. */
  readonly retracts: boolean;
  /** True when the carrier says that the box is on its way back to the sender. */
  readonly leg: 'outbound' | 'return';
};

/** When the carrier says it will arrive. `date` has no time of day; `window` has two ends; `commit` is a promise. */
export type ReadArrival = {
  readonly from: string;
  readonly until: string;
  readonly kind: 'date' | 'window' | 'commit';
};

export type ReadParcel = {
  readonly number: string;
  readonly service: string | null;
  /** Oldest first; events of one time keep the order in which progress goes. */
  readonly scans: readonly ReadScan[];
  readonly arrival: ReadArrival | null;
  /** ISO 3166-1 alpha-2, when the carrier says it. */
  readonly originCountry: string | null;
  readonly destinationCountry: string | null;
};

/** Why an answer holds no parcel, or one parcel less. */
export type ReadError = {
  readonly kind: 'not_found' | 'auth' | 'rate_limited' | 'bad_input' | 'upstream';
  readonly message: string;
  /** The number it is about, when the answer says so. */
  readonly number: string | null;
  /** Seconds to wait, when the carrier said so. */
  readonly retryAfterSeconds: number | null;
};

export type ReadResult = {
  readonly parcels: readonly ReadParcel[];
  readonly errors: readonly ReadError[];
  /** Codes that no table knows, with how often they came. */
  readonly unmapped: readonly { readonly code: string; readonly text: string | null; readonly count: number }[];
};

/** What an answer came with, beside its bytes. */
export type AnswerHead = { readonly status: number; readonly retryAfter: string | null };

/** What a carrier account of a shop holds: opened only to build a request. */
export type AccountSecrets = Readonly<Record<string, string>>;

/** A token with which an account's calls are made. */
export type Granted = { readonly token: string; readonly expiresInSeconds: number };

/** Who may fetch a token for pushes at our own token address. */
export type PushClient = { readonly id: string; readonly secret: string };

/** What is asked about one parcel: nothing of somebody's that `disclose` has not let out. */
export type ParcelQuestion = {
  readonly parcelId: string;
  readonly number: LetOut<'tracking_number'>;
  readonly service: string | null;
  /** Only with the purpose that allows it; null otherwise. */
  readonly recipientPostcode: LetOut<'postcode'> | null;
};

/** A request that the host sends; connectors never do I/O. The host refuses what is not on the manifest's hosts. */
export type CarrierRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The parcels whose answer this brings. */
  readonly parcelIds: readonly string[];
};

/** A carrier's call to us, as it came in. */
export type PushCall = {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Uint8Array;
  readonly receivedAt: Temporal.Instant;
};

export type PushReading =
  | { readonly kind: 'scans'; readonly result: ReadResult }
  /**
   * The carrier asks us to confirm a subscription: `answer` goes back to it, `secrets` replace those of the account, and
   * `requests` are sent afterwards, for carriers that want the confirmation as a call of its own.
   */
  | {
      readonly kind: 'handshake';
      readonly answer: string;
      readonly secrets: AccountSecrets | null;
      readonly requests: readonly CarrierRequest[];
    }
  | { readonly no: 'signature' | 'replayed' | 'malformed' };

export type Quota = {
  readonly callsPerDay: number;
  readonly callsPerSecond: number;
  /** Zone whose midnight resets the day's count. */
  readonly resetZone: string;
};

export type Manifest = {
  /** `dhl-unified`; also the folder's name and what the API calls it. */
  readonly id: string;
  /** Other spellings that callers use for it. */
  readonly aliases: readonly string[];
  /** What customers read, such as `DHL`. */
  readonly name: string;
  /** Hosts that requests may go to, exactly. */
  readonly hosts: readonly string[];
  readonly credentials: readonly { readonly name: string; readonly label: string; readonly secret: boolean }[];
  readonly quota: Quota;
  readonly parcelsPerCall: number;
  /** Days after which the carrier forgets a parcel. */
  readonly retentionDays: number;
  readonly snapshot: 'complete' | 'partial';
  /** True when the carrier takes back deliveries it announced. */
  readonly retracts: boolean;
  /** Where a person can read about a parcel at the carrier; `{number}` is replaced. Null when there is none. */
  readonly publicPage: string | null;
};

/** One carrier: a manifest, a pure total reader, and pure builders of requests. */
export type Connector = {
  readonly manifest: Manifest;
  /** Never throws: one bad event never loses the others. */
  readonly read: (bytes: Uint8Array, head: AnswerHead) => ReadResult;
  /**
   * For carriers whose calls need a token (OAuth): how one is asked for and read. The host gets, keeps and renews it, and
   * puts it on every other call as `Authorization: Bearer`. `request` is null when the account has nothing to ask with.
   * Null for carriers whose calls carry the account's credentials themselves.
   */
  readonly authorize: {
    readonly request: (secrets: AccountSecrets) => CarrierRequest | null;
    readonly read: (bytes: Uint8Array, head: AnswerHead) => Granted | ReadError;
  } | null;
  readonly ask: (parcels: readonly ParcelQuestion[], secrets: AccountSecrets) => readonly CarrierRequest[];
  /** What a code of `POST /v1/scans` or a stored scan means, by the same table that `read` uses. */
  readonly meaning: (
    code: string,
    text: string | null,
  ) => Pick<ReadScan, 'milestone' | 'subStatus' | 'retracts' | 'leg'>;
  /** Zone of a local time without offset at this place. */
  readonly zoneAt: (
    place: ReadScan['place'],
    code: string,
  ) => { readonly zone: string | null; readonly timeConfidence: 'located' | 'assumed' };
  /** Null when the carrier pushes nothing. */
  readonly push: {
    /** False for a carrier that signs nothing it pushes: it is given an address that nobody else can guess. */
    readonly signed?: false;
    readonly subscribe: (
      pushUrl: string,
      parcels: readonly ParcelQuestion[],
      secrets: AccountSecrets,
    ) => readonly CarrierRequest[];
    /** The account's secrets after the carrier answered a subscription. */
    readonly subscribed: (bytes: Uint8Array, head: AnswerHead, secrets: AccountSecrets) => AccountSecrets | null;
    /** Numbers that a good answer to a subscription says were not taken. */
    readonly refused: (bytes: Uint8Array, head: AnswerHead) => readonly string[];
    readonly readPush: (call: PushCall, secrets: AccountSecrets) => PushReading;
    /** Days after which a subscription ends by itself and has to be made anew; null when it lasts. */
    readonly daysMax: number | null;
    /** For carriers that fetch a token here before they push: who may; null in general, or when the account has no such secret. */
    readonly client: ((secrets: AccountSecrets) => PushClient | null) | null;
  } | null;
};
