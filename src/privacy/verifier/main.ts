/** The verifier as a file of its own (`node verify.mjs`): the same as the command `ledger verify`, without the house. */
import { parseArgs } from 'node:util';
import { verifyLedger, type Asked } from './run.ts';
import { verifyHelp } from './say.ts';

const usage = 'node verify.mjs URL|DIR|FILE.tlog-proof [--save DIR] [--keys FILE|KEY] [--entry FILE] [--all] [--json]';

process.exitCode = await main(process.argv.slice(2));

/** That Node calls ML-DSA-44 new says nothing of the ledger. */
function keepQuiet(): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== 'ExperimentalWarning') process.stderr.write(`${name}: ${message}\n`);
  });
}

async function main(words: readonly string[]): Promise<number> {
  keepQuiet();
  if (words.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(`${usage}\n${verifyHelp}\n`);
    return 0;
  }
  const asked = readWords(words);
  if (asked === null) {
    process.stderr.write(`Usage: ${usage}\n`);
    return 2;
  }
  return await verifyLedger(asked, {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
  });
}

/** Null for what was not understood. */
function readWords(words: readonly string[]): Asked | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { save: text, keys: text, entry: text, all: flag, json: flag },
      allowPositionals: true,
    });
    const [place, ...more] = positionals;
    if (place === undefined || more.length > 0) return null;
    const { save = null, keys = null, entry = null, all = false, json = false } = values;
    return { place, save, keys, entry, all, json };
  } catch {
    return null;
  }
}
