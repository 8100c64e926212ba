import { readAddress } from '#kit/mail';
import type { Shop } from '#orders';

/** The domain a shop's mails come from, in ASCII; null while it has none that can stand in DNS. */
export function senderDomain({ face }: Pick<Shop, 'face'>): string | null {
  const domain = readAddress(face.sender.address)?.split('@')[1] ?? '';
  if (!domain.includes('.') || /(?:^|\.)(?:invalid|localhost|local|internal)$|\.\d+$/u.test(domain)) return null;
  return domain;
}
