import type { ReactNode } from 'react';

/** The first heading of a page, and a sentence on what it is for. */
export function PageHeading({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="mb-6 max-w-2xl space-y-2">
      <h1 className="text-2xl font-semibold tracking-tight sm:text-3xl">{title}</h1>
      {children ? <p className="text-soft">{children}</p> : null}
    </div>
  );
}
