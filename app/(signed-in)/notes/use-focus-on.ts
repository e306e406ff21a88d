import { useCallback, useEffect, useState } from 'react';

/** Moves focus to an element by its id once the change that brings it about is on the page. */
export function useFocusOn(): (id: string) => void {
  const [target, setTarget] = useState<{ id: string }>();
  useEffect(() => {
    if (target) document.getElementById(target.id)?.focus();
  }, [target]);
  return useCallback((id: string) => setTarget({ id }), []);
}
