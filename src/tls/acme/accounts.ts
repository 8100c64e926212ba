import type { KeyObject } from 'node:crypto';
import { es256, jwkOf, signBinding, signJws } from './jws.ts';
import { AcmeFault, ownProblem } from './problem.ts';
import type { AcmeAccount, AcmeBinding, AcmeDirectory } from './shapes.ts';
import type { Signer, Wire } from './wire.ts';

export type AcmeRegistration = {
  /** E-mail addresses; none is allowed. Not every authority writes to them. */
  readonly contacts: readonly string[];
  /** True when a person agreed to the directory's `termsOfService`. */
  readonly termsAgreed: boolean;
  readonly binding: AcmeBinding | null;
};

const contactsMax = 5;

/** The key's account, made where there is none: asking again changes nothing. */
export async function registerAccount(
  wire: Wire,
  key: KeyObject,
  { contacts, termsAgreed, binding }: AcmeRegistration,
): Promise<AcmeAccount> {
  const directory = await wire.directory();
  if (directory.externalAccountRequired && binding === null) throw saysNo('externalAccountRequired');
  if (contacts.length > contactsMax || !contacts.every((contact) => /^[^\s,?&@]{1,64}@[^\s,?&@]{1,253}$/.test(contact)))
    throw saysNo('invalidContact');
  const jwk = jwkOf(key);
  const payload = {
    termsOfServiceAgreed: termsAgreed,
    ...(contacts.length === 0 ? {} : { contact: contacts.map((contact) => `mailto:${contact}`) }),
    ...(binding === null ? {} : { externalAccountBinding: signBinding(binding, jwk, directory.newAccount) }),
  };
  return wire.reader.account(await wire.post({ key, jwk, account: null }, directory.newAccount, payload));
}

function saysNo(kind: 'externalAccountRequired' | 'invalidContact'): AcmeFault {
  return new AcmeFault(ownProblem(kind, ''));
}

/** Null when the key has none there. */
export async function findAccount(wire: Wire, key: KeyObject): Promise<AcmeAccount | null> {
  const { newAccount } = await wire.directory();
  try {
    const signer = { key, jwk: jwkOf(key), account: null };
    return wire.reader.account(await wire.post(signer, newAccount, { onlyReturnExisting: true }));
  } catch (error) {
    if (error instanceof AcmeFault && error.problem.kind === 'accountDoesNotExist') return null;
    throw error;
  }
}

/** RFC 8555 §7.3.5: the new key signs that it takes over, the old one that it lets go. */
export async function rollAccountKey(wire: Wire, signer: Signer, next: KeyObject): Promise<void> {
  const keyChange = offered(await wire.directory(), 'keyChange');
  const header = JSON.stringify({ alg: 'ES256', jwk: jwkOf(next), url: keyChange });
  const payload = JSON.stringify({ account: signer.account, oldKey: signer.jwk });
  await wire.post(signer, keyChange, signJws(header, payload, es256(next)));
}

/** @throws AcmeFault where the authority does not do that */
export function offered(directory: AcmeDirectory, what: 'keyChange' | 'revokeCert'): string {
  const url = directory[what];
  if (url === null) throw new AcmeFault(ownProblem('other', `It offers no ${what}.`));
  return url;
}
