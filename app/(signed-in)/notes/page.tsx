import type { Metadata } from 'next';
import type { SignedInViewer } from '@/lib/access';
import { actions, allActions, scopeFor } from '@/lib/access/actions';
import { listNotes } from '@/lib/server/notes';
import { providerProfile } from '@/lib/server/provider';
import { requireViewer } from '@/lib/server/viewer';
import { loginHref } from '../../components/login-href';
import { PageHeading } from '../../components/page-heading';
import { Notes } from './notes';
import type { NotesContextValue, Permission } from './notes-context';

export const metadata: Metadata = { title: 'Notes' };

const path = '/notes';
const pageSize = 20;

export default async function NotesPage() {
  const who = await requireViewer(path);
  const { issuer, subject } = who.token;
  const first = who.actions.includes('note:read')
    ? await listNotes({ issuer, subject }, { limit: pageSize })
    : undefined;
  return (
    <>
      <PageHeading title="Notes">
        Yours alone. What you can do with them is what your token's scopes permit.
      </PageHeading>
      <Notes context={contextFor(who)} first={first} pageSize={pageSize} />
    </>
  );
}

/** Whose notes these are, what the token permits, and where to sign in for what it does not. */
function contextFor({ actions: permitted, token }: SignedInViewer): NotesContextValue {
  const prefix = providerProfile().requestPrefix;
  const have = permitted.map((action) => scopeFor(action, prefix));
  const permissions = allActions.map((action): [string, Permission] => {
    const scope = scopeFor(action, prefix);
    const signInHref = loginHref({ returnTo: path, scopes: [...have, scope] });
    return [action, { allowed: permitted.includes(action), title: actions[action].title, scope, signInHref }];
  });
  return {
    owner: `${token.issuer} ${token.subject}`,
    permissions: Object.fromEntries(permissions) as NotesContextValue['permissions'],
  };
}
