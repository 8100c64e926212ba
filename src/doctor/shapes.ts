/** What is looked at; in the order in which it is shown. */
export const checkNames = [
  'settings',
  'domain',
  'ports',
  'clock',
  'certificate',
  'dns',
  'mail',
  'keys',
  'breach',
  'ledger',
  'disk',
  'database',
] as const;
export type CheckName = (typeof checkNames)[number];

export type CheckState = 'good' | 'warning' | 'bad' | 'unknown';
export type CheckValues = Readonly<Record<string, string | number>>;

export type Check = {
  readonly name: CheckName;
  /** `unknown`: could not be looked at, which is said. `bad`: something does not work. `warning`: it will not, or not for all. */
  readonly state: CheckState;
  /** Names the words. */
  readonly code: string;
  /** Fill them: no personal data. */
  readonly values: CheckValues;
};

export type Examination = {
  readonly at: Temporal.Instant;
  /** At least one of each name, in order; several where several things are to be said. */
  readonly checks: readonly Check[];
};

/** `what` is the case, and what to `mend`; empty where nothing is to be done. */
export type CheckText = { readonly what: string; readonly mend: string };

/** What was set, as it counts. */
export type Place = {
  readonly role: 'all' | 'web' | 'worker';
  /** Whether the doors are open: in the program that serves, or beside it. */
  readonly isServing: boolean;
  /** Where customers reach this house. */
  readonly publicUrl: string;
  readonly host: string;
  /** 0 where it is not known which free one was taken. */
  readonly port: number;
  readonly plainPort: number | null;
  /** Names that certificates are got for. */
  readonly domain: readonly string[];
  readonly directories: readonly string[];
  readonly hasDnsHook: boolean;
  readonly trustedProxies: readonly string[];
  readonly tlsFiles: { readonly certFile: string; readonly keyFile: string } | null;
  readonly dataDir: string;
  readonly keysDir: string;
  readonly tempDir: string;
  readonly logFile: string;
  readonly hasOwnDatabase: boolean;
  readonly smtpUrl: string | null;
  /** DNS servers to ask; empty for those of this machine. */
  readonly dnsServers: readonly string[];
};
