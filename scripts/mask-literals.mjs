const comment = /\/\/.*|\/\*[\s\S]*?\*\//;
const string = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/;
/** A slash begins a regular expression where a value may stand, and divides where one has just ended. */
const regexp =
  /\/(?<=(?:[(,=:[!&|?{;]|=>|\b(?:return|typeof|case|await|of|in))\s*\/)(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/;
/** Whatever holds no such beginning, or one character that began nothing. */
const other = /[^'"`/{}]+|[\s\S]/;
const lexeme = new RegExp(
  `(?<comment>${comment.source})|(?<string>${string.source})|(?<regexp>${regexp.source})|${other.source}`,
  'y',
);
/** Up to where a template ends, or an expression in it begins. */
const templateText = /(?<text>(?:[^`\\$]|\\[\s\S]|\$(?!\{))*)(?<end>`|\$\{)/y;

/** @param {RegExp} pattern sticky */
function matchAt(pattern, text, index) {
  pattern.lastIndex = index;
  const match = pattern.exec(text);
  if (match === null) throw new SyntaxError('a template literal does not end');
  return match;
}

/**
 * Code in which a search finds only what is code: comments, regular expressions and the text of templates are gone, and
 * a string is its index in a list: `import a from 'b'; // import c` becomes `import a from "0"; `.
 *
 * It knows as much of the lexical grammar (ECMA-262, section 12) as sources that compile need. Text between JSX tags is
 * taken for code, so a quote without a second one in its line stands for itself.
 * @param {string} text TypeScript or JavaScript, JSX included
 * @returns {{ code: string, strings: string[] }} strings as written between their quotes, escapes included
 * @throws {SyntaxError} where a template literal does not end
 */
export function maskLiterals(text) {
  /** @type {string[]} */
  const strings = [];
  /** For every open brace, whether a template goes on after it. */
  const braces = [];
  let code = '';
  let index = 0;

  const addString = (content) => {
    code += `"${strings.push(content) - 1}"`;
  };
  const readTemplate = ({ isWhole }) => {
    const { 0: all, groups } = matchAt(templateText, text, index);
    index += all.length;
    const isEnd = groups.end === '`';
    if (isWhole && isEnd) return addString(groups.text);
    if (!isEnd) braces.push(true);
    code += `${isWhole ? '' : ')'}${isEnd ? '' : '('}`;
  };

  while (index < text.length) {
    const { 0: found, groups } = matchAt(lexeme, text, index);
    index += found.length;
    if (groups.comment) code += ' ';
    else if (groups.string) addString(found.slice(1, -1));
    else if (groups.regexp) code += '0';
    else if (found === '`') readTemplate({ isWhole: true });
    else if (found === '}' && braces.pop()) readTemplate({ isWhole: false });
    else {
      if (found === '{') braces.push(false);
      code += found;
    }
  }
  return { code, strings };
}
