import { answer, type Answer } from '#kit/http';
import { Fault } from '#kit/fault';
import { formatDay } from '#kit/words';
import { authorities, authoritiesAsOf, sayDelivery, sayTls, type CertificateLine, type FilesLine } from '#tls';
import { consolePaths } from '../paths.ts';
import type { Visit } from '../screens/visit.ts';
import type { StaffRoute, Work } from '../staff.ts';
import type { DeliveredRow, FilesRow } from './delivered.tsx';
import { certificatePage, type CertificateView, type HstsView } from './certificate-page.tsx';
import type { CertificateRow } from './rows.tsx';

const actor = 'staff';

/** The screen "Certificate" and what its buttons do. */
export const certificateRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.certificate, act: (work) => shown(work, null) },
  {
    method: 'POST',
    path: consolePaths.renewCertificate,
    act: (work) => done(work, 'certificate_ordered', (name) => work.needs.tls.renewNow(name, actor)),
  },
  {
    method: 'POST',
    path: consolePaths.revokeCertificate,
    act: (work) => done(work, 'certificate_revoked', (name) => work.needs.tls.revoke(name, actor)),
  },
  {
    method: 'POST',
    path: consolePaths.deliverCertificate,
    act: (work) => done(work, 'certificate_delivered', (name) => deliver(work, name)),
  },
  { method: 'POST', path: consolePaths.stepHsts, act: step },
  {
    method: 'POST',
    path: consolePaths.measureStage,
    act: async (work) => await shown(work, { found: await work.needs.tls.measureStage() }),
  },
];

/** What its server said stands on the screen. */
async function deliver({ needs }: Work, name: string): Promise<void> {
  await needs.tls.deliver(name, actor);
}

async function done(
  { request }: Work,
  what: 'certificate_ordered' | 'certificate_revoked' | 'certificate_delivered',
  act: (name: string) => Promise<void>,
): Promise<Answer> {
  try {
    await act(request.form().get('name') ?? '');
    return answer.redirect(`${consolePaths.certificate}?done=${what}`);
  } catch (error) {
    // The authority said no, cannot be reached, or the name is no longer ours.
    if (error instanceof Fault) return answer.redirect(`${consolePaths.certificate}?failed=${what}`);
    throw error;
  }
}

async function step({ needs, request }: Work): Promise<Answer> {
  const form = request.form();
  const up = form.get('all_names') === 'yes' ? 'up with all names' : 'up';
  const stepped = await needs.tls.stepHsts(
    form.get('direction') === 'down' ? 'down' : up,
    actor,
    form.get('front') ?? undefined,
  );
  const said = !('no' in stepped) ? 'done=hsts' : stepped.no === 'not_agreed' ? 'failed=hsts_names' : 'failed=hsts';
  return answer.redirect(`${consolePaths.certificate}?${said}`);
}

/** @param measured what a look at our own page found, when there was one */
async function shown({ needs, visit, pageNeeds }: Work, measured: CertificateView['measured']): Promise<Answer> {
  const fronts = await needs.fronts();
  const lines = await needs.tls.list();
  const view = {
    frame: visit.frame,
    measured,
    rows: lines.filter(({ delivery }) => delivery === null).map((line) => rowOf(line, visit)),
    delivered: lines.flatMap((line) => deliveredOf(line, visit)),
    authorities: {
      rows: authorities,
      asOf: formatDay(visit.language, Temporal.PlainDate.from(authoritiesAsOf), { weekday: false }),
    },
    fronts,
    hsts: await Promise.all([undefined, ...fronts.map(({ name }) => name)].map((front) => hstsAt(needs, visit, front))),
  };
  return answer.page(certificatePage(view, pageNeeds));
}

async function hstsAt(needs: Work['needs'], { moment, now }: Visit, front: string | undefined): Promise<HstsView> {
  const hsts = await needs.tls.hsts(front);
  const { upAt } = hsts;
  return {
    ...hsts,
    front: front ?? null,
    mayStepUp: upAt !== null && Temporal.Instant.compare(upAt, now) <= 0,
    upAt: upAt === null ? null : moment(upAt),
  };
}

function rowOf(
  { name, served, nextAt, failure, delivery }: CertificateLine,
  { moment, language }: Visit,
): CertificateRow {
  return {
    name,
    authority: served?.authority ?? null,
    until: served === null ? null : moment(served.notAfter),
    left: served === null ? null : Math.floor(served.leftOfLife * 100),
    revoked: served?.revoked ?? false,
    next: moment(nextAt),
    failure:
      failure === null
        ? null
        : {
            ...failure,
            why: sayTls(language, failure.why, delivery !== null),
            failed: moment(failure.failedAt),
            tries: failure.failures,
          },
  };
}

function deliveredOf(line: CertificateLine, visit: Visit): readonly DeliveredRow[] {
  const { delivery } = line;
  if (delivery === null) return [];
  const { files, fetched } = delivery;
  return [
    {
      ...rowOf(line, visit),
      files: files.map((one) => filesOf(one, visit)),
      fetched: fetched === null ? null : { at: visit.moment(fetched.at), isCurrent: fetched.isCurrent },
    },
  ];
}

function filesOf({ place, deliveredAt, failure }: FilesLine, { moment, language }: Visit): FilesRow {
  return {
    place,
    delivered: deliveredAt === null ? null : moment(deliveredAt),
    failure:
      failure === null
        ? null
        : {
            why: sayDelivery(language, failure),
            said: failure.said,
            tries: failure.failures,
            next: moment(failure.nextAt),
          },
  };
}
