/* What pages do beyond links and forms; all of them work without it. Not here: anything a page shows. */

// Pieces that ask for themselves rest while nobody looks, and while somebody's keyboard or selection is in them.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.requestConfig.triggeringEvent === undefined) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const piece = event.detail.target;
  const selection = document.getSelection();
  const reading = selection && !selection.isCollapsed && piece.contains(selection.anchorNode);
  if (piece.contains(document.activeElement) || reading || piece.querySelector("dialog[open], details.menu[open], td.tick input:checked")) {
    event.detail.shouldSwap = false;
  }
});
function live(on) {
  for (const mark of document.querySelectorAll(".live")) mark.classList.toggle("still", !on);
}
document.addEventListener("htmx:sendError", () => live(false));
document.addEventListener("htmx:responseError", () => live(false));
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) live(true); });

// A form is sent once, and its button says that it is under way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return void event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// Menus close as menus do.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const gone = event.target.closest?.("[data-closes]");
  if (gone) gone.closest(gone.dataset.closes)?.remove();
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// One tick for all of a list; a choice in a filter is made at once.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-ticks]")) {
    for (const each of box.form.querySelectorAll(`input[name="${box.dataset.ticks}"]`)) each.checked = box.checked;
  }
  if (box.matches(".filters select")) box.form.requestSubmit();
});
