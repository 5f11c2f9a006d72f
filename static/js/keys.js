// Single-key shortcuts. Each does what a link or a button on the page does, so everything works by mouse too.
// They are off in fields, with a modifier key, in a dialog, and if the reader switched them off.
(() => {
  "use strict";

  const find = (name) => document.querySelector(`[data-key="${name}"]`);
  const go = (address) => { window.location.href = address; };
  const linkOf = (row) => row.querySelector("a.cover");
  const rows = () => [...document.querySelectorAll("[data-row]")].filter(linkOf);
  let waitsForPlace = false;

  function press(name) {
    find(name)?.click();
  }

  function step(distance) {
    const all = rows();
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[here < 0 ? (distance > 0 ? 0 : all.length - 1) : here + distance];
    if (!next) return;
    linkOf(next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  // The options open in place, with the first of them focused.
  function edit() {
    const opener = find("edit");
    if (!opener) return;
    const options = opener.parentElement;
    options.open = !options.open;
    (options.open ? options.querySelector("select, input, textarea") : opener).focus();
  }

  // The reviews open in place, with the first label focused.
  function label() {
    const opener = find("label");
    if (!opener) return;
    const reviews = opener.parentElement;
    reviews.open = !reviews.open;
    (reviews.open ? reviews.querySelector("input:not([type=hidden])") : opener).focus();
  }

  function unfold() {
    const row = rows().find((one) => one.contains(document.activeElement));
    row?.querySelector("[data-unfolds]")?.click();
  }

  function filter() {
    const field = document.getElementById("q");
    if (field) { field.focus(); field.select(); } else { press("list"); }
  }

  function problems() {
    const run = window.location.pathname.match(/^\/runs\/\d+/);
    go(run ? `${run[0]}/problems` : "/runs");
  }

  const places = { r: () => go("/runs"), p: problems, j: () => go("/jobs"), o: () => go("/") };
  const actions = {
    j: () => step(1),
    k: () => step(-1),
    n: () => press("next"),
    p: () => press("previous"),
    "[": () => press("sample-previous"),
    "]": () => press("sample-next"),
    d: () => press("diff"),
    w: () => press("space"),
    z: () => press("fold"),
    t: () => press("tokens"),
    r: () => press("rerun"),
    e: edit,
    l: label,
    u: () => press("unlabelled"),
    v: () => press("against"),
    x: unfold,
    f: filter,
    "/": filter,
    c: () => press("copy"),
    "?": () => document.getElementById("help").showModal(),
  };

  function isTyping(target) {
    return target.closest("input:not([type=checkbox]), textarea, select, dialog[open], [contenteditable]") !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    // Escape leaves the search field without emptying it, as browsers would.
    if (event.key === "Escape" && event.target.id === "q") { event.preventDefault(); event.target.blur(); return; }
    if (isTyping(event.target)) return;
    const action = waitsForPlace ? places[event.key] : actions[event.key];
    waitsForPlace = !waitsForPlace && event.key === "g";
    if (!action) return;
    event.preventDefault();
    action();
  });

  document.getElementById("help-link").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.getElementById("help").showModal();
  });
})();
