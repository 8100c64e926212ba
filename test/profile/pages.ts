// Every page of the program, from its own list of routes: one that is added and cannot be reached here fails the check.
import assert from 'node:assert/strict';
import { createHttp } from '#kit/http';
import { createLog } from '#kit/log';
import { get, until, type Got } from '../authorities/tls-node.ts';
import { openHouse, publicUrl } from '../stories/house-on-clock.ts';
import { host, shopAt } from './places.ts';
import type { PageToJudge } from './tools.ts';

/** What is no page, and why it needs no judge of pages. */
const noPages: ReadonlySet<string> = new Set([
  // For whoever watches the machine.
  ...['/healthz', '/readyz'],
  // Streams, files and pictures.
  ...['/t/:token/live', '/assets/:name', '/logos/:name'],
  ...['/console/import/:id/refused.csv', '/console/protection/:id/known.json', '/console/record.json'],
  ...['/console/answers/file'],
  ...['/console/breaches/:id/persons.csv', '/t/:token/consents/:consent/receipt', '/receipts/:shop/jwks.json'],
  ...['/t/:token/data/receipt', '/t/:token/data/proof/:entry', '/t/:token/data/:grant/proof/:entry'],
  ...['/t/:token/data/:grant/entries', '/t/:token/data/:grant/download/:format'],
  ...['/ledger/:shop/verify.mjs', '/ledger/:shop/*'],
  ...['/reviews/:shop/pictures/:name', '/r/:token/pictures/:name', '/console/reviews/:id/pictures/:name'],
  ...['/console/review-exchange/reviews.csv', '/trust/:shop/:file'],
  // Lead to another page: with the stroke at its end, of the article that is begun.
  ...['/ledger/:shop', '/console/answers/new'],
  // Documents in frames of the console, under policies that leave them nothing but their looks.
  ...['/console/mailbox/:id/body', '/console/shop/preview'],
]);

export type Entered = {
  readonly customerPath: string;
  /** Of the session, as it was set. */
  readonly cookie: string;
};

/** Comes in as the greeting says. */
export async function enter(greeting: readonly string[], caPem: string): Promise<Entered> {
  const pathIn = (part: string): string => {
    const url = greeting
      .map((line) => URL.parse(line.split(/\s+/).at(-1) ?? ''))
      .find((one) => one?.pathname.startsWith(part));
    assert.ok(url, `no ${part} in ${greeting.join('\n')}`);
    return url.pathname;
  };
  const headers = { host, origin: `https://${host}`, 'content-type': 'application/x-www-form-urlencoded' };
  const answered = await ask(pathIn('/console/enter/'), caPem, { method: 'POST', headers });
  const cookie = answered.headers['set-cookie']?.[0] ?? '';
  assert.match(cookie, /^__Host-glasspost=/);
  return { customerPath: pathIn('/t/'), cookie };
}

function ask(path: string, caPem: string, more: Parameters<typeof get>[3] = {}, body = ''): Promise<Got> {
  return get(443, host, caPem, { host: shopAt, path, headers: { host }, ...more }, body);
}

/**
 * One page of every route, the customer's first: those without a part that varies by themselves, the others where a page
 * leads to one. Staff's are asked for with their cookie.
 * @param freshLink a way in that nobody has used
 */
