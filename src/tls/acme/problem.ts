import { Fault, type FaultCode } from '#kit/fault';
import type { AcmeProblem, AcmeProblemKind } from './shapes.ts';

/**
 * The authority said no, or what it said was none of ACME. `problem` says why and until when; the text for whoever asked
 * holds the kind in our words, the authority's own stand in `problem.detail`.
 */
export class AcmeFault extends Fault {
  readonly problem: AcmeProblem;

  constructor(problem: AcmeProblem) {
    const [code, text] = sayings[problem.kind];
    super(code, text, { internal: `certificate authority: ${problem.kind} (${problem.status})` });
    this.problem = problem;
  }
}

/** One that the authority did not send. */
export function ownProblem(kind: AcmeProblemKind, detail: string, status = 0): AcmeProblem {
  return { kind, status, detail, name: null, retryAt: null, subproblems: [] };
}

const ours = 'The certificate authority did not understand our request.';
const contact = 'The certificate authority does not accept the contact address of the account.';
const names = 'The certificate authority does not issue for one of these names.';
const proof = 'The certificate authority did not find the proof that the name is ours.';

const sayings: Readonly<Record<AcmeProblemKind, readonly [FaultCode, string]>> = {
  accountDoesNotExist: ['not_found', 'The certificate authority does not know our account.'],
  alreadyReplaced: ['conflict', 'This certificate has been replaced already.'],
  alreadyRevoked: ['conflict', 'This certificate has been revoked already.'],
  badCSR: ['invalid', ours],
  badNonce: ['unavailable', 'The certificate authority refused our requests as out of date, again and again.'],
  badPublicKey: ['invalid', 'The certificate authority does not accept the key of the account.'],
  badSignatureAlgorithm: ['invalid', ours],
  caa: ['invalid', 'The CAA records of the domain do not let this certificate authority issue.'],
  compound: ['invalid', names],
  connection: ['invalid', 'The certificate authority could not connect to the name.'],
  dns: ['invalid', 'The certificate authority could not find the name in DNS.'],
  externalAccountRequired: [
    'invalid',
    'The certificate authority needs an account that exists already: key id and key.',
  ],
  incorrectResponse: ['invalid', proof],
  invalidContact: ['invalid', contact],
  invalidProfile: ['invalid', 'The certificate authority does not offer this profile.'],
  malformed: ['invalid', ours],
  noAccount: ['not_found', 'There is no account with this certificate authority.'],
  noChallenge: ['invalid', 'The certificate authority offers no proof for this name that can be given here.'],
  orderNotReady: ['conflict', 'The order is not ready.'],
  rateLimited: ['limit', 'The certificate authority asks for patience: too many certificates or requests.'],
  rejectedIdentifier: ['invalid', names],
  serverInternal: ['unavailable', 'The certificate authority is out of order at the moment.'],
  tls: ['invalid', 'The certificate authority could not speak TLS with the name.'],
  unauthorized: ['unauthorized', 'The certificate authority does not accept that the name, or the account, is ours.'],
  undecided: ['unavailable', 'The certificate authority has not decided yet.'],
  unreadable: ['unavailable', 'The certificate authority answered with something that cannot be read.'],
  unsupportedContact: ['invalid', contact],
  unsupportedIdentifier: ['invalid', names],
  userActionRequired: ['conflict', 'The certificate authority has new terms, which a person has to agree to.'],
  other: ['unavailable', 'The certificate authority said no.'],
};

const ownKinds = new Set(['noAccount', 'noChallenge', 'undecided', 'unreadable', 'other']);
const wireKinds = new Map(
  Object.keys(sayings)
    .filter((kind): kind is AcmeProblemKind => !ownKinds.has(kind))
    .map((kind) => [`urn:ietf:params:acme:error:${kind}`, kind]),
);

/** Types that no table knows are told by the status. */
export function kindOfProblem(type: string, status: number): AcmeProblemKind {
  const known = wireKinds.get(type);
  if (known !== undefined) return known;
  if (status === 429) return 'rateLimited';
  return status >= 500 ? 'serverInternal' : 'other';
}
