import type { Access } from './desk';

/** Which scope an action needs, and the link to ask for it. */
export function NeedsScope({ id, access }: { id?: string; access: Access }) {
  return (
    <p id={id} className="text-sm text-soft">
      Needs <code className="text-ink">{access.scope}</code> to {access.title.toLowerCase()}.{' '}
      <a href={access.askHref} className="link inline-block py-1">
        Sign in with it
        <span className="sr-only">: {access.scope}</span>
      </a>
    </p>
  );
}
