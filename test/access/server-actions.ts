import { maskLiterals } from '../../scripts/mask-literals.mjs';

const directive = /(['"`])use server\1/g;
const guardedExport = /^export const \w+ = protectAction\(/;
/** Vanishes when types are stripped. */
const typeExport = /^export (?:type|interface)\b/;

/**
 * What of a source can be called from a browser without the guard of server actions: whatever a file with the directive
 * exports, and a function with the directive in it. Only the form `export const name = protectAction(…);` is known to be
 * guarded, so nothing else passes, harmless as it may be.
 * @returns one line for each; none where nothing is wrong
 */
export function unguardedActions(text: string): string[] {
  const count = [...text.matchAll(directive)].length;
  if (count === 0) return [];
  if (count > 1 || !/^(['"])use server\1;/.test(text)) {
    return ['the directive stands elsewhere than at the beginning of a file, once'];
  }
  const { code, strings } = maskLiterals(text);
  const importing = /\bimport \{ protectAction \} from "(\d+)";/.exec(code);
  const isOurs = importing && strings[Number(importing[1])] === '@/lib/server/protect-action';
  const unguarded = [...code.matchAll(/\bexport\b/g)]
    .map(({ index }) => code.slice(index))
    .filter((exported) => !typeExport.test(exported) && !isGuarded(exported));
  return [
    ...(isOurs ? [] : ['protectAction is not the one of lib/server']),
    ...unguarded.map((exported) => exported.split('\n')[0] ?? ''),
  ];
}

/** Whether all of an exported value is what the guard returns: nothing is called on it, and no other value follows. */
function isGuarded(exported: string): boolean {
  const opened = guardedExport.exec(exported)?.[0];
  if (opened === undefined) return false;
  let depth = 1;
  let index = opened.length;
  while (depth > 0 && index < exported.length) {
    if (exported[index] === '(') depth += 1;
    if (exported[index] === ')') depth -= 1;
    index += 1;
  }
  return exported[index] === ';';
}
