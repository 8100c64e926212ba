import type { ParseArgsOptionsConfig } from 'node:util';
import type { Backup, Restored, RestoreHow } from '#backup';
import type { Account, Carriers } from '#carriers';
import type { Examination } from '#doctor';
import type { Evidence } from '#evidence';
import type { Clock } from '#kit/clock';
import type { KeyRoom } from '#keys';
import type { Database } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { FrontState } from '#kit/http';
import type { MailRoom } from '#mail';
import type { Faq } from '#faq';
import type { Orders } from '#orders';
import type { Privacy } from '#privacy';
import type { Protection } from '#protection';
import type { BreachDesk, Canaries } from '#rights';
import type { Rights, RightsDesk } from '#rights';
import type { Service } from '#service';
import type { Reviews } from '#reviews';
import type { Tls } from '#tls';
import type { CsvEnd, Separator, Suggestion, Wrong } from '#shops';

/** A setting as it counts now, secrets masked. */
export type ShownSetting = {
  readonly variable: string;
  readonly value: string;
  readonly from: 'environment' | 'default';
  readonly meaning: string;
  readonly limit: string;
};

/** What a command that works on the data is given. Doors of neighbours come as plain functions. */
export type OpenedHouse = {
  readonly database: Database;
  readonly clock: Clock;
  /** The keyring: how it stands, and what turns it. */
  readonly keyRoom: Pick<KeyRoom, 'status' | 'rotate' | 'retire' | 'moveTo'>;
  readonly backup: Backup;
  readonly orders: Orders;
  readonly privacy: Privacy;
  readonly carriers: Carriers;
  readonly facts: Facts;
  readonly mail: MailRoom;
  readonly tls: Pick<Tls, 'list' | 'renewNow' | 'revoke' | 'deliver' | 'hsts' | 'measureStage' | 'stepHsts'>;
  readonly fronts: () => Promise<readonly FrontState[]>;
  readonly protection: Pick<
    Protection,
    'sites' | 'addSite' | 'removeSite' | 'proveSite' | 'scanNow' | 'state' | 'provenHosts'
  >;
  readonly evidence: Pick<
    Evidence,
    'seals' | 'state' | 'addSeal' | 'removeSeal' | 'checkNow' | 'tryReading' | 'setInviting'
  >;
  readonly breaches: Pick<BreachDesk, 'list' | 'show' | 'open' | 'step' | 'persons' | 'drafts' | 'reach' | 'write'>;
  readonly canaries: Pick<Canaries, 'plant' | 'list' | 'end'>;
  readonly faq: Omit<Faq, 'held' | 'forget' | 'forgetShop'>;
  readonly rights: Rights & RightsDesk;
  readonly service: Pick<Service, 'cases' | 'contactOf' | 'contactSettings' | 'setContact'>;
  readonly reviews: Pick<
    Reviews,
    | 'list'
    | 'read'
    | 'moderate'
    | 'answer'
    | 'figuresOf'
    | 'settingsOf'
    | 'changeSettings'
    | 'exportCsv'
    | 'importCsv'
    | 'dropImported'
  >;
  readonly publicUrl: string;
  readonly pushUrlOf: (account: Account) => string;
  readonly createKey: (shopId: string, name: string, scopes: readonly string[]) => Promise<{ id: string; key: string }>;
  readonly keys: (
    shopId: string,
  ) => Promise<readonly { readonly id: string; readonly name: string; readonly scopes: readonly string[] }[]>;
  readonly revokeKey: (shopId: string, id: string) => Promise<boolean>;
  readonly consoleLink: () => Promise<string>;
  readonly removeSample: () => Promise<boolean>;
  /** @throws Fault('invalid') when the mapping does not fit the file */
  readonly importOrders: (asked: {
    readonly shopId: string;
    readonly bytes: AsyncIterable<Uint8Array>;
    readonly mapping: unknown;
    readonly separator: Separator | null;
    readonly dryRun: boolean;
    readonly progress: (counts: ImportedOrders['counts'], refused: readonly RefusedOrder[]) => void;
  }) => Promise<ImportedOrders>;
  readonly suggestMapping: (
    bytes: AsyncIterable<Uint8Array>,
    separator: Separator | null,
    shop: { readonly language: string; readonly zone: string },
  ) => Promise<Suggestion>;
};

/** What came of an import; `end` says why the file was not read to its end. */
export type ImportedOrders = {
  readonly counts: Readonly<Record<'rows' | 'orders' | 'added' | 'changed' | 'unchanged' | 'refused', number>>;
  readonly end: CsvEnd | null;
};

export type RefusedOrder = {
  readonly number: string;
  readonly lines: { readonly first: number; readonly last: number };
  readonly reasons: readonly (Wrong & { readonly columns: readonly string[] })[];
};

export type CommandWorld = {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly settings: () => readonly ShownSetting[];
  readonly routes: () => Promise<readonly { readonly host: string; readonly to: string }[]>;
  /** Looks at the whole installation, whatever state it is in. */
  readonly examine: () => Promise<Examination>;
  /** Brings a backup into this installation, which nothing else may use meanwhile. */
  readonly restore: (how: RestoreHow) => Promise<Restored>;
  /** Opens the data for the time of `work`. */
  readonly withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => Promise<T>;
};

export type Call = {
  readonly world: CommandWorld;
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly json: boolean;
};

export type Command = {
  readonly name: readonly string[];
  readonly usage: string;
  readonly meaning: string;
  /** How many words follow its name, at least and at most. */
  readonly takes: readonly [min: number, max: number];
  readonly options: ParseArgsOptionsConfig;
  readonly run: (call: Call) => Promise<number>;
  /** What help says beyond the usage, given the words that followed the name; empty when nothing. */
  readonly more?: (words: readonly string[]) => Promise<string>;
};

/** Rows in columns that line up. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function listOf(value: Call['values'][string]): readonly string[] {
  const given = Array.isArray(value) ? value : [value];
  return given.filter((one) => typeof one === 'string');
}
