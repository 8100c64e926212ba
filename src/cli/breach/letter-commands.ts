import { readFileSync, statSync } from 'node:fs';
import { Fault } from '#kit/fault';
import { readId } from '#kit/ids';
import { letterLanguages, lettersBody, mailingJson, type Letters } from '#rights';
import type { Call } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const fileBytesMax = 64 * 1024;

/** Without --confirm it only counts: the number that it says is what --confirm takes. */
export async function tellCustomers(call: Call): Promise<number> {
  const { world, values, positionals, json } = call;
  const caseId = readId('brc', positionals[0] ?? '');
  if (caseId === null) throw noCase();
  const confirm = countOf(values['confirm']);
  const letters = lettersOf(values);
  return await world.withHouse(async (house) => {
    const { shopId, name } = await shopOf(house, values['shop']);
    if (confirm !== null) {
      const sent = await house.breaches.write(shopId, caseId, { letters, confirm }, actor);
      if (json) world.out(JSON.stringify({ persons: sent.persons, with_address: sent.withAddress }));
      else world.out(`It goes to ${sent.withAddress} customers of "${name}" now.`);
      return 0;
    }
    const looked = await house.breaches.reach(house.database, shopId, caseId);
    if (looked === null) throw noCase();
    const { persons, withAddress } = looked.reach;
    const mailings = looked.mailings.map(mailingJson);
    if (json) world.out(JSON.stringify({ persons, with_address: withAddress, mailings }, null, 2));
    else {
      world.out(
        `Customers of "${name}" who may be affected: ${persons}, ${withAddress} of them with an e-mail address.`,
      );
      for (const one of mailings) {
        const state = one.ended_at === null ? 'on its way' : 'ended';
        world.out(`  ${one.begun_at} ${one.languages.join(' ')}: ${one.mailed} mailed, ${one.unreached} not, ${state}`);
      }
      world.err(`Nothing was sent. The same with --de, --en and --confirm ${withAddress} sends it.`);
    }
    return 1;
  });
}

function noCase(): Fault {
  return new Fault('not_found', 'There is no such case of this shop: `breach list` shows them.');
}

function countOf(text: Call['values'][string]): number | null {
  if (text === undefined) return null;
  if (typeof text === 'string' && /^\d{1,9}$/.test(text)) return Number(text);
  throw new Fault('invalid', '--confirm takes the number of customers that the command without it says.');
}

/** From files as `breach draft` writes them: the first line is the subject, the rest is the letter. */
function lettersOf(values: Call['values']): Letters {
  const written = letterLanguages.flatMap((language) => {
    const path = values[language];
    return typeof path === 'string' ? [[language, letterIn(path)] as const] : [];
  });
  const read = lettersBody.safeParse(Object.fromEntries(written));
  if (read.success) return read.data;
  const said = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Fault('invalid', `This is no letter: ${said}.`);
}

function letterIn(path: string): { readonly subject: string; readonly text: string } {
  try {
    if (statSync(path).size > fileBytesMax) throw new Error('too long');
    const [subject = '', ...lines] = readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
    return { subject, text: lines.join('\n') };
  } catch (cause) {
    throw new Fault('invalid', `${path} cannot be read, or is longer than ${fileBytesMax} bytes.`, { cause });
  }
}
