import type { Account, Carriers } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { Log } from '#kit/log';
import type { Mailbox } from '#kit/mailbox';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import type { Orders, Shop } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';
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
  ) => Promise<{ readonly id: string; readonly key: string }>;
  /** False when there is no such key. */
  readonly revoke: (shopId: string, id: string, actor: string) => Promise<boolean>;
};

export type ConsoleNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly privacy: Pick<Privacy, 'open' | 'audit' | 'audits' | 'disclosuresOf'>;
  readonly orders: Pick<Orders, 'shops' | 'find' | 'read' | 'numberHash' | 'customerUrl' | 'changeShop'>;
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
  readonly facts: Pick<Facts, 'parked' | 'retry'>;
  readonly mailbox: Pick<Mailbox, 'mails'>;
  /** What sends the mails of real shops; null while all of them go to the mailbox. `operator` is null when the shop is. */
  readonly mailServer: { readonly host: string; readonly operator: string | null } | null;
  readonly publicUrl: string;
  readonly keys: Keys;
  /** False when there is none. */
  readonly removeSample: () => Promise<boolean>;
  /** Secrets masked. */
  readonly settings: () => SettingsView['settings'];
  readonly version: string;
};
