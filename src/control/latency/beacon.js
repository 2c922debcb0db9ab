// Times a small object in a few regions and reports what it took. Served by latency/script.ts, which puts the regions in.
(() => {
  const regions = __REGIONS__;
  const report = new URL('report', document.currentScript.src);
  // Nothing of the reader or of the page that is read goes along.
  const silent = { cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' };
  const get = async (url) => {
    const own = new URL(url, report);
    own.searchParams.set('aya', Math.random());
    const start = performance.now();
    // A region that hangs must not keep back what the others took.
    await fetch(own, { ...silent, mode: 'no-cors', signal: AbortSignal.timeout(5000) });
    const took = performance.now() - start;
    // Where the region allows it (Timing-Allow-Origin), from the request to the first byte; else as long as it took.
    const { requestStart, responseStart } = performance.getEntriesByName(own.href).pop() || {};
    return requestStart > 0 ? responseStart - requestStart : took;
  };
  const time = async ([region, url]) => {
    try {
      await get(url); // the first opens the connection
      const rttMs = Math.min(await get(url), await get(url));
      lines.push(JSON.stringify({ region, rttMs }));
    } catch {}
  };
  const lines = [];
  const send = () => {
    const body = lines.splice(0).join('\n');
    if (body) fetch(report, { ...silent, method: 'POST', body, keepalive: true }).catch(() => {});
  };
  const run = async () => {
    // Who leaves in the middle has measured some.
    addEventListener('pagehide', send);
    for (let left = 3; left-- && regions.length; ) {
      await time(regions.splice(Math.random() * regions.length, 1)[0]);
    }
    send();
  };
  // When the page has what it needs: nobody should wait for us.
  if (document.readyState === 'complete') run();
  else addEventListener('load', run);
})();
