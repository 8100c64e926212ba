import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { buildSync as Build } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'glasspost-tsx');
const require = createRequire(import.meta.url);

/** What was made, and from what. */
type Bundle = { readonly inputs: Readonly<Record<string, string>>; readonly text: string };

/**
 * One script out of a module and all it imports, for somewhere without this house's files: a browser, or a Node from 20 on.
 * The same sources make the same bytes. Made when first asked for and then kept under node_modules, beside the compiled
 * pages; to be asked for at load, because the compiler is another process, which a confined program may not start.
 * @param path from the module that asks (`import.meta.url`)
 */
export function bundle(moduleUrl: string, path: string, platform: 'browser' | 'node'): string {
  const entry = fileURLToPath(new URL(path, moduleUrl));
  const kept = join(cache, `${hashOf(`${platform}\0${entry}`)}.json`);
  return readBundle(kept) ?? makeBundle(entry, platform, kept);
}

function makeBundle(entry: string, platform: 'browser' | 'node', kept: string): string {
  // Loaded here and not above, because a warm start does without it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- require knows no types
  const { buildSync } = require('esbuild') as { readonly buildSync: typeof Build };
  const built = buildSync({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform,
    target: platform === 'node' ? 'node20' : 'es2022',
    // What strangers run on their machines is to be read by them first.
    minify: platform === 'browser',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const text = built.outputFiles[0]?.text ?? '';
  const inputs = Object.fromEntries(Object.keys(built.metafile.inputs).map((name) => [name, hashOfFile(name)]));
  keep(kept, { inputs: { ...inputs, [compiler]: hashOfFile(compiler) }, text });
  return text;
}

const compiler = relative(root, require.resolve('esbuild/package.json'));

/** Null when there is none, or one of its sources has changed. */
function readBundle(path: string): string | null {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `keep`
    const { inputs, text } = JSON.parse(readFileSync(path, 'utf8')) as Bundle;
    return Object.entries(inputs).every(([name, hash]) => hashOfFile(name) === hash) ? text : null;
  } catch {
    return null;
  }
}

/** A read-only installation still runs; it only compiles again next time. */
function keep(path: string, made: Bundle): void {
  try {
    mkdirSync(cache, { recursive: true });
    const half = `${path}.${process.pid}`;
    writeFileSync(half, JSON.stringify(made));
    renameSync(half, path);
  } catch {
    return;
  }
}

function hashOfFile(name: string): string {
  return hashOf(readFileSync(join(root, name)));
}

function hashOf(of: string | Uint8Array): string {
  return createHash('sha256').update(of).digest('hex');
}
