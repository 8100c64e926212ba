/** An account with the simulated interface: what the connector shows, and how much may be asked with it. */
export type ParcelDeAccount = {
  /** Both layers: key and secret of the app, user and password of the business customer. */
  readonly secrets: Readonly<Record<'apiKey' | 'apiSecret' | 'user' | 'password', string>>;
  readonly callsPerDay: number;
  readonly callsPerSecond: number;
};

function secretsOf(name: string): ParcelDeAccount['secrets'] {
  return {
    apiKey: `sample-parcel-de-${name}`,
    apiSecret: `sample-secret-${name}`,
    user: `zt-sample-${name}`,
    password: `sample-password-${name}`,
  };
}

/** `standard` has the allowance that DHL gives a new app; `generous` is for the sample shop. */
export const parcelDeAccounts = {
  standard: { secrets: secretsOf('standard'), callsPerDay: 1_000, callsPerSecond: 3 },
  generous: { secrets: secretsOf('generous'), callsPerDay: 20_000, callsPerSecond: 20 },
} as const satisfies Record<string, ParcelDeAccount>;
