// One page of the browser: what a test does with it and what it notes meanwhile.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page, PageOptions, Violation } from '../browser.ts';
import type { Connection, Session } from './protocol.ts';

type Thrown = { readonly text: string; readonly exception?: { readonly description?: string } };
type Evaluated = { readonly result: { readonly value?: unknown }; readonly exceptionDetails?: Thrown };
type Call = {
  readonly type: string;
  readonly args: readonly { readonly value?: unknown; readonly description?: string }[];
};
type Answer = { readonly status: number; readonly headers: Readonly<Record<string, string>> };
type Response = { readonly loaderId: string; readonly type: string; readonly response: Answer };
type Notes = { readonly requests: string[]; readonly errors: string[]; readonly documents: Map<string, Answer> };

const loadTimeoutMs = 20_000;
const pollMs = 25;

export async function openPage(browser: Connection, options: PageOptions): Promise<Page> {
  const { browserContextId } = await browser.send<{ browserContextId: string }>('Target.createBrowserContext');
  const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', {
    url: 'about:blank',
    browserContextId,
  });
  const { sessionId } = await browser.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  const session = browser.session(sessionId);
  const notes = takeNotes(session);
  for (const domain of ['Page', 'Runtime', 'Network', 'Log', 'DOM']) await session.send(`${domain}.enable`);
  await dress(session, options);
  return {
    ...reading(session),
    axe: () => axe(session, options.javascript === false),
    ...acting(session),
    goto: (url) => goto(session, notes, url),
    cookies: async () => (await browser.send<{ cookies: [] }>('Storage.getCookies', { browserContextId })).cookies,
    requests: notes.requests,
    errors: notes.errors,
    close: async () => {
      await browser.send('Target.disposeBrowserContext', { browserContextId });
    },
  };
}

async function dress(session: Session, options: PageOptions): Promise<void> {
  const { width = 1280, height = 800, language = 'en-GB' } = options;
  const features = [
    { name: 'prefers-color-scheme', value: options.dark === true ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: options.reducedMotion === true ? 'reduce' : 'no-preference' },
  ];
  const { userAgent } = await session.send<{ userAgent: string }>('Browser.getVersion');
  await session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  await session.send('Emulation.setEmulatedMedia', { features });
  await session.send('Emulation.setUserAgentOverride', { userAgent, acceptLanguage: language });
  await session.send('Emulation.setScriptExecutionDisabled', { value: options.javascript === false });
  await session.send('Security.setIgnoreCertificateErrors', { ignore: options.anyCertificate === true });
}

function takeNotes(session: Session): Notes {
  const notes: Notes = { requests: [], errors: [], documents: new Map() };
  session.on('Network.requestWillBeSent', ({ request }: { request: { url: string } }) => {
    if (!/^(?:data|blob):/.test(request.url)) notes.requests.push(request.url);
  });
  session.on('Network.responseReceived', ({ loaderId, type, response }: Response) => {
    if (type === 'Document') notes.documents.set(loaderId, { status: response.status, headers: response.headers });
  });
  session.on('Runtime.exceptionThrown', ({ exceptionDetails }: { exceptionDetails: Thrown }) => {
    notes.errors.push(exceptionDetails.exception?.description ?? exceptionDetails.text);
  });
  session.on('Runtime.consoleAPICalled', (call: Call) => {
    if (call.type !== 'error') return;
    notes.errors.push(call.args.map((part) => part.description ?? JSON.stringify(part.value)).join(' '));
  });
  session.on('Log.entryAdded', ({ entry }: { entry: { level: string; text: string; url?: string } }) => {
    if (entry.level === 'error') notes.errors.push(`${entry.text} ${entry.url ?? ''}`.trim());
  });
  return notes;
}

async function goto(session: Session, notes: Notes, url: string): Promise<Answer> {
  const loaded = new Promise<void>((resolve) => session.on('Page.loadEventFired', () => resolve()));
  const { loaderId = '', errorText } = await session.send<{ loaderId?: string; errorText?: string }>('Page.navigate', {
    url,
  });
  if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
  const late = wait(loadTimeoutMs, 'late' as const, { ref: false });
  if ((await Promise.race([loaded, late])) === 'late') throw new Error(`${url} did not load in ${loadTimeoutMs} ms.`);
  return notes.documents.get(loaderId) ?? { status: 0, headers: {} };
}

