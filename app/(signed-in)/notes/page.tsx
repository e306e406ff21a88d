import type { Metadata } from 'next';
import { actions, allActions, scopeFor } from '@/lib/access/actions';
import { requireViewer, type SignedInViewer } from '@/lib/access/viewer';
import { listNotes } from '@/lib/notes';
import { bodyLimit, titleLimit } from '@/lib/notes/note';
import { providerProfile } from '@/lib/provider';
import { loginHref } from '../../components/login-href';
import { PageHeading } from '../../components/page-heading';
import type { Access, Desk } from './desk';
import { NotesBoard } from './notes-board';

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
      <NotesBoard desk={deskOf(who)} first={first} />
    </>
  );
}

/** What the notes of this person are handled with: permissions, links for asking for more, limits. */
function deskOf({ actions: permitted, token }: SignedInViewer): Desk {
  const prefix = providerProfile().requestPrefix;
  const have = permitted.map((action) => scopeFor(action, prefix));
  const access = allActions.map((action): [string, Access] => {
    const scope = scopeFor(action, prefix);
    const askHref = loginHref({ returnTo: path, scopes: [...have, scope] });
    return [action, { allowed: permitted.includes(action), title: actions[action].title, scope, askHref }];
  });
  return {
    owner: `${token.issuer} ${token.subject}`,
    access: Object.fromEntries(access) as Desk['access'],
    limits: { title: titleLimit, body: bodyLimit },
    pageSize,
  };
}
