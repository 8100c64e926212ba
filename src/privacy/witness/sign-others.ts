import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http } from '#kit/http';
import { newId } from '#kit/ids';
import { merkle } from '../ledger/log-keys.ts';
import { judgeSignatures, type Checkpoint } from '../ledger/tree/checkpoint.ts';
import { writeNote, type VerifierKey } from '../ledger/tree/note.ts';
import { same } from '../ledger/tree/bytes.ts';
import { checkByWebCrypto } from '../ledger/tree/web-crypto.ts';
import { mayCosign, readAddCheckpoint, type AddCheckpoint, type WitnessRefusal } from '../ledger/tree/witnessing.ts';
import { witnessLines, type Cosigner } from './cosigner.ts';
import { readKeyLines } from './key-lines.ts';
import type { WitnessNeeds } from './shapes.ts';
import { statements } from './store.ts';

const bodyBytesMax = 310_000;

export const witnessPath = '/witness/';

/** The role of a witness for the ledgers that a shop of this house told of (C2SP tlog-witness). */
export function mountWitness(http: Http, needs: WitnessNeeds, cosigner: Cosigner): void {
  const open = { audience: 'machines', admit: anyone, limit: 'machine' } as const;
  http.route({
    ...open,
    method: 'POST',
    path: `${witnessPath}add-checkpoint`,
    takes: 'bytes',
    bodyBytesMax,
    handle: async ({ bytes }) => await addCheckpoint(needs, cosigner, Buffer.from(bytes).toString('utf8')),
  });
  http.route({
    ...open,
    method: 'GET',
    path: `${witnessPath}keys`,
    takes: 'nothing',
    handle: () => {
      const url = new URL(witnessPath, needs.publicUrl).href;
      return answer.text([...witnessLines(cosigner.verifiers, url), 'quorum none', ''].join('\n'));
    },
  });
}

async function addCheckpoint(needs: WitnessNeeds, cosigner: Cosigner, body: string): Promise<Answer> {
  const asked = readAddCheckpoint(body);
  if (asked === null) return answer.text('This is no request to sign a checkpoint.\n', { status: 400 });
  const { origin } = asked.checkpoint;
  const told = await needs.database.rows<{ logKeys: string }>(statements.logKeysOf, [origin]);
  if (told.length === 0) return answer.text('Nobody told of this ledger.\n', { status: 404 });
  const keys = told.flatMap(({ logKeys }) => readKeyLines(logKeys));
  if (!(await isSignedBy(asked.checkpoint, keys))) {
    return answer.text('The ledger has not signed this.\n', { status: 403 });
  }
  return await signOrRefuse(needs, cosigner, asked);
}

/** By one of the keys at least, and by none so that it is not good. */
async function isSignedBy(checkpoint: Checkpoint, keys: readonly VerifierKey[]): Promise<boolean> {
  const judged = await Promise.all(keys.map((key) => judgeSignatures(checkpoint, key, checkByWebCrypto)));
  return judged.some(({ verdict }) => verdict === 'good') && judged.every(({ verdict }) => verdict !== 'bad');
}

type Tree = { readonly size: number; readonly root: Buffer | null; readonly note: string | null };

/** What is signed is remembered in the transaction that looked at what was signed before. */
async function signOrRefuse(needs: WitnessNeeds, cosigner: Cosigner, asked: AddCheckpoint): Promise<Answer> {
  const { database, clock, log } = needs;
  const { checkpoint } = asked;
  const { origin, size, root, note } = checkpoint;
  const done = await database.tx(async (tx) => {
    const tree = await tx.one<Tree>(statements.lockTree, [origin]);
    if (tree === null) throw new Fault('unavailable', 'This ledger cannot be signed at the moment.');
    const last = tree.root === null ? null : { size: tree.size, root: tree.root };
    const refusal = mayCosign(merkle, last, asked);
    if (refusal !== null) return { refusal, fork: forkIn(checkpoint, tree) };
    const at = clock.now();
    const lines = cosigner.cosign(checkpoint, at);
    await tx.rows(statements.putTree, [origin, size, Buffer.from(root), writeNote(note), at]);
    return { lines };
  });
  if ('lines' in done) return answer.text(done.lines);
  if (done.fork !== null) {
    await alarm(needs, { origin, what: 'fork', kept: done.fork, shown: writeNote(note) });
    log.error('a ledger has forked', undefined, { origin });
  }
  return refused(done.refusal);
}

/** Two trees of one size, both signed: that cannot be explained. Proofs that do not lead anywhere can be anybody's. */
function forkIn({ size, root }: Checkpoint, tree: Tree): string | null {
  const isOther = tree.root !== null && tree.size === size && !same(tree.root, root);
  return isOther ? tree.note : null;
}

function refused(refusal: WitnessRefusal): Answer {
  const { status } = refusal;
  if (status === 409) {
    return answer.text(`${refusal.seen}\n`, { status, headers: { 'content-type': 'text/x.tlog.size' } });
  }
  const why = status === 400 ? 'The old size is larger than the new one.' : 'It does not go on from what was signed.';
  return answer.text(`${why}\n`, { status });
}

/** To every shop of this house that told of the ledger, or to the one that it belongs to. */
export async function alarm(
  { database, clock }: Pick<WitnessNeeds, 'database' | 'clock'>,
  told: {
    readonly origin: string;
    readonly what: string;
    readonly kept: string | null;
    readonly shown: string | null;
  },
  shopId: string | null = null,
): Promise<void> {
  const { origin, what, kept, shown } = told;
  const tellers = await database.rows<{ shopId: string }>(statements.tellersOf, [origin]);
  for (const id of shopId === null ? tellers.map((one) => one.shopId) : [shopId]) {
    await database.rows(statements.addAlarm, [newId(clock), id, origin, what, clock.now(), kept, shown]);
  }
}
