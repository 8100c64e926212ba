import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { consolePaths } from '../paths.ts';
import type { MissingView } from '../view.ts';

/** For an address of the console behind which nothing stands, or nothing of this shop. */
export function missingPage(view: MissingView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('missing.title'), place: null },
    <>
      <p>{say('missing.text')}</p>
      <p>
        <a href={consolePaths.parcels}>{say('missing.back')}</a>
      </p>
    </>,
  );
}
