import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { ParkedView } from '../view.ts';

/** Facts that a reader could not digest, each with the way to try again. */
export function parkedPage(view: ParkedView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('parked.title'), place: 'parked' },
    <>
      <p class="soft">{say('parked.intro')}</p>
      <Table
        name={say('parked.title')}
        rows={view.rows}
        keyOf={(_, index) => String(index)}
        empty={say('parked.none')}
        columns={[
          { label: say('parked.follower'), cell: ({ follower }) => follower },
          {
            label: say('parked.kind'),
            cell: ({ kind, key }) => (
              <>
                {kind ?? say('parked.gone')} <code class="soft">{key}</code>
              </>
            ),
          },
          { label: say('page.when'), cell: ({ appended }) => <When moment={appended} /> },
          { label: say('parked.reason'), cell: ({ reason }) => reason },
          {
            label: say('parked.retry'),
            unseen: true,
            cell: ({ follower, key }) => (
              <form method="post" action={consolePaths.retry}>
                <input type="hidden" name="follower" value={follower} />
                <input type="hidden" name="key" value={key} />
                <button class="small-button" type="submit">
                  {say('parked.retry')} <span class="unseen">{`${follower} ${key}`}</span>
                </button>
              </form>
            ),
          },
        ]}
      />
    </>,
  );
}
