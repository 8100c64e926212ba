import { z } from 'zod';
import { factKind } from '#kit/facts';

/** A message went out. Key: the person. */
export const noticeSent = factKind(
  'notice.sent',
  z.object({ shopId: z.string(), orderId: z.string(), kind: z.string() }),
);
