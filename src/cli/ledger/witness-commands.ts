import { Fault } from '#kit/fault';
import { witnessJson, witnessStateJson, type Witness, type WitnessState } from '#privacy';
import { columns, type Call } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';

export async function listWitnesses({ world, values, json }: Call): Promise<number> {
  const state = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.privacy.witness.state(shopId);
  });
  if (json) world.out(JSON.stringify(witnessStateJson(state), null, 2));
  else for (const line of stateLines(state)) world.out(line);
  return 0;
}

function stateLines({ witnesses, alarms, own }: WitnessState): readonly string[] {
  const rows = witnesses.map(({ host, signedSize, signedAt, trouble, theirs }) => [
    host,
    String(signedSize),
    signedAt === null ? '-' : at(signedAt),
    trouble ?? '-',
    String(theirs.size),
  ]);
  return [
    ...(rows.length === 0
      ? ['Nobody signs this ledger but the shop: `ledger witness add URL`.']
      : [columns([['HOST', 'SIGNED', 'AT', 'TROUBLE', 'THEIRS, SIGNED'], ...rows])]),
    ...alarms.map(({ what, origin, noticedAt }) => `!! ${at(noticedAt)} ${visible(origin)}: ${alarmSaid[what]}`),
    '',
    ...ownLines(own),
  ];
}

const alarmSaid = {
  fork: 'two ledgers of one size, both signed. --json has both.',
  ahead: 'a witness has signed more entries than there are now.',
  inconsistent: 'a witness has signed another beginning.',
} as const;

export async function addWitness({ world, positionals, values, json }: Call): Promise<number> {
  const [url = ''] = positionals;
  const { added, own } = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const witness = await house.privacy.witness.add(shopId, url, actor);
    return { added: witness, own: (await house.privacy.witness.state(shopId)).own };
  });
  if (json) world.out(JSON.stringify(witnessJson(added), null, 2));
  else world.out([...addedLines(added), '', ...ownLines(own)].join('\n'));
  return 0;
}

function addedLines({ host, fingerprints, theirs }: Witness): readonly string[] {
  return [
    `${host} is asked to sign from now on, and its ledger ${visible(theirs.origin)} is signed here.`,
    'Compare with them, over another way than this one:',
    `  their ledger   ${fingerprints.ledger}`,
    `  their witness  ${fingerprints.witness}`,
    'If it is not the same: `ledger witness remove HOST`.',
  ];
}

function ownLines({ ledgerUrl, fingerprints }: WitnessState['own']): readonly string[] {
  return [
    'They do the same with one command, and compare:',
    `  npm run -s glasspost -- ledger witness add ${ledgerUrl}`,
    `  your ledger    ${fingerprints.ledger}`,
    `  your witness   ${fingerprints.witness}`,
  ];
}

export async function removeWitness({ world, positionals, values, json }: Call): Promise<number> {
  const [host = ''] = positionals;
  const removed = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const { witnesses } = await house.privacy.witness.state(shopId);
    const witness = witnesses.find((one) => one.host === host.trim().toLowerCase());
    if (witness === undefined) throw new Fault('not_found', 'There is no such witness: `ledger witness list`.');
    return await house.privacy.witness.remove(shopId, witness.witnessId, actor);
  });
  if (json) world.out(JSON.stringify({ removed }));
  else world.out(`${host} is asked no longer, and its ledger is signed no longer.`);
  return 0;
}

/** What a ledger calls itself is a stranger's text: it must not take hold of a terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, '·');
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'minute' });
}
