import { open } from 'node:fs/promises';
import { Fault } from '#kit/fault';
import { readReceipt } from '#privacy';
import type { Call } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const bytesMax = 64 * 1024;

const wrong = {
  'no receipt': 'This is no receipt of a consent.',
  'unknown key': 'It is signed with a key that is not among these: another shop’s, or made up.',
  'wrong signature': 'The signature does not fit: it was changed after it was signed.',
  'wrong words': 'The words in it are not those that were recorded.',
} as const;

/** Whether a receipt is good, against the keys in a file, which asks nobody, or against those of a shop of this house. */
export async function verifyConsent({ world, values, positionals, json }: Call): Promise<number> {
  const [path = ''] = positionals;
  const receipt = await textIn(path);
  const keys = typeof values['keys'] === 'string' ? jsonOf(await textIn(values['keys']), values['keys']) : null;
  const jwks =
    keys ??
    (await world.withHouse(async (house) => house.privacy.receiptKeysOf((await shopOf(house, values['shop'])).shopId)));
  const read = readReceipt(receipt, jwks);
  if (json) world.out(JSON.stringify(read, null, 2));
  else if (read.verdict === 'good') for (const line of linesOf(read.claims)) world.out(line);
  else world.err(wrong[read.verdict]);
  return read.verdict === 'good' ? 0 : 1;
}

type Claims = Extract<ReturnType<typeof readReceipt>, { verdict: 'good' }>['claims'];

function linesOf({ iss, jti, consent_record: record }: Claims): readonly string[] {
  const [purpose] = record.pii_processing.purposes;
  return [
    `Good. ${jti}, signed by ${visible(iss)}`,
    `  ${visible(purpose?.recipient_third_parties.join(', ') ?? '')} may get`,
    `  ${visible(purpose?.pii_information.map((one) => one.pii_type).join(', ') ?? '')}`,
    `  for ${visible(purpose?.purpose ?? '')}`,
    `  in these words: ${visible(record.pii_processing.shown.text)}`,
    ...record.event.map((event) => `  ${visible(event.event_time)}  ${visible(event.event_state)}`),
  ];
}

/** What a file says is a stranger's text: it must not take hold of a terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, '·').slice(0, 4_000);
}

async function textIn(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytesMax + 1), 0, bytesMax + 1, 0);
      if (bytesRead > bytesMax)
        throw new Fault('limit', `"${path}" has more than ${bytesMax} bytes: it is neither a receipt nor keys.`);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('not_found', `"${path}" cannot be read.`, { cause: error });
  }
}

function jsonOf(text: string, path: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    throw new Fault('invalid', `"${path}" holds no keys: they are JSON, as a shop publishes them at …/jwks.json.`);
  }
}
