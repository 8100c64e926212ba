import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type RequestHead } from '#kit/http';
import type { Notices } from '#notices';
import type { Orders } from '#orders';
import type { AskToConfirm } from '#rights';
import type { DataNeeds } from './doors.ts';
import { addressMessage } from './messages.ts';
import { addressPage, type AddressView } from './pages/address-page.tsx';
import { inLanguage } from './pages/frame.tsx';
import type { DataDoor } from './visits.ts';

const path = '/e/:secret';

/**
 * Where the mail to a new address leads. GET changes nothing, because mail servers open links to look at them; POST takes
 * the address. It says the same of every link that confirms nothing.
 */
export function mountAddress(http: Http, needs: DataNeeds, door: DataDoor): void {
  const pageOf = (request: RequestHead, state: AddressView['state'], status = 200): Answer => {
    const language = door.languageOf(request, 'en');
    const view = {
      language,
      action: inLanguage(request.path, language),
      state,
      contactUrl: door.contactUrl(language),
    };
    return answer.page(addressPage(view, { say: door.say(language), assetUrl: http.assetUrl }), { status });
  };
  http.route({
    method: 'GET',
    path,
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: (request) => pageOf(request, 'asked'),
  });
  http.route({
    method: 'POST',
    path,
    audience: 'people',
    takes: 'form',
    bodyBytesMax: 1_024,
    admit: anyone,
    handle: async (request) => {
      const proof = request.params['secret'] ?? '';
      const secret = { address: request.client.address, proof };
      try {
        const confirmed = await http.limit.lookUp('link', secret, () =>
          needs.database.tx((tx) => needs.rights.confirmEmail(tx, proof)),
        );
        return confirmed === null ? pageOf(request, 'gone', 404) : pageOf(request, 'done');
      } catch (error) {
        if (error instanceof Fault && error.code === 'conflict') return pageOf(request, 'taken', 409);
        throw error;
      }
    },
  });
}

/** Asks at a new e-mail address whether it is the person's, in the language of their order. */
export function askAtAddress(needs: {
  readonly orders: Pick<Orders, 'read'>;
  readonly notices: Pick<Notices, 'tell'>;
  readonly publicUrl: string;
}): AskToConfirm {
  return async (tx, { shopId, personId, orderId, email, secret }) => {
    const language = (await needs.orders.read(tx, personId, orderId))?.language ?? 'en';
    const url = new URL(`/e/${secret}?language=${language.slice(0, 2)}`, needs.publicUrl).href;
    const to = { email, name: null };
    await needs.notices.tell(tx, { shopId, personId, orderId, kind: addressMessage, language, values: { url }, to });
  };
}