export async function pagesOf(entered: Entered, freshLink: string, caPem: string): Promise<readonly PageToJudge[]> {
  const staff = { host, cookie: entered.cookie.split(';', 1)[0] ?? '' };
  const [imported, left, asked] = [
    await importFile(staff, caPem),
    await pathInMail(staff, caPem, /https:\/\/[^"\s/]+(\/u\/[\w-]+)/),
    await pathInMail(staff, caPem, /https:\/\/[^"\s/]+(\/r\/[\w-]+)/),
  ];
  const own = await openOwn(entered.customerPath, staff, caPem);
  const known = new Set([entered.customerPath, imported, left, asked, new URL(freshLink).pathname, ...own]);
  // What begins with /v1/ is the machines' door.
  const routes = (await routesOf()).filter((route) => !noPages.has(route) && !route.startsWith('/v1/'));
  for (const route of routes) if (!route.includes(':')) known.add(route);
  for (const path of known) {
    // Looked at, a way in stays unused.
    const { text } = await ask(path, caPem, { headers: path.startsWith('/console') ? staff : { host } });
    for (const [, link = ''] of text.matchAll(/href="([^"?#]+)/g)) {
      const isNew = routes.some((route) => matches(route, link) && ![...known].some((one) => matches(route, one)));
      if (isNew) known.add(link);
    }
  }
  const missing = routes.filter((route) => ![...known].some((path) => matches(route, path)));
  assert.deepEqual(missing, [], 'pages that nothing here leads to');
  return [...known].map((path) => {
    const isStaffs = path.startsWith('/console') && !path.startsWith('/console/enter');
    return { path, cookie: isStaffs ? entered.cookie : null };
  });
}

function matches(route: string, path: string): boolean {
  const parts = route.split('/');
  const given = path.split('/');
  return parts.length === given.length && parts.every((part, at) => part.startsWith(':') || part === given[at]);
}

/** As the program mounts them. */
async function routesOf(): Promise<readonly string[]> {
  const opened = await openHouse();
  const settings = { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl };
  const http = createHttp({ settings, log: createLog({ level: 'silent' }), ready: () => Promise.resolve(true) });
  for (const door of [opened.house.customer, opened.house.console, opened.house.api]) door.mount(http);
  await opened.close();
  return http.routes().flatMap(({ method, path }) => (method === 'GET' ? [path] : []));
}

type Staff = { readonly host: string; readonly cookie: string };

/** A file of orders that waits for what staff say about its columns. */
async function importFile(staff: Staff, caPem: string): Promise<string> {
  const edge = 'edge-of-parts';
  const body = [
    `--${edge}`,
    'content-disposition: form-data; name="file"; filename="orders.csv"',
    '',
    'Bestellnummer;E-Mail;Trackingnummer',
    'A-1;a@example.com;00340434161094015902',
    `--${edge}--`,
    '',
  ].join('\r\n');
  const headers = { ...staff, origin: `https://${host}`, 'content-type': `multipart/form-data; boundary=${edge}` };
  const { headers: answered, text } = await ask('/console/import', caPem, { method: 'POST', headers }, body);
  assert.match(answered.location ?? '', /^\/console\/import\//, text);
  return new URL(answered.location ?? '', `https://${host}`).pathname;
}

/** What the newest mail that says it says. */
async function pathInMail(staff: Staff, caPem: string, said: RegExp): Promise<string> {
  const { text } = await ask('/console/mailbox', caPem, { headers: staff });
  for (const [, mail = ''] of text.matchAll(/href="(\/console\/mailbox\/[^"/?#]+)"/g)) {
    const { text: body } = await ask(`${mail}/body`, caPem, { headers: staff });
    const found = said.exec(body)?.[1];
    if (found !== undefined) return found;
  }
  return assert.fail(`no mail says ${said.source}`);
}

/** A person's data behind the code from their mailbox, and the page behind the mail to an address that they give anew. */
async function openOwn(customerPath: string, staff: Staff, caPem: string): Promise<readonly string[]> {
  const page = `${customerPath}/data`;
  const headers = { host, origin: `https://${host}`, 'content-type': 'application/x-www-form-urlencoded' };
  const post = async (path: string, form: Readonly<Record<string, string>>): Promise<string> => {
    const answered = await ask(path, caPem, { method: 'POST', headers }, String(new URLSearchParams(form)));
    assert.equal(answered.status, 303, `${path}: ${answered.text}`);
    return new URL(answered.headers.location ?? '', `https://${host}`).pathname;
  };
  // A mail goes by a job.
  const soon = async (said: RegExp): Promise<string> => {
    let found = '';
    await until('the mail', async () => {
      found = await pathInMail(staff, caPem, said).catch(() => '');
      return found !== '';
    });
    return found;
  };
  await post(`${customerPath}/contact/write`, { topic: 'data', text: 'What do you know of me?' });
  await post(`${page}/code`, { act: 'send' });
  const code = await soon(/\b(\d{4} \d{4})\b/);
  const own = await post(`${page}/code`, { act: 'check', code });
  const { text } = await ask(`${own}/correct`, caPem);
  const typed = [...text.matchAll(/name="(\w+)"[^>]*? value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  await post(`${own}/correct`, { ...Object.fromEntries<string>(typed), email: 'new@example.com' });
  // They are linked where there is more than the page shows.
  const given = [`${page}/given`, `${own}/given`];
  return [own, ...given, await soon(/https:\/\/[^"\s/]+(\/e\/[\w-]+)/)];
}
