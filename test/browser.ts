// A real Chromium for tests, spoken to over its own protocol: no package between. It bypasses nothing of a page's
// Content-Security-Policy; axe comes in by Runtime.evaluate, which no policy governs.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPage } from './browser/page.ts';
import { connect } from './browser/protocol.ts';

export type PageOptions = {
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly reducedMotion?: boolean;
  /** False: the page's scripts do not run; `evaluate`, `waitFor` and `axe` still do. */
  readonly javascript?: boolean;
  /** What the page is asked for, such as `de-DE`. */
  readonly language?: string;
  /** True: certificates that a test made for itself are taken. */
  readonly anyCertificate?: boolean;
};

export type Violation = {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly targets: readonly string[];
};

export type Cookie = {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite?: string;
};

export type Page = {
  /** Resolves when the page has loaded. @throws when nothing answers or the certificate is refused */
  readonly goto: (
    url: string,
  ) => Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>> }>;
  readonly url: () => Promise<string>;
  readonly html: () => Promise<string>;
  /** The value of an expression, awaited; it must survive JSON. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  /** A real click of the mouse in the middle of the element. */
  readonly click: (selector: string) => Promise<void>;
  /** Types into the element as a keyboard does. */
  readonly type: (selector: string, text: string) => Promise<void>;
  readonly press: (key: 'Tab' | 'Enter' | 'Escape' | ' ') => Promise<void>;
  /** Waits until an expression is true, across navigations. @throws after `timeoutMs` */
  readonly waitFor: (expression: string, timeoutMs?: number) => Promise<void>;
  readonly axe: () => Promise<readonly Violation[]>;
  /** A PNG of the whole page. */
  readonly screenshot: (path: string) => Promise<void>;
  readonly cookies: () => Promise<readonly Cookie[]>;
  /** Every address that was asked for, oldest first, the icon's too; no `data:` and `blob:`. */
  readonly requests: readonly string[];
  /** What the console calls an error: exceptions, refused by policy, not found. */
  readonly errors: readonly string[];
  readonly close: () => Promise<void>;
};

export type Browser = {
  /** A page in a profile of its own: no cookies, no cache from others. */
  readonly page: (options?: PageOptions) => Promise<Page>;
  readonly close: () => Promise<void>;
};

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium speaks to nobody but the tests: no updates, no look-ups, no first-run pages, no proxy. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  // It ends when the pipe does: however this process dies, no browser stays behind.
  '--remote-debugging-pipe',
];

/** Null when this machine has no Chromium; `CHROMIUM` names one elsewhere. */
export async function openBrowser(): Promise<Browser | null> {
  const program = process.env['CHROMIUM'] ?? programs.find((path) => existsSync(path));
  if (program === undefined) return null;
  const profile = mkdtempSync(join(tmpdir(), 'glasspost-chromium-'));
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const removeProfile = (): void => rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  const end = (): void => {
    endGroup(child);
    removeProfile();
  };
  process.once('exit', end);
  const connection = connect(child.stdio[3] as Socket, child.stdio[4] as Socket);
  await Promise.race([connection.send('Browser.getVersion'), failed]);
  child.unref();
  return {
    page: (options = {}) => openPage(connection, options),
    close: async () => {
      child.ref();
      // One that has gone, or does not listen any more, must not keep the tests' own servers open.
      await connection.send('Browser.close').catch(() => endGroup(child));
      await gone;
      process.off('exit', end);
      removeProfile();
    },
  };
}

/** Chromium is many processes; they share a group of their own. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
