/** As it is kept: the chain with the leaf first, and the key, PEM. */
export type Pems = { readonly chain: string; readonly keyPem: string };

/** The four texts by which servers know them; `chain` is empty where the authority signed with its root. */
export type Bundle = {
  readonly fullchain: string;
  readonly cert: string;
  readonly chain: string;
  readonly privkey: string;
};

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export function bundleOf({ chain, keyPem }: Pems): Bundle {
  const [leaf = '', ...above] = (chain.match(certificate) ?? []).map((pem) => `${pem}\n`);
  return { fullchain: leaf + above.join(''), cert: leaf, chain: above.join(''), privkey: `${keyPem.trim()}\n` };
}
