import type { ParcelState } from '#carriers';
import type { StaleField } from './parts/stale.tsx';

export type Milestone = ParcelState;

/** What stands around every page of a signed-in member of the staff. Texts of views are opened and formatted already. */
export type StaffFrame = {
  readonly language: string;
  readonly dir: 'ltr' | 'rtl';
  readonly shopName: string;
  /** Shows the banner with the way to remove the sample world. */
  readonly sample: boolean;
  /** The mailbox inside catches mails; null when a real mail server sends them and there is no mailbox to show. */
  readonly mailbox: { readonly mails: number } | null;
  /** How many wait for somebody, beside the names in the navigation. */
  readonly unmapped: number;
  readonly parked: number;
  /** Open ones, of the shop's hosts. */
  readonly alarms: number;
  /** Cases of the breach desk that are open, the one that is due first as a sentence. */
  readonly breaches: { readonly open: number; readonly due: string | null; readonly byCanary: boolean };
  /** Customers who wait for an answer. */
  readonly asking: number;
  /** Reviews that wait to be judged. */
  readonly judging: number;
  /** Requests of persons that are due soon or overdue. */
  readonly due: number;
  readonly languages: readonly { readonly code: string; readonly label: string }[];
  /** Every shop of this house; a choice where there are several. */
  readonly shops: readonly { readonly id: string; readonly name: string; readonly current: boolean }[];
  /** What the last action did, in a sentence; null when there was none. */
  readonly done: string | null;
  /** What the last action could not do. */
  readonly failed: string | null;
};

/** A moment: `age` such as `5 minutes ago`, `at` in words, `iso` as RFC 3339 in UTC. */
export type Moment = { readonly age: string; readonly at: string; readonly iso: string };

export type ParcelFilter = {
  /** An order number or a tracking number, whole: both are sealed and found by their hash only. */
  readonly text: string;
  readonly milestone: Milestone | null;
  readonly carrier: string | null;
  /** One of the vocabulary's problems. */
  readonly problem: string | null;
  readonly attention: boolean;
};

export type ParcelRow = {
  readonly id: string;
  readonly orderNumber: string;
  readonly position: number;
  readonly total: number;
  readonly carrierName: string;
  readonly trackingNumber: string | null;
  readonly milestone: Milestone;
  readonly subStatus: string | null;
  readonly stale: boolean;
  readonly lastSign: Moment | null;
  readonly arrival: string | null;
};

export type ParcelsView = {
  readonly frame: StaffFrame;
  readonly filter: ParcelFilter;
  readonly counts: readonly { readonly milestone: Milestone; readonly parcels: number }[];
  readonly carriers: readonly { readonly id: string; readonly name: string }[];
  /** Problems that can be filtered by, without `none`. */
  readonly problems: readonly string[];
  readonly rows: readonly ParcelRow[];
  /** Address of the next page, null on the last. */
  readonly nextUrl: string | null;
  /** Address of the first page, null when this is it. */
  readonly firstUrl: string | null;
};

export type StoredScan = {
  readonly received: Moment;
  readonly way: 'poll' | 'push' | 'api';
  /** As the carrier wrote it, with the offset it sent. */
  readonly localTime: string;
  readonly zone: string | null;
  readonly confidence: 'exact' | 'located' | 'assumed' | 'date_only';
  readonly code: string;
  readonly milestone: Milestone | 'info';
  readonly subStatus: string | null;
  readonly place: string | null;
  readonly text: string | null;
  readonly retracts: boolean;
  readonly leg: 'outbound' | 'return';
};

/** What became of a fact worth telling; the fields are those of `#notices`. */
export type ToldNotice = {
  readonly kind: string;
  readonly subStatus: string | null;
  readonly decided: Moment;
  readonly due: Moment;
  /** Until when it is held back; null when it is not. */
  readonly held: Moment | null;
  /** What a correction takes back. */
  readonly ofKind: string | null;
  readonly verdict: 'due' | 'old' | 'overtaken' | 'passed' | 'withdrawn' | 'corrected';
  readonly channel: string;
  readonly outcome: 'sent' | 'refused' | 'no address' | 'suppressed' | 'unsubscribed' | null;
  readonly concluded: Moment | null;
  /** What the mail server answered. */
  readonly answer: string | null;
  readonly tries: number | null;
};

export type DisclosureRow = {
  readonly disclosed: Moment;
  readonly recipient: string;
  /** Null when it is called like the purpose. */
  readonly service: string | null;
  readonly purpose: string;
  readonly basis: string;
  readonly fields: readonly string[];
  readonly withheld: readonly Withheld[];
};

/** A kind of data that stayed, with the reason in words; `rule` is the line of the rules that says so. */
export type Withheld = { readonly text: string; readonly rule: string | null };

/** What a person has said against the use of their data. */
export type RestraintsView = {
  readonly restricted: Moment | null;
  readonly objections: readonly { readonly purpose: string; readonly at: Moment }[];
};

