/** While the provider is asked. It takes as much room as the list will need, so that nothing below it moves. */
export function Waiting() {
  return (
    <div className="card min-h-screen space-y-2">
      <p role="status">Asking the provider…</p>
      <p className="text-sm text-soft">A provider that does not answer is given up after six seconds.</p>
      <noscript>
        <p>
          The list appears with JavaScript only. In a shell, <code>npm run doctor</code> shows it.
        </p>
      </noscript>
    </div>
  );
}
