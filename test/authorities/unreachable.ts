import { EgressFault, type EgressReason } from '#kit/egress';
import { createLog } from '#kit/log';
import { createTls, type Tls, type TlsNeeds } from '#tls';
import type { Ground } from '../ground.ts';

/** The one name of the house whose authority cannot be reached. */
export const unservedName = 'track.shop.example';
export const unreachableDirectory = 'https://ca.example/directory';

/** Certificates by themselves, as they stand while the authority does not answer. */
export function tlsWithoutAuthority(
  ground: Ground,
  reason: EgressReason = 'connect',
  more: Pick<TlsNeeds, 'ownPage'> = {},
): Tls {
  return createTls({
    ...ground,
    ...more,
    ...{ audit: ground.privacy.audit, log: createLog({ level: 'silent' }) },
    wanted: {
      ...{ names: [unservedName], directories: [unreachableDirectory], contact: null, binding: null, dnsHook: null },
      plainDoor: true,
    },
    fronted: ['shop.example', 'www.shop.example'],
    send: () => Promise.reject(new EgressFault(reason, 'ca.example', null)),
  });
}
