/** The look of the page, by light and by dark. */
export const STYLE: string = `
:root { --ink: #1c2024; --dim: #5b646d; --page: #fff; --card: #f5f6f8; --line: #d9dde2;
  --good: #1a7f37; --note: #8a5a00; --bad: #c62828; --open: #5b4bb5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --dim: #9aa4ae; --page: #14171a; --card: #1e2328; --line: #343b42;
    --good: #57c975; --note: #e0a93a; --bad: #ff7b72; --open: #b1a4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; }
header { border-left: 6px solid var(--tone); padding-left: 1rem; }
header p { margin: 0; color: var(--dim); }
h1 { margin: 0; color: var(--tone); }
h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; }
h3 { margin: 0 0 .5rem; font-size: 1rem; }
.safe { --tone: var(--good); } .safe-with-notes { --tone: var(--good); } .note { --tone: var(--note); }
.not-safe, .unsafe { --tone: var(--bad); } .inconclusive { --tone: var(--open); }
b { color: var(--tone); }
pre { margin: .5rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
li pre { margin: 0; font: .9em ui-monospace, monospace; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
table { width: 100%; margin-top: 2rem; border-collapse: collapse; }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
thead th { color: var(--dim); font-weight: normal; }
article { margin: 0 0 1rem; padding: 1rem; border-radius: 8px; background: var(--card); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--dim); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.25rem; } li { overflow-wrap: anywhere; }
footer { margin-top: 2rem; color: var(--dim); }
`;