export type ParcelPageView = {
  readonly frame: StaffFrame;
  readonly parcel: ParcelRow & {
    readonly service: string | null;
    readonly attempts: number;
    readonly leg: 'outbound' | 'return';
    readonly problem: string | null;
    /** Who must do the next thing. */
    readonly actor: string | null;
  };
  /** The page that the customer sees. */
  readonly customerUrl: string | null;
  readonly carrierUrl: string | null;
  /** When the carrier is asked again, and what came of asking last. */
  readonly nextAsk: Moment | null;
  readonly askOutcome: string | null;
  readonly siblings: readonly Pick<ParcelRow, 'id' | 'position' | 'milestone'>[];
  /** Newest first. */
  readonly scans: readonly StoredScan[];
  readonly notices: readonly ToldNotice[];
  readonly disclosures: readonly DisclosureRow[];
  readonly restraints: RestraintsView;
};

export type NoticesView = {
  readonly frame: StaffFrame;
  readonly rows: readonly (Pick<ToldNotice, 'kind' | 'verdict' | 'outcome' | 'concluded' | 'answer' | 'tries'> & {
    readonly id: string;
    readonly orderNumber: string;
    /** One of the parcels that it tells of. */
    readonly parcelId: string | null;
    readonly made: Moment;
  })[];
  readonly nextUrl: string | null;
  readonly firstUrl: string | null;
};

export type CodesView = {
  readonly frame: StaffFrame;
  readonly rows: readonly {
    readonly carrierName: string;
    readonly code: string;
    readonly scans: number;
    readonly first: Moment;
    readonly last: Moment;
  }[];
};

export type ParkedView = {
  readonly frame: StaffFrame;
  readonly rows: readonly {
    readonly follower: string;
    readonly key: string;
    readonly kind: string | null;
    readonly appended: Moment;
    readonly reason: string;
  }[];
};

export type MailRow = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly received: Moment;
};

export type MailboxView = { readonly frame: StaffFrame; readonly rows: readonly MailRow[] };
export type MailView = { readonly frame: StaffFrame; readonly mail: MailRow };

export type SettingsView = {
  readonly frame: StaffFrame;
  readonly version: string;
  readonly settings: readonly {
    readonly variable: string;
    readonly value: string;
    readonly from: 'environment' | 'default';
    readonly meaning: string;
    readonly limit: string;
  }[];
  /** Everybody outside this house that the program speaks with. */
  readonly egress: readonly {
    readonly who: string;
    readonly hosts: readonly string[];
    readonly why: string;
    /** Kinds of personal data that may go there, with their basis. */
    readonly fields: readonly string[];
  }[];
};

export type KeysView = {
  readonly frame: StaffFrame;
  readonly keys: readonly { readonly id: string; readonly name: string; readonly scopes: readonly string[] }[];
  readonly scopes: readonly string[];
  /** A key that was just made; shown this once. */
  readonly made: { readonly id: string; readonly key: string } | null;
  /** What was wrong with the form, and what stood in it. */
  readonly wrong: { readonly message: string; readonly name: string; readonly scopes: readonly string[] } | null;
};

/** The sample shop is not set up; this leads to the shops that are. */
export type OwnShops = readonly { readonly id: string; readonly name: string }[];

export type FaceField = {
  readonly name: string;
  readonly label: string;
  /** As it was typed, or as it is kept. */
  readonly value: string;
  readonly note: string | null;
  readonly wrong: string | null;
  readonly choices: readonly { readonly value: string; readonly label: string }[] | null;
  readonly isNeeded: boolean;
};

export type FaceView = {
  readonly frame: StaffFrame;
  /** Where the sample shop is looked at; null where the shop is somebody's own. */
  readonly own: OwnShops | null;
  readonly groups: readonly { readonly key: FaceGroup; readonly fields: readonly FaceField[] }[];
  /** The settings that the page was made from, for the form to bring back. */
  readonly seen: string;
  /** What others have set in the meantime; null when nobody has. */
  readonly stale: readonly StaleField[] | null;
  readonly isTyped: boolean;
  readonly contrasts: readonly {
    readonly pair: 'onBrand' | 'light' | 'dark';
    readonly ratio: string;
    readonly passes: boolean;
  }[];
  readonly previews: readonly { readonly part: FacePart; readonly url: string }[];
  readonly logo: { readonly url: string | null; readonly wrong: string | null };
};

export type FaceGroup = 'name' | 'colours' | 'sender' | 'contact';
export type FacePart = 'page.light' | 'page.dark' | 'mail.light' | 'mail.dark';

export type CarriersView = {
  readonly frame: StaffFrame;
  readonly own: OwnShops | null;
  readonly accounts: readonly {
    readonly id: string;
    readonly name: string;
    readonly carrier: string;
    readonly state: 'works' | 'rests' | 'waits';
    readonly why: string | null;
    readonly left: number;
    readonly perDay: number;
    readonly pushUrl: string | null;
  }[];
  readonly forms: readonly {
    readonly carrier: string;
    readonly name: string;
    readonly isConnected: boolean;
    /** Whether it came back with something wrong. */
    readonly isOpen: boolean;
    readonly fields: readonly {
      readonly name: string;
      readonly label: string;
      readonly secret: boolean;
      readonly value: string;
      readonly wrong: string | null;
    }[];
  }[];
};

export type AuditView = {
  readonly frame: StaffFrame;
  readonly rows: readonly {
    readonly happened: Moment;
    readonly actor: string;
    readonly verb: string;
    readonly subject: string;
  }[];
};

export type SampleView = { readonly frame: StaffFrame; readonly orders: number; readonly parcels: number };

export type MissingView = { readonly frame: StaffFrame };

/** Pages outside the session. */
export type DoorView = { readonly language: string; readonly dir: 'ltr' | 'rtl' };
