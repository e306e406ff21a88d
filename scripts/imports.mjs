import { maskLiterals } from './mask-literals.mjs';

/**
 * @typedef {object} Import
 * @property {string} specifier as written: `jose`, `@/lib/token`, `./verify`
 * @property {boolean} isType whether it vanishes when types are stripped, and brings nothing along at run time
 */

// Between the keyword and `from`: a default import, a namespace, names in braces.
const clause = /(?:type\b\s*)?(?:[\w$]+\s*,?\s*)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^{}]*\})?/;
const declaration = new RegExp(
  String.raw`\b(?:import|export)\b\s*(?:(?<clause>${clause.source})\s*\bfrom\s*)?"(?<declared>\d+)"`,
);
// `typeof import('a')` and `import('a').B` are types; a promise has no members but these three.
const call =
  /(?<query>\btypeof\s+)?\bimport\s*\(\s*"(?<called>\d+)"(?<member>\s*\)\s*\.\s*(?!then\b|catch\b|finally\b))?/;
const importing = new RegExp(`(?<![.#$])(?:${declaration.source}|${call.source})`, 'g');

/** `type A`, `type A as B`; whereas `type`, `type as B` are about something of that name. */
function isTypeName(name) {
  const words = name.split(/\s+/);
  return words[0] === 'type' && words.length % 2 === 0;
}

/** @param {string} text between the keyword and `from` */
function isTypeClause(text) {
  // `import type from` and `import type, { … } from` have a default import of that name.
  if (/^type(?:\s+[\w$]|\s*[*{])/.test(text)) return true;
  if (!text.startsWith('{')) return false;
  const names = text.replace(/[{}]/g, '').split(',');
  const named = names.map((name) => name.trim()).filter((name) => name !== '');
  return named.length > 0 && named.every(isTypeName);
}

/**
 * What a module imports, re-exports included, in the order of its text. An `import()` of a computed name is not seen.
 * @param {string} text TypeScript or JavaScript, JSX included
 * @returns {Import[]}
 * @throws {SyntaxError} where a template literal does not end
 */
export function importsOf(text) {
  const { code, strings } = maskLiterals(text);
  return [...code.matchAll(importing)].map(({ groups }) => {
    const { clause = '', declared, called, query, member } = groups;
    return {
      specifier: strings[Number(declared ?? called)],
      isType: called === undefined ? isTypeClause(clause) : (query ?? member) !== undefined,
    };
  });
}
