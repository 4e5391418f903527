// What Streamlit is given of a script that the browser fetches by ADDRESS, which it does once. A fetch that fails is
// tried again, under a name of its own: browsers may remember the failure of the other one.

const TRIES = 6;

const fetched = (async () => {
  for (let tried = 0; ; tried += 1) {
    try {
      return await import(new URL(tried ? `${ADDRESS}?again=${tried}` : ADDRESS, window.location.origin));
    } catch (error) {
      if (tried === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** tried));
    }
  }
})();

export default async function (component) {
  const script = await fetched;
  return script.default(component);
}
