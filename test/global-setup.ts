// Before the first test file: one PostgreSQL and one migrated template for the whole run. Every test process inherits
// the environment, and with it the way there.
import { env } from 'node:process';
import { startTestServer, type TestServer } from './template.ts';

let server: TestServer | null = null;

export async function globalSetup(): Promise<void> {
  server = await startTestServer(env['DATABASE_URL']);
  env['GLASSPOST_TEST_DATABASE'] = server.adminUrl;
  env['GLASSPOST_TEST_TEMPLATE'] = server.template;
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
