import type { Tx } from '#kit/database';
import { EgressFault } from '#kit/egress';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import { sha256 } from '../ledger/log-keys.ts';
import type { VerifierKey } from '../ledger/tree/note.ts';
import { readPolicy, type Policy } from '../ledger/tree/policy.ts';
import { fingerprintOf } from '../verifier/known-keys.ts';
import type { WitnessRow } from './bring.ts';
import type { Cosigner } from './cosigner.ts';
import { readKeyLines, writeKeyLines } from './key-lines.ts';
import type { Witness, WitnessAlarm, WitnessNeeds, WitnessRoom } from './shapes.ts';
import { witnessPath } from './sign-others.ts';
import { policyLinesOf } from './served.ts';
import { statements } from './store.ts';

const witnessesMax = 16;
/** A house has two. All of them together fit into one policy, and their signatures under one checkpoint: 64 of each. */
const witnessKeysMax = 3;
const answerBytesMax = 300_000;
const urlCharactersMax = 500;

type StoredWitness = WitnessRow & {
  readonly theirSize: number | null;
  readonly theirsSignedAt: Temporal.Instant | null;
};

/** What staff do. Whoever does it stands in the audit. */
export function createVerbs(needs: WitnessNeeds, cosigner: Cosigner): Pick<WitnessRoom, 'state' | 'add' | 'remove'> {
  const { database } = needs;
  return {
    state: async (shopId) => {
      const [witnesses, alarms] = await Promise.all([
        database.rows<StoredWitness>(statements.witnesses, [shopId]),
        database.rows<WitnessAlarm>(statements.alarms, [shopId]),
      ]);
      const policy = readPolicy(sha256, await needs.ledger.policyOf(shopId));
      const keys = 'line' in policy ? [] : policy.logs.map(({ key }) => key);
      const fingerprints = { ledger: fingerprintOf(keys), witness: fingerprintOf(cosigner.verifiers) };
      const own = { ledgerUrl: needs.ledger.urlOf(shopId), fingerprints };
      return { witnesses: witnesses.map(shownWitness), alarms, own };
    },
    add: (shopId, url, actor) => addWitness(needs, shopId, url, actor),
    remove: (shopId, witnessId, actor) =>
      database.tx(async (tx) => {
        const gone = await tx.one(statements.dropWitness, [shopId, witnessId]);
        if (gone === null) return false;
        await tx.rows(statements.dropCosignaturesOf, [shopId, witnessId]);
        await needs.audit(tx, { shopId, actor, verb: 'witness.remove', subject: showId('wit', witnessId) });
        return true;
      }),
  };
}

function shownWitness(row: StoredWitness): Witness {
  const { witnessId, host, addedAt, signedSize, signedAt, trouble, origin, theirSize, theirsSignedAt } = row;
  const fingerprints = {
    ledger: fingerprintOf(readKeyLines(row.logKeys)),
    witness: fingerprintOf(readKeyLines(row.keys)),
  };
  const theirs = { origin, size: theirSize ?? 0, signedAt: theirsSignedAt };
  return { witnessId, host, fingerprints, addedAt, signedSize, signedAt, trouble, theirs };
}

async function addWitness(needs: WitnessNeeds, shopId: string, text: string, actor: string): Promise<Witness> {
  const url = readLedgerUrl(text);
  if (url.href === needs.ledger.urlOf(shopId)) throw new Fault('invalid', 'A ledger is no witness of itself.');
  const { origin, keys: logKeys } = logOf(await askPolicy(needs, new URL('keys', url)), url);
  const { url: submissionUrl, keys } = witnessOf(
    await askPolicy(needs, new URL(`${witnessPath}keys`, url)),
    url.hostname,
  );
  const witnessId = newId(needs.clock);
  const values = [witnessId, shopId, url.hostname, origin, submissionUrl, writeKeyLines(keys), writeKeyLines(logKeys)];
  return await needs.database.tx(async (tx) => {
    await mayAdd(tx, shopId, origin, writeKeyLines(logKeys));
    if ((await tx.one(statements.addWitness, [...values, needs.clock.now()])) === null) {
      throw new Fault('conflict', 'This witness is there already.');
    }
    if ('line' in readPolicy(sha256, [...(await policyLinesOf(tx, shopId)), 'quorum none'].join('\n'))) {
      throw new Fault('conflict', 'Its keys, or its name, are those of a witness that is there already.');
    }
    await tx.rows(statements.beginTree, [origin]);
    await needs.audit(tx, { shopId, actor, verb: 'witness.add', subject: showId('wit', witnessId) });
    const added = (await tx.rows<StoredWitness>(statements.witnesses, [shopId])).find(
      (row) => row.witnessId === witnessId,
    );
    if (added === undefined) throw new Error('a witness that was added is not there');
    return shownWitness(added);
  });
}