async function evaluate<T>(session: Session, expression: string): Promise<T> {
  const { result, exceptionDetails } = await session.send<Evaluated>('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails !== undefined) {
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }
  return result.value as T;
}

function reading(session: Session): Pick<Page, 'url' | 'html' | 'evaluate' | 'waitFor' | 'screenshot'> {
  return {
    url: () => evaluate<string>(session, 'location.href'),
    html: () => evaluate<string>(session, 'document.documentElement.outerHTML'),
    evaluate: <T>(expression: string) => evaluate<T>(session, expression),
    waitFor: (expression, timeoutMs = 5_000) => waitFor(session, expression, timeoutMs),
    screenshot: async (path) => {
      const whole = { format: 'png', captureBeyondViewport: true };
      const { data } = await session.send<{ data: string }>('Page.captureScreenshot', whole);
      writeFileSync(path, Buffer.from(data, 'base64'));
    },
  };
}

async function waitFor(session: Session, expression: string, timeoutMs: number): Promise<void> {
  const until = performance.now() + timeoutMs;
  let last = 'it was not true';
  while (performance.now() < until) {
    try {
      if (await evaluate<boolean>(session, `Boolean(${expression})`)) return;
    } catch (error) {
      // A navigation takes the old document away in the middle of a question.
      last = String(error);
    }
    await wait(pollMs);
  }
  throw new Error(`Waited ${timeoutMs} ms for ${expression}: ${last}`);
}

let axeSource: string | undefined;

async function axe(session: Session, isScriptless: boolean): Promise<readonly Violation[]> {
  axeSource ??= readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  // axe waits by timers, which stand still in a page without scripts. The page's own were skipped when it loaded.
  if (isScriptless) await session.send('Emulation.setScriptExecutionDisabled', { value: false });
  await evaluate(session, `if (globalThis.axe === undefined) { ${axeSource} }`);
  const found = await evaluate<readonly Violation[]>(
    session,
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, impact, help, nodes }) =>
      ({ id, impact: impact ?? null, help, targets: nodes.map((node) => node.target.join(' ')) })))`,
  );
  if (isScriptless) await session.send('Emulation.setScriptExecutionDisabled', { value: true });
  return found;
}

const keys = { Tab: 9, Enter: 13, Escape: 27, ' ': 32 };

function acting(session: Session): Pick<Page, 'click' | 'type' | 'press'> {
  const press: Page['press'] = async (key) => {
    const text = key === 'Enter' ? '\r' : key;
    const typed = key === 'Enter' || key === ' ' ? { text } : {};
    const stroke = { key, code: key === ' ' ? 'Space' : key, windowsVirtualKeyCode: keys[key] };
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...stroke, ...typed });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke });
  };
  const click: Page['click'] = async (selector) => {
    const { x, y } = await middleOf(session, selector);
    for (const type of ['mousePressed', 'mouseReleased']) {
      await session.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    }
  };
  const type: Page['type'] = async (selector, text) => {
    await click(selector);
    await session.send('Input.insertText', { text });
  };
  return { click, type, press };
}

/** Scrolls the element into view. @throws when there is none, or when something else lies over it */
async function middleOf(session: Session, selector: string): Promise<{ readonly x: number; readonly y: number }> {
  const found = await evaluate<{ x: number; y: number } | string>(
    session,
    `(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      if (element === null) return 'is not on the page';
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      const box = element.getBoundingClientRect();
      const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const top = document.elementFromPoint(at.x, at.y);
      if (top === null) return 'cannot be seen';
      return element.contains(top) || top.contains(element) || element.labels?.length > 0 ? at : 'is covered by ' + top.outerHTML.slice(0, 80);
    })()`,
  );
  if (typeof found === 'string') throw new Error(`${selector} ${found}.`);
  return found;
}
