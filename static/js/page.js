// What scripts add to a page: copy buttons, and a message when a request fails.
// Reading and filtering work without them.
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

  // The whole address, so that whoever gets it sees this arm, sample and round.
  async function copyLink(button) {
    await navigator.clipboard.writeText(new URL(button.dataset.copyLink, window.location.href).href);
    button.textContent = "Copied";
    say("Link copied.");
    setTimeout(() => { button.textContent = "Copy link"; }, 2000);
  }

  // A list of texts fills the field that it names; the reader goes on from there.
  document.addEventListener("change", (event) => {
    const field = document.getElementById(event.target.dataset?.fills ?? "");
    if (field) field.value = event.target.selectedOptions[0]?.dataset.text ?? "";
  });

  // A link that unfolds the row below its own: the first time htmx fetches it, afterwards it folds and unfolds.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-unfolds]");
    const row = link && document.getElementById(link.dataset.unfolds);
    if (!row?.classList.contains("unfolded") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    row.hidden = !row.hidden;
  }, true);

  function prepare() {
    // Without a secure context there is no clipboard: the button stays hidden; "raw" remains.
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy][hidden]")) {
      button.hidden = false;
      button.addEventListener("click", () => copy(button).catch(() => say("Copying was refused; use raw.")));
    }
    for (const button of document.querySelectorAll("[data-copy-link][hidden]")) {
      button.hidden = false;
      button.addEventListener("click", () => copyLink(button).catch(() => say("Copying was refused; use the address bar.")));
    }
  }

  // A refusal stays until the next request.
  const refusal = document.getElementById("refusal");
  document.addEventListener("htmx:before:request", () => refusal.replaceChildren());

  // A request that failed to arrive: without this message, the filter and the rows below it would disagree silently.
  document.addEventListener("htmx:error", (event) => {
    if (!event.detail?.ctx) return;
    const words = document.createElement("p");
    words.className = "fault";
    words.textContent = "The dashboard does not answer; the page shows the last state it had. Try again in a moment.";
    refusal.replaceChildren(words);
  });

  // Tables that are wider than the page: which they are is known only once they are laid out.
  function measure() {
    for (const box of document.querySelectorAll(".scroll, .aside-scroll")) {
      box.toggleAttribute("data-scrolls", box.scrollWidth > box.clientWidth + 1);
    }
  }

  // htmx would wait for a timer: a key pressed before that would submit the form without it.
  htmx.initialize();
  // Its own timer fires later, and initializing twice would open a second stream for every live part.
  htmx.initialize = () => {};
  prepare();
  measure();
  addEventListener("resize", measure);
  document.addEventListener("toggle", measure, true);
  document.addEventListener("htmx:after:swap", () => { prepare(); measure(); });
})();
