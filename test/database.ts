import { after } from 'node:test';
import { env } from 'node:process';
import { cloneTemplate, dropQuietly, startTestServer, urlOf, type TestServer } from './template.ts';

export type TestDatabase = { readonly url: string; readonly close: () => Promise<void> };

/** A test file that is run alone has a server of its own, for as long as it runs. */
let own: Promise<TestServer> | null = null;
after(async () => {
  await (await own)?.stop();
});

/** An empty database with today's schema, for one test file. Close what is connected to it, then it. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = sharedServer() ?? (await (own ??= startTestServer(env['DATABASE_URL'])));
  const name = await cloneTemplate(server);
  return { url: urlOf(server.adminUrl, name), close: () => dropQuietly(server.adminUrl, name) };
}

function sharedServer(): Pick<TestServer, 'adminUrl' | 'template'> | null {
  const adminUrl = env['GLASSPOST_TEST_DATABASE'];
  const template = env['GLASSPOST_TEST_TEMPLATE'];
  return adminUrl === undefined || template === undefined ? null : { adminUrl, template };
}
