import { verifyHelp, verifyLedger } from '#privacy';
import type { Call } from '../command.ts';

export { verifyHelp };

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
