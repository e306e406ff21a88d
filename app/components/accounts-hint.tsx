/** Who can sign in at the embedded provider, as its own sign-in page lists them too. */
const accounts = [
  { name: 'alice', may: 'may be granted every note scope' },
  { name: 'bob', may: 'may read, nothing more' },
  { name: 'carol', may: 'may do nothing with notes' },
];

/** The accounts of the embedded provider. Shown only where it is the one that signs people in. */
export function AccountsHint() {
  return (
    <div className="space-y-2">
      <p>
        Accounts to try, each with the password <code>wonderland</code>:
      </p>
      <ul className="space-y-1">
        {accounts.map(({ name, may }) => (
          <li key={name}>
            <code className="font-semibold">{name}</code> <span className="text-soft">{may}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
