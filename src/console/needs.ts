import type { Account, Carriers } from '#carriers';
import type { Doctor } from '#doctor';
import type { Faq } from '#faq';
import type { Evidence } from '#evidence';
import type { KeyRoom } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { FrontState } from '#kit/http';
import type { Log } from '#kit/log';
import type { Mailbox } from '#kit/mailbox';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import type { Orders, Shop } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy, WitnessRoom } from '#privacy';
import type { Protection } from '#protection';
import type { BreachDesk, Canaries } from '#rights';
import type { Reviews } from '#reviews';
import type { Rights, RightsDesk } from '#rights';
import type { Service } from '#service';
import type { Tls } from '#tls';
import type { Watch } from '#watch';
import type { SettingsView } from './view.ts';

/** The keys of the API, which is a neighbour: its functions come by hand. */
type Keys = {
  readonly scopes: readonly string[];
  readonly list: (
    shopId: string,
  ) => Promise<readonly { readonly id: string; readonly name: string; readonly scopes: readonly string[] }[]>;
  /** @throws Fault('invalid') when a scope is unknown */
  readonly create: (
    shopId: string,
    name: string,
    wanted: readonly string[],
    actor: string,
    offered: readonly string[],
  ) => Promise<{ readonly id: string; readonly key: string }>;
  /** False when there is no such key. */
  readonly revoke: (shopId: string, id: string, actor: string) => Promise<boolean>;
};

/** Where a file of orders stands. */
export type ImportLine = {
  readonly id: string;
  readonly createdAt: Temporal.Instant;
  readonly state: 'uploaded' | 'running' | 'done' | 'ended';
  readonly fileName: string;
  readonly byteCount: number;
  readonly bytesDone: number;
  readonly counts: Readonly<Record<'rows' | 'orders' | 'added' | 'changed' | 'unchanged' | 'refused', number>>;
  readonly endedLine: number | null;
  readonly endedWhy: string | null;
};

export type PreviewedOrder = {
  readonly number: string;
  readonly lines: { readonly first: number; readonly last: number };
  /** Meant to be a body of the API. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly reasons: readonly RefusalReason[];
};

type RefusalReason = { readonly field: string; readonly code: string; readonly columns: readonly string[] };

/** The files of orders that staff bring; the API's room, by hand. A mapping is the content of a MAP.json. */
type Imports = {
  readonly begin: (
    shop: { readonly shopId: string; readonly language: string },
    file: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> },
  ) => Promise<string>;
  readonly list: (shopId: string) => Promise<readonly ImportLine[]>;
  readonly find: (
    shopId: string,
    id: string,
  ) => Promise<(ImportLine & { readonly columns: readonly string[]; readonly mapping: unknown }) | null>;
  /** @throws Fault('invalid') when the mapping does not fit the file */
  readonly preview: (shopId: string, id: string) => Promise<readonly PreviewedOrder[]>;
  readonly remap: (shopId: string, id: string, mapping: unknown) => Promise<void>;
  /** False when it was started before. @throws Fault('invalid') when the mapping does not fit the file */
  readonly start: (shopId: string, id: string) => Promise<boolean>;
  /** A CSV file with these words for its first columns and for what is wrong; null when there is none. */
  readonly refused: (
    shopId: string,
    id: string,
    words: { readonly line: string; readonly reason: string; readonly why: (reason: RefusalReason) => string },
  ) => Promise<string | null>;
  readonly drop: (shopId: string, id: string) => Promise<boolean>;
};

export type ConsoleNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly privacy: Pick<Privacy, 'open' | 'audit' | 'audits' | 'disclosuresOf' | 'restrictionsOf' | 'ledger'> & {
    readonly witness: Pick<WitnessRoom, 'state' | 'add' | 'remove'>;
  };
  readonly orders: Pick<
    Orders,
    'shops' | 'find' | 'read' | 'readMany' | 'numberHash' | 'customerUrl' | 'changeShop' | 'contacts' | 'whose'
  >;
  readonly parcels: Pick<Parcels, 'read' | 'list' | 'scans' | 'findByNumber' | 'countByMilestone' | 'unmapped'>;
  readonly carriers: Pick<Carriers, 'accounts' | 'connect' | 'tryAccount' | 'quota' | 'disconnect'>;
  readonly pushUrlOf: (account: Account) => string;
  /** The head of a customer's page, which is a neighbour's, as a document for a frame. */
  readonly headPreview: (shop: Omit<Shop, 'shopId'>, scheme: 'light' | 'dark') => string;
  readonly watch: Pick<Watch, 'watched'>;
  readonly notices: Pick<Notices, 'ofOrder' | 'ofShop'>;
  readonly mail: Pick<
    MailRoom,
    'state' | 'records' | 'rotate' | 'tryMail' | 'setBounceAddress' | 'suppressed' | 'isAbout' | 'lift'
  >;
  readonly tls: Pick<Tls, 'list' | 'renewNow' | 'revoke' | 'deliver' | 'hsts' | 'measureStage' | 'stepHsts'>;
  readonly protection: Pick<
    Protection,
    'sites' | 'addSite' | 'removeSite' | 'proveSite' | 'scanNow' | 'state' | 'open'
  >;
  readonly evidence: Pick<
    Evidence,
    'seals' | 'state' | 'addSeal' | 'removeSeal' | 'checkNow' | 'tryReading' | 'setInviting'
  >;
  readonly breaches: Pick<
    BreachDesk,
    'list' | 'openCases' | 'show' | 'open' | 'step' | 'persons' | 'drafts' | 'reach' | 'write'
  >;
  readonly canaries: Pick<Canaries, 'plant' | 'list' | 'end'>;
  readonly rights: RightsDesk &
    Pick<
      Rights,
      | 'held'
      | 'heldBack'
      | 'exportPerson'
      | 'weigh'
      | 'eraseNow'
      | 'correct'
      | 'restrain'
      | 'emailWaiting'
      | 'readHolds'
    >;
  readonly service: Pick<Service, 'cases' | 'contactOf' | 'contactSettings' | 'setContact'>;
  readonly faq: Pick<
    Faq,
    | 'shelf'
    | 'shelved'
    | 'revisions'
    | 'revision'
    | 'preview'
    | 'save'
    | 'publish'
    | 'withdraw'
    | 'place'
    | 'remove'
    | 'exportAll'
    | 'importAll'
    | 'tallies'
    | 'days'
  >;
  readonly reviews: Pick<
    Reviews,
    | 'list'
    | 'waiting'
    | 'read'
    | 'moderate'
    | 'answer'
    | 'figuresOf'
    | 'settingsOf'
    | 'changeSettings'
    | 'pictures'
    | 'importedOf'
    | 'importCsv'
    | 'dropImported'
    | 'exportCsv'
  >;
  readonly doctor: Pick<Doctor, 'examine'>;
  readonly keyRoom: Pick<KeyRoom, 'status'>;
  readonly fronts: () => Promise<readonly FrontState[]>;
  readonly facts: Pick<Facts, 'parked' | 'retry'>;
  readonly mailbox: Pick<Mailbox, 'mails'>;
  /** What sends the mails of real shops; null while all of them go to the mailbox. `operator` is null when the shop is. */
  readonly mailServer: { readonly host: string; readonly operator: string | null } | null;
  readonly publicUrl: string;
  readonly keys: Keys;
  readonly imports: Imports;
  /** False when there is none. */
  readonly removeSample: () => Promise<boolean>;
  /** Secrets masked. */
  readonly settings: () => SettingsView['settings'];
  readonly version: string;
};
