import { useEffect, useRef, useState } from 'react';
import { Notice } from '../../components/notice';

/** The raw token in a box that scrolls and can be selected and copied. */
export function RevealedToken({ token, onHide }: { token: string; onHide: () => void }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<'yes' | 'no'>();
  useEffect(() => box.current?.focus(), []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(token);
      setCopied('yes');
    } catch {
      // No clipboard without a secure context or a permission: leave it selected for the keyboard.
      box.current?.select();
      setCopied('no');
    }
  }

  return (
    <div className="space-y-3">
      <Notice tone="warn">
        <p>Treat this like a password until it expires. Do not paste it into websites, chats or tickets.</p>
      </Notice>
      <label htmlFor="access-token" className="block font-medium">
        Access token
      </label>
      <textarea
        ref={box}
        id="access-token"
        readOnly
        spellCheck={false}
        autoComplete="off"
        rows={8}
        value={token}
        className="code-box w-full resize-y break-all"
      />
      <div className="flex flex-wrap items-center gap-3">
        <button type="button" className="button" onClick={copy}>
          Copy
        </button>
        <button type="button" className="button" onClick={onHide}>
          Hide
        </button>
        <p role="status" className="text-sm text-soft">
          {copied === 'yes' ? 'Copied.' : null}
          {copied === 'no' ? 'This browser does not allow copying by a button; the token is selected.' : null}
        </p>
      </div>
    </div>
  );
}
