/** The one thing of this page that runs: asks the chat port, as `listeners/trust-check.ts` explains. */
export const SCRIPT = `
const box = document.getElementById('check');
const said = box.querySelector('p');
async function look() {
  show('looking');
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 6000);
  try {
    const { status } = await fetch(box.dataset.url, { cache: 'no-store', credentials: 'omit', signal: stop.signal });
    show(status === 204 ? 'trusted' : 'unknown');
  } catch {
    // A refused certificate ends it at once; what lets nothing through lets it wait.
    show(stop.signal.aborted ? 'unknown' : 'untrusted');
  }
  clearTimeout(timer);
}
function show(state) {
  box.dataset.state = state;
  said.textContent = box.dataset[state];
}
box.querySelector('button').addEventListener('click', look);
look();
`;
