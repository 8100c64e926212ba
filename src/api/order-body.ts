import { z } from 'zod';
import { findConnector } from '#carriers';
import { Fault, type FieldError } from '#kit/fault';
import { orderBody } from '#orders';
import { unknownCarrier, wholeNumber } from './text.ts';

const { customer, parcels, placed_at } = orderBody.shape;
const box = parcels.unwrap().element;
const boxesMax = 100;

/** The body of `PUT /v1/orders/{order_number}`: the shape of all orders, with what clients of a JSON API send otherwise. */
export const orderInput = orderBody.extend({
  placed_at: placed_at.meta({ description: 'A time with its offset, such as 2026-11-22T10:00:00+01:00' }),
  customer: customer.extend({ id: z.union([customer.shape.id, wholeNumber]) }),
  parcels: z
    .array(box.extend({ tracking_number: z.union([box.shape.tracking_number, wholeNumber]) }))
    .max(boxesMax)
    .default([]),
});

type Order = z.output<typeof orderInput>;

/**
 * The order with its carriers under the ids that Glasspost has for them, whatever spelling was sent.
 * @throws Fault('invalid') that points at every carrier that is not known
 */
export function withKnownCarriers(order: Order): Order {
  const errors: FieldError[] = [];
  const boxes = order.parcels.map(({ carrier, tracking_number, service }, place) => {
    const connector = findConnector(carrier);
    const pointer = `/parcels/${place}/carrier`;
    if (connector === null) errors.push({ pointer, code: 'unknown_carrier', message: unknownCarrier });
    return { carrier: connector?.manifest.id ?? carrier, tracking_number, service };
  });
  if (errors.length > 0) throw new Fault('invalid', unknownCarrier, { errors });
  return { ...order, parcels: boxes };
}
