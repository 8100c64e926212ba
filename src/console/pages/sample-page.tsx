import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { consolePaths } from '../paths.ts';
import type { SampleView } from '../view.ts';

/** Asks once more before the sample world goes. */
export function sampleRemovalPage(view: SampleView, needs: PageNeeds): string {
  const { say } = needs;
  const { orders, parcels } = view;
  return staffPage(
    view.frame,
    needs,
    { title: say('sample.title'), place: null },
    <div class="card">
      <p>{say('sample.text', { orders, parcels })}</p>
      <form class="ways" method="post" action={consolePaths.removeSample}>
        <button class="button danger" type="submit">
          {say('sample.remove')}
        </button>
        <a href={consolePaths.parcels}>{say('sample.keep')}</a>
      </form>
    </div>,
  );
}
