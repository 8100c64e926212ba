import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createAcmeClient, type AcmeClient } from '../acme/acme.ts';
import { statements } from '../store.ts';
import type { TlsNeeds } from '../shapes.ts';
import { accountPlace, createSealing } from './sealing.ts';

export type Clients = {
  /**
   * A client whose account is registered. What the authority wants agreed to was agreed to by whoever set GLASSPOST_DOMAIN.
   * @throws AcmeFault, EgressFault
   */
  readonly of: (directory: string) => Promise<AcmeClient>;
  /** After an authority said that it knows no such account: the next one registers again. */
  readonly forget: (directory: string) => Promise<void>;
};

/** One account with each authority, its key made once for all processes. */
export function createClients(needs: TlsNeeds): Clients {
  const { database, clock, log, send, wanted } = needs;
  const sealing = createSealing(needs.keyring);
  const kept = new Map<string, Promise<AcmeClient>>();

  const open = async (directory: string): Promise<AcmeClient> => {
    const account = await accountOf(directory);
    const { url } = account;
    const accountKey = createPrivateKey(sealing.open(account.private, accountPlace(directory)));
    const known = { send, directoryUrl: directory, accountKey, clock, log };
    const client = createAcmeClient(url === null ? known : { ...known, accountUrl: url });
    if (url !== null) return client;
    const contacts = wanted === null || wanted.contact === null ? [] : [wanted.contact];
    const { externalAccountRequired } = await client.directory();
    const binding = externalAccountRequired ? (wanted?.binding ?? null) : null;
    const registered = await client.register({ contacts, termsAgreed: true, binding });
    await database.rows(statements.setAccountUrl, [directory, registered.url]);
    return client;
  };

  const accountOf = async (directory: string): Promise<{ readonly url: string | null; readonly private: Buffer }> => {
    const find = () => database.one<{ url: string | null; private: Buffer }>(statements.account, [directory]);
    const there = await find();
    if (there !== null) return there;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    await database.rows(statements.addAccount, [directory, sealing.seal(pem, accountPlace(directory)), clock.now()]);
    const made = await find();
    if (made === null) throw new Error('an account that was made is not there');
    return made;
  };

  return {
    of: (directory) => {
      const there = kept.get(directory) ?? open(directory);
      kept.set(directory, there);
      there.catch(() => kept.delete(directory));
      return there;
    },
    forget: async (directory) => {
      kept.delete(directory);
      await database.rows(statements.setAccountUrl, [directory, null]);
    },
  };
}