/** @throws Fault('conflict') when its keys are others than those that are known · 'limit' */
async function mayAdd(tx: Tx, shopId: string, origin: string, logKeys: string): Promise<void> {
  await tx.rows(statements.lockShop, [shopId]);
  // Whoever could name other keys could have a strange ledger signed under this name.
  await tx.rows(statements.lockShop, [origin]);
  const known = await tx.rows<{ logKeys: string }>(statements.logKeysOf, [origin]);
  if (known.some((one) => one.logKeys !== logKeys)) {
    throw new Fault('conflict', 'Another shop of this house knows this ledger by other keys.');
  }
  const there = await tx.rows(statements.witnesses, [shopId]);
  if (there.length >= witnessesMax) throw new Fault('limit', `A shop has at most ${witnessesMax} witnesses.`);
}

/** @throws Fault('invalid') */
function readLedgerUrl(text: string): URL {
  const url = text.length > urlCharactersMax ? null : URL.parse(text.trim().replace(/\/*$/, '/'));
  const isPlain = url?.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
  if (url === null || !isPlain || url.search !== '' || url.hash !== '') {
    throw new Fault('invalid', 'The address of a ledger looks like https://shop.example/ledger/shp_…/.');
  }
  return url;
}

/** @throws Fault('unavailable') */
async function askPolicy(needs: WitnessNeeds, url: URL): Promise<Policy> {
  const said = `${url.host}${url.pathname}`;
  const answer = await needs
    .send({ method: 'GET', url: url.href, headers: {}, body: null, hosts: [url.hostname], answerBytesMax })
    .catch((error: unknown) => {
      if (error instanceof EgressFault) {
        throw new Fault('unavailable', `${said} cannot be asked: ${error.publicText}`, { cause: error });
      }
      throw error;
    });
  const policy = answer.status === 200 ? readPolicy(sha256, Buffer.from(answer.bytes).toString('utf8')) : null;
  if (policy === null || 'line' in policy) throw new Fault('unavailable', `There are no keys at ${said}.`);
  return policy;
}

/** The ledger's keys, all of one name, which is that of its host. @throws Fault('unavailable') */
function logOf({ logs }: Policy, url: URL): { readonly origin: string; readonly keys: readonly VerifierKey[] } {
  const keys = logs.map(({ key }) => key);
  const origin = keys[0]?.name ?? '';
  if (origin === '' || keys.some(({ name }) => name !== origin)) {
    throw new Fault('unavailable', `There is no ledger at ${url.host}${url.pathname}.`);
  }
  if (URL.parse(`https://${origin}`)?.hostname !== url.hostname) {
    throw new Fault('unavailable', `The ledger there calls itself ${origin}, which is another host.`);
  }
  return { origin, keys };
}

/** @throws Fault('unavailable') */
function witnessOf(
  { witnesses }: Policy,
  host: string,
): { readonly url: string; readonly keys: readonly VerifierKey[] } {
  const urls = new Set(witnesses.map(({ url }) => url ?? ''));
  const [url = ''] = urls;
  const parsed = URL.parse(url);
  const isFew = witnesses.length <= witnessKeysMax;
  if (!isFew || urls.size !== 1 || parsed?.protocol !== 'https:' || parsed.hostname !== host || !url.endsWith('/')) {
    throw new Fault('unavailable', `There is no witness at ${host}.`);
  }
  return { url: parsed.href, keys: witnesses.map(({ key }) => key) };
}
