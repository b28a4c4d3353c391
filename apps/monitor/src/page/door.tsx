import { App } from './app.js';
import { SignInView } from './features/sign-in/sign-in-view.js';
import { LiveProvider } from './live/live-context.js';
import { useSession } from './session/session-context.js';

/** The page for those who are signed in; for others, how to do that. */
export function Door() {
  const { state, store } = useSession();
  switch (state.kind) {
    case 'asking':
      return null;
    case 'out':
      return <SignInView trouble={state.hasEnded ? 'Your session has ended.' : undefined} />;
    case 'in':
      return (
        <LiveProvider onStatus={store.onFeed}>
          <App />
        </LiveProvider>
      );
  }
}
