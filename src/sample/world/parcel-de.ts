import type { Story } from './stories.ts';

/** What DHL's interface for Germany says where the unified one has only a class: `ICE:RIC:TTPRO`. */
const finer: Readonly<Record<string, string>> = {
  VA: 'PARCV:NRQRD:VA',
  AE: 'PCKDU:PUBCR:AE',
  AA: 'LDTMV:MVMTV:AA',
  EE: 'ULFMV:UNLDD:EE',
  PO: 'SRTED:NRQRD:PO',
  ZN: 'NTDEL:NHOME:ZN',
  ZU: 'DLVRD:ACCPT:ZU',
};

/**
 * The same way, told by DHL's interface for Germany.
 * @param codes by the step's name, where it says more than the class does
 */
export function finely(story: Story, codes: Readonly<Record<string, string>> = {}): Story {
  return (to) => {
    const plan = story(to);
    const steps = plan.steps.map((step) => ({
      ...step,
      status: codes[step.name] ?? finer[step.status] ?? step.status,
    }));
    return { ...plan, carrier: 'dhl-parcel-de', steps };
  };
}
