// Live parts: announce a lost connection and, for screen readers, each new stage.
// htmx makes the connection; without scripts the reader reloads the page instead.
(() => {
  "use strict";

  const SILENT_MS = 16000; // the server sends something at least every five seconds
  const words = document.getElementById("status");
  const heard = new Map(); // live part → time of the last event
  const said = new WeakMap(); // live part → stages already announced
  const live = (event) => event.target.closest?.("[data-live]");
  const stages = (part) => [...part.querySelectorAll("[data-stage]")].map((stage) => stage.textContent.trim());

  function lost(part) {
    const sign = part.querySelector("[data-lost]");
    if (!sign || !sign.hidden) return;
    const then = new Date(heard.get(part) ?? Date.now()).toLocaleTimeString();
    sign.textContent = `Connection lost at ${then}; the page may be out of date. Reconnecting.`;
    sign.hidden = false;
    words.textContent = sign.textContent;
  }

  function found(part) {
    heard.set(part, Date.now());
    const sign = part.querySelector("[data-lost]");
    if (!sign || sign.hidden) return;
    sign.hidden = true;
    words.textContent = "Connected again.";
  }

  // Stages are announced, tokens are not: a screen reader says "executing", not every word of a program.
  function announce(part) {
    const known = said.get(part) ?? [];
    const now = stages(part);
    const fresh = now.filter((stage) => stage && !known.includes(stage));
    said.set(part, now);
    if (fresh.length) words.textContent = fresh.join(" ");
  }

  for (const part of document.querySelectorAll("[data-live]")) said.set(part, stages(part));

  document.addEventListener("htmx:sse:error", (event) => { const part = live(event); if (part) lost(part); });
  document.addEventListener("htmx:sse:after:connection", (event) => { const part = live(event); if (part) found(part); });
  document.addEventListener("htmx:sse:after:message", (event) => {
    const part = live(event);
    if (!part) return;
    found(part);
    announce(part);
  });
  document.addEventListener("htmx:sse:close", (event) => { heard.delete(live(event)); });

  // A connection can die silently. In a background tab it is closed on purpose, which is no loss.
  document.addEventListener("visibilitychange", () => {
    for (const part of heard.keys()) heard.set(part, Date.now());
  });
  setInterval(() => {
    for (const [part, when] of heard) {
      if (!part.isConnected) heard.delete(part);
      else if (!document.hidden && Date.now() - when > SILENT_MS) lost(part);
    }
  }, 1000);
})();
