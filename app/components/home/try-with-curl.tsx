interface TryWithCurlProps {
  baseUrl: string;
  /** Issuer of the embedded provider, where that is the one. */
  embeddedIssuer: string | undefined;
  /** A scope that the machine client of the embedded provider may have. */
  scope: string;
}

/** Commands that show the API's answers without a browser. */
function commands({ baseUrl, embeddedIssuer, scope }: TryWithCurlProps) {
  const challenge = {
    does: 'Without a token: 401, and a challenge that says where to get one.',
    command: `curl -i ${baseUrl}/api/my-token`,
  };
  if (embeddedIssuer === undefined) {
    const bearer = `curl -i ${baseUrl}/api/my-token \\\n  -H "Authorization: Bearer $TOKEN"`;
    return [
      challenge,
      { does: 'With an access token of your provider: its verified claims.', command: bearer },
    ];
  }
  return [
    challenge,
    {
      does: 'A token for a machine, from the embedded provider, and the claims that were verified.',
      command: `TOKEN=$(curl -s ${embeddedIssuer}/token -u claimcheck-machine:wonderland-machine \\
  -d grant_type=client_credentials -d scope=${scope} \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -i ${baseUrl}/api/my-token -H "Authorization: Bearer $TOKEN"`,
    },
    {
      does: 'The same token where it does not reach: 403, naming the missing scope.',
      command: `curl -i ${baseUrl}/api/notes -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" -d '{"title":"Hello","body":""}'`,
    },
  ];
}

export function TryWithCurl(props: TryWithCurlProps) {
  return (
    <section aria-labelledby="curl" className="space-y-4">
      <h2 id="curl" className="text-xl font-semibold">
        The same without a browser
      </h2>
      <ul className="space-y-4">
        {commands(props).map(({ does, command }) => (
          <li key={command} className="space-y-2">
            <p className="text-soft">{does}</p>
            {/* Wraps rather than scrolls: nothing to reach with a keyboard, and copied text has no extra breaks. */}
            <pre className="code-box whitespace-pre-wrap wrap-anywhere">{command}</pre>
          </li>
        ))}
      </ul>
    </section>
  );
}
