// Lets Node run .tsx: it strips types by itself, but JSX needs a compiler. Results are kept under node_modules/.cache,
// so that a warm start loads no compiler at all (80 files: 0.4 s cold, 0.1 s warm).
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { transformSync as Transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'glasspost-tsx');
// What Node makes of the .ts files and of every package is kept too: that halves the time of a start.
enableCompileCache(join(root, 'node_modules', '.cache', 'glasspost-node'));
const require = createRequire(import.meta.url);
const compilerVersion = readFileSync(join(root, 'node_modules', 'esbuild', 'package.json'), 'utf8').match(
  /"version": "([^"]+)"/,
)?.[1];

function compiled(path: string): string {
  const text = readFileSync(path, 'utf8');
  const key = createHash('sha256').update(`${compilerVersion}\0${path}\0${text}`).digest('hex');
  const kept = join(cache, `${key}.mjs`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    // Loaded here and not above, because a warm start does without it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- require knows no types
    const { transformSync } = require('esbuild') as { readonly transformSync: typeof Transform };
    const { code } = transformSync(text, {
      loader: 'tsx',
      format: 'esm',
      target: 'esnext',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      sourcemap: 'inline',
      sourcefile: path,
    });
    keep(kept, code);
    return code;
  }
}

/** A read-only installation still runs; it only compiles again next time. */
function keep(path: string, code: string): void {
  try {
    mkdirSync(cache, { recursive: true });
    const half = `${path}.${process.pid}`;
    writeFileSync(half, code);
    renameSync(half, path);
  } catch {
    return;
  }
}

registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.tsx')) return next(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});
