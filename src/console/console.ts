import type { Tx } from '#kit/database';
import { assets as shellAssets } from '#kit/html';
import { answer, type Answer, type Http } from '#kit/http';
import { mailPage as mailBody, mailPagePolicy } from '#kit/mailbox';
import { actions } from './actions.ts';
import { consoleAssets } from './assets.ts';
import { breachRoutes } from './breach/breach-screen.ts';
import { carrierRoutes } from './carriers/carrier-actions.ts';
import { carriersPage } from './carriers/carriers-page.tsx';
import { carriersView } from './carriers/carriers-view.ts';
import { certificateRoutes } from './certificate/certificate-screen.ts';
import { mountEntering } from './entering.ts';
import { healthRoutes } from './health/health-screen.ts';
import { ledgerRoutes } from './ledger/ledger-screen.ts';
import { keyringRoutes } from './keyring/keyring-screen.ts';
import { mailRoutes } from './mail/mail-screen.ts';
import { importRoutes } from './importing/import-routes.ts';
import type { ConsoleNeeds } from './needs.ts';
import { auditPage } from './pages/audit-page.tsx';
import { codesPage } from './pages/codes-page.tsx';
import { keysPage } from './pages/keys-page.tsx';
import { mailboxPage, mailPage } from './pages/mailbox-page.tsx';
import { noticesPage } from './pages/notices-page.tsx';
import { parcelPage } from './pages/parcel-page.tsx';
import { parcelsPage } from './pages/parcels-page.tsx';
import { parkedPage } from './pages/parked-page.tsx';
import { sampleRemovalPage } from './pages/sample-page.tsx';
import { settingsPage } from './pages/settings-page.tsx';
import type { PageNeeds } from './parts/frame.tsx';
import { consolePaths } from './paths.ts';
import { witnessRoutes } from './witness/witness-screen.ts';
import { protectionRoutes } from './protection/protection-screen.ts';
import { rightsRoutes } from './rights/rights-screen.ts';
import { keysView, sampleView, settingsView } from './screens/house.ts';
import { auditView, caughtMail, codesView, mailboxView, mailView, noticesView, parkedView } from './screens/lists.ts';
import { rulesPage } from './rules/rules-page.tsx';
import { rulesView } from './rules/rules-view.ts';
import { parcelView } from './screens/parcel.ts';
import { parcelsView } from './screens/parcel-list.ts';
import type { Visit } from './screens/visit.ts';
import { recordRoutes } from './desk/record-screen.ts';
import { requestRoutes } from './desk/requests-screen.ts';
import { retentionRoutes } from './desk/retention-screen.ts';
import { reviewExchangeRoutes } from './reviews/exchange-screen.ts';
import { reviewRoutes } from './reviews/reviews-screen.ts';
import { createSessions } from './sessions.ts';
import { faceRoutes } from './shop/face-actions.ts';
import { facePage } from './shop/face-page.tsx';
import { faceView } from './shop/face-view.ts';
import { missing, mountStaff, type StaffRoute, type Work } from './staff.ts';

export { consoleData } from './retention/data-map.ts';
export { consoleSweeps } from './retention/sweeps.ts';

export { consolePaths, type ConsoleNeeds };

/** The staff's door: no account and no password, but a link that lets one person in once. */
export type Console = {
  readonly mount: (http: Http) => void;
  /** The address of a new link; it works once, within 30 minutes. */
  readonly createLink: () => Promise<string>;
  /** Nobody looks at this shop any more. Sessions go on. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createConsole(needs: ConsoleNeeds): Console {
  const sessions = createSessions(needs);
  return {
    mount: (http) => {
      http.addAssets(shellAssets);
      http.addAssets(consoleAssets);
      mountEntering(http, sessions, needs.log);
      mountStaff(http, needs, sessions, [
        ...screens,
        ...importRoutes,
        ...mailRoutes,
        ...certificateRoutes,
        ...keyringRoutes,
        ...actions,
        ...faceRoutes,
        ...carrierRoutes,
        ...protectionRoutes,
        ...breachRoutes,
        ...witnessRoutes,
        ...requestRoutes,
        ...recordRoutes,
        ...retentionRoutes,
        ...reviewRoutes,
        ...reviewExchangeRoutes,
        ...rightsRoutes,
        ...healthRoutes(needs),
        ...ledgerRoutes,
      ]);
    },
    createLink: async () => new URL(consolePaths.entering(await sessions.makeLink()), needs.publicUrl).href,
    forgetShop: sessions.forgetShop,
  };
}

/** A page of what a view shows; a view that is not there is a page that says so. */
function screen<View>(
  path: string,
  view: (needs: ConsoleNeeds, visit: Visit) => Promise<View | null> | View | null,
  page: (view: View, needs: PageNeeds) => string,
): StaffRoute {
  return {
    method: 'GET',
    path,
    act: async (work) => {
      const shown = await view(work.needs, work.visit);
      return shown === null ? missing(work) : answer.page(page(shown, work.pageNeeds));
    },
  };
}

const screens: readonly StaffRoute[] = [
  screen(consolePaths.parcels, parcelsView, parcelsPage),
  screen(`${consolePaths.parcels}/parcels/:id`, parcelView, parcelPage),
  screen(consolePaths.notices, noticesView, noticesPage),
  screen(consolePaths.codes, codesView, codesPage),
  screen(consolePaths.parked, parkedView, parkedPage),
  screen(consolePaths.mailbox, mailboxView, mailboxPage),
  { ...screen(`${consolePaths.mailbox}/:id`, mailView, mailPage), frames: true },
  { method: 'GET', path: `${consolePaths.mailbox}/:id/body`, act: showBody },
  { ...screen(consolePaths.face, (needs, visit) => faceView(needs, visit), facePage), frames: true },
  screen(consolePaths.carriers, (needs, visit) => carriersView(needs, visit), carriersPage),
  screen(consolePaths.rules, (_, visit) => rulesView(visit), rulesPage),
  screen(consolePaths.settings, settingsView, settingsPage),
  screen(consolePaths.keys, (needs, visit) => keysView(needs, visit), keysPage),
  screen(consolePaths.audit, auditView, auditPage),
  screen(consolePaths.sample, sampleView, sampleRemovalPage),
];

/** Somebody else's markup: its own policy takes everything from it, and only the mailbox may frame it. */
function showBody(work: Work): Answer {
  const mail = caughtMail(work.needs, work.visit);
  if (mail === null) return missing(work);
  return answer.page(mailBody(mail), {
    headers: { 'content-security-policy': mailPagePolicy, 'x-frame-options': 'SAMEORIGIN' },
  });
}
