import type { Notices } from '#notices';
import type { Orders } from '#orders';
import type { Privacy } from '#privacy';
import { consentMessage } from '../plain-sight/messages.ts';
import type { ConsentsNeeds } from './consents.ts';

/** As many as one message holds. */
const receiptsMax = 10;

/** Has the receipts of what was just allowed mailed to whoever allowed it. */
export function mailConsentReceipts(needs: {
  readonly privacy: Pick<Privacy, 'consentsOf'>;
  readonly orders: Pick<Orders, 'customerUrl'>;
  readonly notices: Pick<Notices, 'tell'>;
}): NonNullable<ConsentsNeeds['mailReceipts']> {
  return async (tx, person, consentIds, order) => {
    const consents = await needs.privacy.consentsOf(tx, person.id);
    const receipts = consents.filter(({ consentId }) => consentIds.includes(consentId)).map(({ receipt }) => receipt);
    const { personId, orderId, shopId, language } = order;
    const values = {
      receipts: receipts.slice(0, receiptsMax).join('\n\n'),
      url: `${needs.orders.customerUrl(order)}/consents?language=${language.slice(0, 2)}`,
    };
    await needs.notices.tell(tx, { shopId, personId, orderId, kind: consentMessage, language, values });
  };
}
