import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import { openBrowser, type Browser } from './browser.ts';

const browser = await openBrowser();
const skip = browser === null ? 'no Chromium on this machine' : false;
const folder = mkdtempSync(join(tmpdir(), 'glasspost-browser-test-'));
let server: Server;
let origin = '';

function inBrowser(name: string, run: (opened: Browser) => Promise<void>): void {
  test(name, { skip }, async () => {
    assert.ok(browser);
    await run(browser);
  });
}

/** `/?csp=…&body=…`: a page with that policy and that body. */
before(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://loopback');
    if (url.pathname === '/moved') return response.writeHead(302, { location: '/' }).end();
    // Chromium asks for it at a moment of its own.
    if (url.pathname === '/favicon.ico') return response.writeHead(204).end();
    if (url.pathname !== '/') return response.writeHead(404).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', url.searchParams.get('csp') ?? `default-src 'unsafe-inline' 'self'`);
    if (url.searchParams.has('cookie')) response.setHeader('set-cookie', 'seen=yes; HttpOnly; SameSite=Lax');
    const body = (url.searchParams.get('body') ?? '').replace('{language}', request.headers['accept-language'] ?? '');
    response.end(
      `<!doctype html><html lang="en"><head><title>Page</title></head><body><main>${body}</main></body></html>`,
    );
    return response;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function address(body: string, more: Readonly<Record<string, string>> = {}): string {
  return `${origin}/?${new URLSearchParams({ body, ...more }).toString()}`;
}

inBrowser('A page is opened with its size, its colours, its language and its motion.', async (opened) => {
  const page = await opened.page({ width: 360, height: 640, dark: true, reducedMotion: true, language: 'de-DE' });
  const answer = await page.goto(address('<p id="l">{language}</p>'));
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'] ?? '', /text\/html/);
  assert.equal(await page.evaluate('innerWidth + "x" + innerHeight'), '360x640');
  assert.equal(await page.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`), true);
  assert.equal(await page.evaluate(`matchMedia('(prefers-reduced-motion: reduce)').matches`), true);
  assert.match(await page.evaluate(`document.querySelector('#l').textContent`), /^de-DE/);
  await page.close();
});

inBrowser('Every request is noted, redirections too; what fails is an error of the console.', async (opened) => {
  const page = await opened.page();
  await page.goto(`${origin}/moved`);
  assert.deepEqual(page.requests.slice(0, 2), [`${origin}/moved`, `${origin}/`]);
  await page.goto(address(`<img alt="" src="/gone.png"><script>console.error('said', 1); missing();</script>`));
  await page.waitFor(`document.images[0].complete`);
  assert.ok(page.requests.includes(`${origin}/gone.png`));
  assert.equal(page.errors.length, 3, page.errors.join('\n'));
  assert.match(page.errors.join('\n'), /missing is not defined/);
  assert.match(page.errors.join('\n'), /404/);
  await page.close();
});

inBrowser('Nothing answers: goto says so.', async (opened) => {
  const page = await opened.page();
  await assert.rejects(page.goto('http://127.0.0.1:9/'), /ERR_/);
  await page.close();
});

inBrowser(
  'A certificate that nobody vouches for is refused, unless the test says that it is its own.',
  async (opened) => {
    const { certPem: cert, keyPem: key } = createAuthority('Test').issue(['127.0.0.1']);
    const secure = createSecureServer({ cert, key }, (_request, response) => response.end('<p>secure'));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/`;
    const [strict, trusting] = [await opened.page(), await opened.page({ anyCertificate: true })];
    await assert.rejects(strict.goto(url), /ERR_CERT_AUTHORITY_INVALID/);
    assert.equal((await trusting.goto(url)).status, 200);
    assert.match(await trusting.html(), /secure/);
    await Promise.all([strict.close(), trusting.close()]);
    secure.closeAllConnections();
    secure.close();
  },
);

inBrowser('The page’s own policy stays in force, and axe runs all the same.', async (opened) => {
  const page = await opened.page();
  const csp = `default-src 'none'; script-src 'self'`;
  await page.goto(address(`<script>document.title = 'changed'</script><img src="data:,"><input>`, { csp }));
  assert.equal(await page.evaluate('document.title'), 'Page');
  assert.ok(
    page.errors.some((text) => /Content Security Policy/.test(text)),
    page.errors.join('\n'),
  );
  const found = await page.axe();
  const ids = found.map(({ id }) => id);
  assert.ok(ids.includes('image-alt') && ids.includes('label'), ids.join(' '));
  assert.deepEqual(found.find(({ id }) => id === 'image-alt')?.targets, ['img']);
  await page.goto(address('<h1>Fine</h1>', { csp }));
  assert.deepEqual(await page.axe(), []);
  await page.close();
});

inBrowser('Without JavaScript links and forms work, scripts do not run, and axe still looks.', async (opened) => {
  const page = await opened.page({ javascript: false });
  const form = '<form><label>Name <input name="body"></label><button>Go</button></form>';
  await page.goto(address(`${form}<script>document.title = 'changed'</script>`));
  await page.type('input', 'hello');
  await page.click('button');
  await page.waitFor(`document.querySelector('main').textContent === 'hello'`);
  assert.equal(await page.evaluate('document.title'), 'Page');
  assert.match(await page.url(), /body=hello/);
  assert.match(await page.html(), /<main>hello<\/main>/);
  assert.deepEqual(
    (await page.axe()).map(({ id }) => id),
    ['page-has-heading-one'],
  );
  await page.close();
});

inBrowser('Clicking what is not there or lies covered is an error; waiting ends.', async (opened) => {
  const page = await opened.page();
  await page.goto(address('<button>Under</button><div style="position:fixed;inset:0"></div>'));
  await assert.rejects(page.click('#none'), /#none is not on the page/);
  await assert.rejects(page.click('button'), /button is covered by <div/);
  await assert.rejects(page.waitFor('false', 100), /Waited 100 ms for false/);
  await assert.rejects(page.evaluate('broken('), /SyntaxError/);
  await page.close();
});

inBrowser('The keyboard moves the focus and presses what has it.', async (opened) => {
  const page = await opened.page();
  await page.goto(address(`<button onclick="document.title = 'pressed'">Go</button>`));
  await page.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.localName'), 'button');
  await page.press('Enter');
  await page.waitFor(`document.title === 'pressed'`);
  await page.close();
});

inBrowser('Pages share no cookies; a screenshot is a picture of the whole page.', async (opened) => {
  const [one, two] = [await opened.page(), await opened.page({ width: 320, height: 200 })];
  await one.goto(address('', { cookie: 'yes' }));
  await two.goto(address('<div style="height:900px">tall</div>'));
  assert.deepEqual(
    (await one.cookies()).map(({ name, value, httpOnly, sameSite }) => [name, value, httpOnly, sameSite]),
    [['seen', 'yes', true, 'Lax']],
  );
  assert.deepEqual(await two.cookies(), []);
  const path = join(folder, 'page.png');
  await two.screenshot(path);
  const png = readFileSync(path);
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.equal(png.readUInt32BE(16), 320);
  assert.ok(png.readUInt32BE(20) > 900);
  await Promise.all([one.close(), two.close()]);
});

test('A browser that is closed leaves no profile behind.', { skip }, async (context) => {
  const { TMPDIR } = process.env;
  context.after(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  });
  process.env['TMPDIR'] = mkdtempSync(join(folder, 'profiles-'));
  const second = await openBrowser();
  assert.ok(readdirSync(tmpdir()).some((name) => name.startsWith('glasspost-chromium-')));
  await second?.close();
  assert.deepEqual(readdirSync(tmpdir()), []);
});

test('A machine without the named Chromium says which is missing.', async () => {
  process.env['CHROMIUM'] = join(folder, 'no-chromium');
  await assert.rejects(openBrowser(), /no-chromium/);
  delete process.env['CHROMIUM'];
});
