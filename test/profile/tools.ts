// The programs of others that judge ours.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { caddyIsMissing } from '../authorities/caddy.ts';
import { findProgram } from '../authorities/programs.ts';

const observatory = fileURLToPath(new URL('../../.ci/observatory', import.meta.url));
const ownTestssl = fileURLToPath(new URL('../../.ci/testssl', import.meta.url));

/** One that rates, which it does from 3.2 on, and where its tables are; null where there is none. */
function findTestssl(): { readonly program: string; readonly tables: string } | null {
  const own = { program: join(ownTestssl, 'usr/bin/testssl'), tables: join(ownTestssl, 'etc/testssl') };
  const places = [own, { program: findProgram('testssl') ?? '', tables: '/etc/testssl' }];
  return (
    places.find(({ program }) => existsSync(program) && readFileSync(program, 'utf8').includes('overall_grade')) ?? null
  );
}

/** Why our own profile cannot be proven here, or false. */
export function profileIsMissing(): string | false {
  if (findTestssl() === null) return 'no testssl that rates on this machine (.ci/judges fetches one)';
  if (!existsSync(join(observatory, 'node_modules'))) return 'no Observatory here (.ci/judges fetches it)';
  const { status } = spawnSync(findProgram('unshare') ?? 'unshare', ['--pid', '--fork', '--mount-proc', 'true'], {
    timeout: 5_000,
  });
  return status === 0 ? caddyIsMissing() : 'nobody may make a network of its own here';
}

const scoreShape = z.object({
  score: z.number(),
  grade: z.string(),
  tests: z.array(z.object({ test: z.string(), result: z.string(), modifier: z.number() })),
});
const judgedShape = z.object({
  judged: z.array(
    z.object({
      path: z.string(),
      end: z.string().nullable(),
      status: z.number().nullable(),
      asItIs: scoreShape,
      preloaded: scoreShape,
    }),
  ),
  /** Of the first page, by the Observatory's own sum; null where it needs a cookie. */
  wholeScore: z.number().nullable(),
});

/** `cookie` as the server had set it when somebody signed in. */
export type PageToJudge = { readonly path: string; readonly cookie: string | null };

/** What MDN's HTTP Observatory gives each page, as it is and with its domain on the preload list. */
export async function judgePages(
  given: { readonly host: string; readonly apex: string; readonly pages: readonly PageToJudge[] },
  caFile: string,
): Promise<z.infer<typeof judgedShape>> {
  const child = spawn(process.execPath, ['score.mjs'], {
    cwd: observatory,
    env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: caFile },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(given));
  return judgedShape.parse(await json(child.stdout));
}

const findingsShape = z.array(z.object({ id: z.string(), severity: z.string(), finding: z.string() }));
export type TestsslFinding = z.infer<typeof findingsShape>[number];

/** Everything that testssl finds out about a host, with its rating. */
export async function askTestssl(
  given: { readonly host: string; readonly address: string; readonly caFile: string },
  outFile: string,
): Promise<readonly TestsslFinding[]> {
  const { host, address, caFile } = given;
  const flags = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'min', '--add-ca', caFile];
  const { program, tables } = findTestssl() ?? { program: 'testssl', tables: '' };
  const child = spawn(program, [...flags, '--jsonfile', outFile, '--ip', address, host], {
    env: { PATH: process.env['PATH'], TESTSSL_INSTALL_DIR: tables, TERM: 'dumb' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (!existsSync(outFile)) throw new Error(`testssl found nothing out\n${said}`);
  return findingsShape.parse(JSON.parse(readFileSync(outFile, 'utf8')));
}
