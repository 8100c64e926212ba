import { verifyLedger } from '#privacy';
import type { Call } from '../command.ts';

export const verifyHelp = [
  '    PLACE is an address (https://shop.example/ledger/shp_…/), a folder with its',
  '    files, or a proof (FILE.tlog-proof). Reads the whole ledger by its public',
  '    files alone: entries, hashes, signatures.',
  '    --save DIR remembers it: the next time reads what is new, and says when what',
  '    was seen before is another (forked) or gone (rolled back). --all reads all again.',
  '    --keys: a file in the format of C2SP tlog-policy, or one key; else the keys of',
  '    DIR, else those that the ledger serves. A .tlog-proof needs keys, and nobody else.',
  '    --entry: what was entered, where the proof does not say it itself.',
  '    Exit codes: 0 all holds, 1 something is wrong, 2 could not be looked at.',
].join('\n');

/** Opens no data: a ledger is checked by what anybody can read. */
export async function verifyCommand({ world, values, positionals, json }: Call): Promise<number> {
  const [place = ''] = positionals;
  const textOf = (name: string): string | null => {
    const value = values[name];
    return typeof value === 'string' ? value : null;
  };
  const asked = { place, save: textOf('save'), keys: textOf('keys'), entry: textOf('entry') };
  return await verifyLedger({ ...asked, all: values['all'] === true, json }, world);
}
