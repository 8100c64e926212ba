import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createHttp } from '#kit/http';
import { createLog } from '#kit/log';
import { contactPathOf } from '#orders';
import { openHouse, publicUrl } from './house-on-clock.ts';

const opened = await openHouse();
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl },
  log: createLog({ level: 'silent' }),
  ready: () => Promise.resolve(true),
  errorPage: opened.house.customer.errorPage,
});
opened.house.customer.mount(http);
const { port } = await http.listen();
after(async () => {
  await http.close();
  await opened.close();
});

const contactPath = contactPathOf(opened.shop);
const shopId = contactPath.split('/').at(-1) ?? '';

async function ask(path: string, form?: Readonly<Record<string, string>>) {
  const answered = await fetch(`http://127.0.0.1:${port}${path}`, {
    redirect: 'manual',
    headers: { accept: 'text/html' },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  const type = answered.headers.get('content-type') ?? '';
  const location = new URL(answered.headers.get('location') ?? '/', publicUrl).pathname;
  if (type.includes('event-stream')) await answered.body?.cancel();
  return {
    status: answered.status,
    isPage: type.startsWith('text/html'),
    location,
    text: type.includes('event-stream') ? '' : await answered.text(),
  };
}

/** The newest mail that says it, and what it says there. */
async function inMail(said: RegExp): Promise<string> {
  await opened.settle();
  for (const { text } of opened.mailbox.mails()) {
    const found = said.exec(text ?? '')?.[1];
    if (found !== undefined) return found;
  }
  return assert.fail(`no mail says ${said.source}`);
}

/** Everything that a route may be asked for: the link, a mail's link, a visit behind the code, an address to confirm. */
async function placesOf(page: string): Promise<Readonly<Record<string, string>>> {
  await ask(`${page}/data/code`, { act: 'send' });
  const { location: own } = await ask(`${page}/data/code`, { act: 'check', code: await inMail(/\b(\d{4} \d{4})\b/) });
  const { text } = await ask(`${own}/correct`);
  const typed = [...text.matchAll(/name="(\w+)"[^>]*? value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  await ask(`${own}/correct`, { ...(Object.fromEntries(typed) as Record<string, string>), email: 'new@example.com' });
  const grant = own.split('/').at(-1) ?? '';
  return {
    '/t/': page.slice(3),
    ':shop': shopId,
    ':grant': grant,
    '/u/': await inMail(/\/u\/([\w-]+)/),
    '/e/': await inMail(/\/e\/([\w-]+)/),
  };
}

/** The routes of pages and files, each as something that is there can be asked for. */
function pathsOf(places: Readonly<Record<string, string>>): readonly string[] {
  return http
    .routes()
    .filter(({ method, path }) => method === 'GET' && !/^\/(?:assets|logos|healthz|readyz)/.test(path))
    .map(({ path }) =>
      path
        .replace(/:(?:token|secret)/, places[path.slice(0, 3)] ?? 'nothing')
        .replace(':shop', shopId)
        .replace(':grant', places[':grant'] ?? 'nothing')
        .replaceAll(/[:*]\w*/g, 'nothing'),
    );
}

test('Every page that customers see, and every mail, leads in one click to who is behind the shop.', async () => {
  const page = await opened.putOrder('C-1');
  await opened.postScans({ code: 'in_transit', local_time: '2026-11-20T07:30:00' });
  await opened.settle();
  const leads = (html: string): boolean =>
    [contactPath, `${page}/contact`].some((path) => html.includes(`href="${path}`));
  const paths = pathsOf(await placesOf(page));
  const pages: string[] = [];
  for (const path of paths.filter((one) => one !== contactPath && one !== `${page}/contact`)) {
    const { isPage, text } = await ask(path);
    if (!isPage) continue;
    pages.push(path);
    assert.ok(leads(text), `${path} leads nowhere`);
  }
  assert.ok(pages.length >= 15, pages.join('\n'));
  for (const lost of ['/t/nothing', '/u/nothing', '/nowhere', '/contact/nobody']) {
    assert.ok(leads((await ask(lost)).text), lost);
  }
  const swollen = await ask(`${contactPath}/write?language=en`, { text: 'x'.repeat(100_000) });
  assert.equal(swollen.status, 413);
  assert.ok(
    leads(swollen.text) && /This could not be taken/.test(swollen.text),
    'nor is it said that nothing is there',
  );
  const mails = opened.mailbox.mails();
  assert.ok(mails.length >= 3, `${mails.length} mails`);
  for (const { subject, text, html } of mails) {
    for (const part of [text, html]) assert.ok(part?.includes(contactPath), subject);
  }
});
