/** Addresses as on the internet, so that everything that leaves private ones alone does what it does there. */
export const authorityAt = '11.11.11.1';
export const shopAt = '11.11.11.2';
export const apex = 'nordlicht.example';
export const host = `paket.${apex}`;
/** The shop's own server, which requests are passed on to. */
export const fronted = `www.${apex}`;
export const names = [host, fronted] as const;
