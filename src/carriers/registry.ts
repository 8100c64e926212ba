import type { Connector } from './contract.ts';
import { dhlParcelDe } from './dhl-parcel-de/connector.ts';
import { dhlUnified } from './dhl-unified/connector.ts';
import { ups } from './ups/connector.ts';

/** Every carrier that Glasspost speaks with. A new one is a folder beside the others and a line here. */
export const connectors: readonly Connector[] = [dhlUnified, dhlParcelDe, ups];

function spelled(name: string): string {
  return name.trim().toLowerCase().replaceAll(/[_ ]+/g, '-');
}

const byName: ReadonlyMap<string, Connector> = new Map(
  connectors.flatMap((connector) =>
    [connector.manifest.id, ...connector.manifest.aliases].map((name) => [spelled(name), connector] as const),
  ),
);

/** The connector of a carrier by its id or one of its other names; case, `_` and `-` do not matter. */
export function findConnector(idOrAlias: string): Connector | null {
  return byName.get(spelled(idOrAlias)) ?? null;
}
