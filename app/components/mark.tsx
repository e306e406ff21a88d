/** A tick or a cross, with the word for those who do not see it. */
export function Mark({
  yes,
  words = ['Allowed', 'Not allowed'],
}: {
  yes: boolean;
  words?: readonly [string, string];
}) {
  return (
    <span className={yes ? 'text-good' : 'text-bad'}>
      <svg
        viewBox="0 0 16 16"
        className="inline size-4 fill-none stroke-current"
        strokeWidth="2"
        aria-hidden="true"
      >
        <path
          d={yes ? 'm3 8.5 3.5 3.5L13 4.5' : 'm4 4 8 8m0-8-8 8'}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className="sr-only">{words[yes ? 0 : 1]}: </span>
    </span>
  );
}
