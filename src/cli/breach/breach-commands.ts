import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import {
  breachBody,
  breachJson,
  breachLineJson,
  draftHtml,
  draftText,
  personsCsv,
  readBreach,
  sayBreachCode,
  stepKinds,
} from '#rights';
import { columns, listOf, type Call, type OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const language = 'en';

export async function listBreaches({ world, json }: Call): Promise<number> {
  const cases = await world.withHouse((house) => house.breaches.list(house.database, null));
  if (json) world.out(JSON.stringify({ breaches: cases.map(breachLineJson) }, null, 2));
  else if (cases.length === 0) world.out('There is none: `breach open` opens one.');
  else {
    const rows = cases.map((one) => {
      const { id, suspect, clock } = breachLineJson(one);
      return [id, suspect, clock.closed ? 'closed' : 'open', clock.state, clock.due_at];
    });
    world.out(columns([['ID', 'SUSPECT', 'CASE', 'AUTHORITY', 'DUE'], ...rows]));
  }
  return 0;
}

export async function openBreach({ world, positionals, values, json }: Call): Promise<number> {
  const [suspect = '', found = ''] = positionals;
  const id = await world.withHouse(async (house) => {
    const now = house.clock.now();
    const body = breachBody.safeParse({
      suspect,
      found,
      key_id: values['key'] ?? null,
      tables: listOf(values['table']),
      from: values['since'] ?? now.subtract({ hours: 24 }).toString(),
      until: values['until'] ?? now.toString(),
      aware_at: values['aware'] ?? null,
      ...(values['keyring'] === undefined ? {} : { keyring: values['keyring'] }),
    });
    if (!body.success) {
      const said = body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw new Fault('invalid', `This makes no case: ${said}.`);
    }
    const shopId = values['all-shops'] === true ? null : (await shopOf(house, values['shop'])).shopId;
    const opened = readBreach(body.data, shopId, now);
    return showId('brc', await house.database.tx((tx) => house.breaches.open(tx, opened, actor)));
  });
  world.out(json ? JSON.stringify({ id }) : id);
  return 0;
}

/** @throws Fault('not_found') */
function caseIdOf({ positionals }: Pick<Call, 'positionals'>): string {
  const caseId = readId('brc', positionals[0] ?? '');
  if (caseId === null) throw noCase();
  return caseId;
}

function noCase(): Fault {
  return new Fault('not_found', 'There is no such case: `breach list` shows them.');
}

function say(list: string, code: string): string {
  return sayBreachCode(language, list, code);
}

async function stateOf(house: OpenedHouse, call: Pick<Call, 'positionals'>) {
  const state = await house.breaches.show(house.database, null, caseIdOf(call));
  if (state === null) throw noCase();
  return state;
}

export async function showBreach(call: Call): Promise<number> {
  const { world, json } = call;
  const state = await world.withHouse((house) => stateOf(house, call));
  if (json) {
    world.out(JSON.stringify(breachJson(state), null, 2));
    return 0;
  }
  const { case: of, clock, affected, assessment } = state;
  const readable = assessment.isReadable === null ? 'unknown' : assessment.isReadable ? 'yes' : 'no';
  world.out(`${say('suspect', of.suspect)}, between ${of.from.toString()} and ${of.until.toString()}`);
  world.out(`Authority: ${clock.state}, due ${clock.dueAt.toString()}${clock.isClosed ? '; the case is closed' : ''}`);
  world.out(`Persons: ${affected.persons}`);
  for (const { name, persons } of affected.byShop) world.out(`  ${visible(name)}: ${persons}`);
  for (const { field, as } of assessment.categories) world.out(`  ${say('field', field)}: ${say('as', as)}`);
  for (const line of [
    say('readable', readable),
    say('authority', assessment.authority),
    say('customers', assessment.customers),
    ...assessment.consequences.map((one) => say('consequence', one)),
  ]) {
    world.out(line);
  }
  for (const { kind, at, actor: who, words } of of.steps) {
    world.out(`${at.toString()} ${say('step', kind)} (${who})${words === '' ? '' : `: ${visible(words)}`}`);
  }
  return 0;
}

/** What somebody wrote must not take hold of a terminal. */
function visible(written: string): string {
  return written.replaceAll(/\p{C}/gu, ' ');
}

export async function stepBreach(call: Call): Promise<number> {
  const { world, positionals } = call;
  const [, wanted = '', words = ''] = positionals;
  const kind = stepKinds.find((one) => one === wanted);
  if (kind === undefined || kind === 'opened') {
    throw new Fault(
      'invalid',
      `There is no step "${wanted}". There is: ${stepKinds.slice(1).join(', ')}. WORDS may be "".`,
    );
  }
  await world.withHouse((house) => house.breaches.step(null, caseIdOf(call), { kind, words }, actor));
  world.out('It is written down.');
  return 0;
}

export async function listPersons(call: Call): Promise<number> {
  const csv = await call.world.withHouse((house) => personsCsv(house.breaches, null, caseIdOf(call), actor));
  call.world.out(csv.trimEnd());
  return 0;
}

export async function draftLetter(call: Call): Promise<number> {
  const { world, positionals, values } = call;
  const to = positionals[1] === 'customers' ? 'customers' : positionals[1] === 'authority' ? 'authority' : null;
  if (to === null) throw new Fault('invalid', 'Say to whom: authority or customers.');
  const spoken = values['language'] === 'de' ? 'de' : 'en';
  const drafts = await world.withHouse((house) => house.breaches.drafts(house.database, null, caseIdOf(call), spoken));
  if (drafts === null) throw noCase();
  world.out(values['html'] === true ? draftHtml(drafts[to], spoken) : draftText(drafts[to]));
  return 0;
}
