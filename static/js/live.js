// What a live part says of its own connection, and of its stages to those who do not see it.
// htmx does the connecting; without scripts the page is read again instead.
"use strict";

(() => {
  const words = document.getElementById("status");
  const live = (event) => event.target.closest?.("[data-live]");

  function lost(part, isLost) {
    const sign = part.querySelector("[data-lost]");
    if (!sign || sign.hidden !== isLost) return;
    sign.hidden = !isLost;
    words.textContent = isLost ? "Connection lost; trying again." : "Connected again.";
  }

  document.addEventListener("htmx:sse:error", (event) => { const part = live(event); if (part) lost(part, true); });
  document.addEventListener("htmx:sse:after:connection", (event) => { const part = live(event); if (part) lost(part, false); });

  // Stages are announced, tokens are not: a reader of speech hears "executing", not every word of a program.
  document.addEventListener("htmx:sse:after:message", (event) => {
    const part = live(event);
    const stage = part?.querySelector("[data-stage]")?.textContent.trim();
    if (!stage || stage === part.dataset.said) return;
    part.dataset.said = stage;
    words.textContent = stage;
  });
})();
