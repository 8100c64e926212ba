import { doorPage, type PageNeeds } from '../parts/frame.tsx';
import type { DoorView } from '../view.ts';

/** Behind the link of a mail or of the command line. Only the button uses it up: whoever merely looks cannot burn it. */
export function signInPage(view: DoorView, needs: PageNeeds): string {
  const { say } = needs;
  return doorPage(
    view,
    needs,
    say('door.title'),
    <>
      <p>{say('door.text')}</p>
      <form method="post">
        <button class="button" type="submit">
          {say('door.button')}
        </button>
      </form>
    </>,
  );
}

/** The same for a link that was used, is too old or never was. `command` makes a new one. */
export function usedLinkPage(view: DoorView & { readonly command: string }, needs: PageNeeds): string {
  const { say } = needs;
  return doorPage(
    view,
    needs,
    say('door.used.title'),
    <>
      <p>{say('door.used.text')}</p>
      <p>
        <code class="whole" dir="ltr">
          {view.command}
        </code>
      </p>
    </>,
  );
}

/** For whoever comes without a session: how to get a link. */
export function noLinkPage(view: DoorView & { readonly command: string }, needs: PageNeeds): string {
  const { say } = needs;
  return doorPage(
    view,
    needs,
    say('door.title'),
    <>
      <p>{say('door.how.text')}</p>
      <p>
        <code class="whole" dir="ltr">
          {view.command}
        </code>
      </p>
    </>,
  );
}

export function signedOutPage(view: DoorView, needs: PageNeeds): string {
  const { say } = needs;
  return doorPage(view, needs, say('door.out.title'), <p>{say('door.out.text')}</p>);
}
