// What a page gains where scripts run: copy buttons, and focus that goes to the heading after a swap of the whole page.
// Nothing here is needed to read or to filter.
(() => {
  "use strict";

  const status = document.getElementById("status");

  function say(words) {
    status.textContent = words;
  }

  async function copy(button) {
    const answer = await fetch(button.dataset.copy);
    await navigator.clipboard.writeText(await answer.text());
    button.textContent = "copied";
    say("Copied.");
    setTimeout(() => { button.textContent = "copy"; }, 2000);
  }

  function prepare() {
    // Without a secure context there is no clipboard: the button stays hidden, "raw" remains.
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy][hidden]")) {
      button.hidden = false;
      button.addEventListener("click", () => copy(button).catch(() => say("Copying was refused; use raw.")));
    }
  }

  // A refusal stands until the next thing that is asked for.
  const refusal = document.getElementById("refusal");
  document.addEventListener("htmx:before:request", () => refusal.replaceChildren());

  // A request that never arrived: without this, a filter would stand above rows that it did not choose.
  document.addEventListener("htmx:error", (event) => {
    if (!event.detail?.ctx) return;
    const words = document.createElement("p");
    words.className = "fault";
    words.textContent = "The dashboard does not answer; what you see is as it was before. Try again in a moment.";
    refusal.replaceChildren(words);
  });

  // htmx would wait for a timer: a key pressed before it would send the form as pages without scripts do.
  htmx.initialize();
  // Its own timer comes later: a second time would open a second stream beside each that is still being answered.
  htmx.initialize = () => {};
  prepare();
  document.addEventListener("htmx:after:swap", prepare);
})();
