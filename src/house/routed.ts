import { EgressFault, type EgressRoute } from '#kit/egress';
import type { Shop } from '#orders';

/** A sample shop has the carriers that are played for it or none, also in a program that plays none: never the real ones. */
export async function routed(
  route: EgressRoute | null,
  shopOf: () => Promise<Pick<Shop, 'sample'> | null>,
): Promise<EgressRoute | null> {
  if (route === null && (await shopOf())?.sample === true) throw new EgressFault('refused_host', '', null);
  return route;
}
