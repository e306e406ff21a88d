/** The mark: a claim check with a tick. Decorative; the product's name stands beside it. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" className="size-7 shrink-0" aria-hidden="true">
      <path
        className="fill-accent"
        d="M11.2 2h9.6a3 3 0 0 1 2.2 1l4.2 4.6a3 3 0 0 1 .8 2V27a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V9.6a3 3 0 0 1 .8-2L9 3a3 3 0 0 1 2.2-1Z"
      />
      <circle className="fill-on-accent" cx="16" cy="8" r="2.4" />
      <path
        className="fill-none stroke-on-accent"
        d="m10 19.5 4.2 4.2 8.2-8.7"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
