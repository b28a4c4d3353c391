import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ApiError } from '../../api/client.js';
import { useSession } from '../../session/session-context.js';
import { SignInView } from './sign-in-view.js';

/** Where a link that signs in leads: uses the code that stands behind its #, and goes on to the page. */
export function LoginPage() {
  const { store } = useSession();
  const navigate = useNavigate();
  const [trouble, setTrouble] = useState<string>();
  useEffect(() => {
    const enter = async (): Promise<void> => {
      const code = takeCode();
      if (code !== undefined) await store.signIn(code);
      await navigate('/', { replace: true });
    };
    enter().catch(async (error: Error) => {
      // Whoever is signed in already has no use for a link, good or bad.
      if (error instanceof ApiError && error.status === 401 && (await isSignedIn())) {
        await store.ask();
        await navigate('/', { replace: true });
      } else setTrouble(inWords(error));
    });
  }, [store, navigate]);
  return trouble === undefined ? null : <SignInView trouble={trouble} />;
}

/** The code of the link, which nobody need see any more: not in the address, and not in the history. */
function takeCode(): string | undefined {
  const { hash, pathname } = window.location;
  window.history.replaceState(window.history.state, '', pathname);
  return hash.length > 1 ? hash.slice(1) : undefined;
}

async function isSignedIn(): Promise<boolean> {
  return api.who().then(
    () => true,
    () => false,
  );
}

function inWords(error: Error): string {
  if (!(error instanceof ApiError)) return 'The balancer does not answer. Open the link again when it does.';
  if (error.status !== 401) return error.message;
  return 'This link was used already, or has run out: a link works once, for 15 minutes.';
}
