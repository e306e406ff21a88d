/** The look of every page. Inline under a nonce: the provider serves no files. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #eef1f6; --card: #fff; --ink: #171b26; --soft: #545d70; --line: #d3d9e4; --field: #fff;
  --accent: #3b3fc4; --accent-ink: #fff; --accent-hover: #2e319f; --hint: #f5f6fa; --bad: #b3172a; --bad-page: #fdecee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10131a; --card: #191d27; --ink: #eceef4; --soft: #a6aebf; --line: #353c4c; --field: #11141c;
    --accent: #a9b0ff; --accent-ink: #10131a; --accent-hover: #c6cbff; --hint: #141821; --bad: #ff9aa4; --bad-page: #35191e;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 24px 16px; background: var(--page); color: var(--ink);
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 20px;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  width: 100%; max-width: 440px; background: var(--card); border: 1px solid var(--line); border-radius: 16px;
  padding: 32px; box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px rgb(0 0 0 / .07);
}
main.wide { max-width: 760px; }
.brand { display: flex; align-items: center; gap: 10px; color: var(--soft); font-size: 14px; margin: 0 0 20px; }
.brand svg { width: 28px; height: 28px; flex: none; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; letter-spacing: -.01em; }
h2 { font-size: 15px; margin: 28px 0 8px; }
p { margin: 0 0 16px; }
.soft { color: var(--soft); }
.small { font-size: 14px; }
a { color: var(--accent); text-underline-offset: 2px; }
code { font: .92em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
form { margin: 20px 0 0; }
.field { margin: 0 0 16px; }
.field label { display: block; font-weight: 600; font-size: 14px; margin: 0 0 6px; }
.field input {
  width: 100%; padding: 10px 12px; font: inherit; color: inherit; background: var(--field);
  border: 1px solid color-mix(in srgb, var(--soft) 70%, transparent); border-radius: 8px;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.buttons { display: flex; gap: 12px; margin-top: 20px; }
button {
  flex: 1; min-height: 44px; padding: 10px 16px; font: inherit; font-weight: 600; cursor: pointer;
  border: 1px solid var(--line); border-radius: 8px; background: transparent; color: inherit;
}
button:hover { background: var(--hint); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
button.main:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
.alert {
  margin: 20px 0; padding: 12px 14px; border-radius: 8px; background: var(--bad-page); color: var(--bad);
  border: 1px solid color-mix(in srgb, var(--bad) 35%, transparent);
}
.hint { margin: 24px 0 0; padding: 14px 16px; background: var(--hint); border: 1px solid var(--line); border-radius: 10px; }
.hint p { margin: 0 0 8px; }
.scopes { list-style: none; margin: 0 0 20px; padding: 0; border: 1px solid var(--line); border-radius: 10px; }
.scopes li { display: flex; gap: 12px; padding: 14px 16px; }
.scopes li + li { border-top: 1px solid var(--line); }
.scopes input { flex: none; width: 20px; height: 20px; margin: 2px 0 0; accent-color: var(--accent); }
.scopes label { flex: 1; min-width: 0; }
.scopes strong, .scopes span, .scopes code { display: block; }
.scopes code { color: var(--soft); font-size: 13px; margin-top: 2px; }
.scopes span { font-size: 15px; }
.scopes .refused strong, .scopes .refused span { color: var(--soft); }
.scopes .refused .reason { color: var(--bad); }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { text-align: left; padding: 6px 12px 6px 0; vertical-align: top; }
td code { overflow-wrap: normal; }
th { color: var(--soft); font-weight: 600; }
tr + tr td, thead + tbody td, tr + tr th { border-top: 1px solid var(--line); }
footer { color: var(--soft); font-size: 13px; text-align: center; max-width: 440px; }
@media (max-width: 480px) {
  body { padding: 16px 12px; justify-content: flex-start; }
  main { padding: 24px 20px; }
  .stacks thead { display: none; }
  .stacks tr, .stacks th, .stacks td { display: block; padding-right: 0; }
  .stacks tr { padding: 6px 0; }
  .stacks th, .stacks td, .stacks tr + tr th, .stacks tr + tr td { border: 0; padding-block: 1px; }
  .stacks tr + tr { border-top: 1px solid var(--line); }
}
`;
