import { z } from 'zod';
import { factKind } from '#kit/facts';

/** An order is gone with its person; its key is the person's id, which leads nowhere any more. */
export const orderErased = factKind('order.erased', z.object({ shopId: z.string(), orderId: z.string() }));
