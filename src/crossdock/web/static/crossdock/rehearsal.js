/* Lets the dots of the picture travel from where they were to where they are, and keeps the keyboard where it was while
   the live pieces ask for themselves. The page works without it. Not here: what is shown. */

const still = matchMedia("(prefers-reduced-motion: reduce)");
const were = new Map();
let focused = "";

function dots(within) { return within.querySelectorAll("[data-dot]"); }

// Somebody who has just pressed a button of a live piece must see what came of it: only fields hold the piece up.
document.addEventListener("htmx:beforeSwap", (event) => {
  const piece = event.detail.target;
  if (!piece.classList.contains("rehearsal-piece")) return;
  const at = document.activeElement;
  focused = piece.contains(at) ? at.id : "";
  if (piece.contains(at) && at.matches("button, a, summary")) event.detail.shouldSwap = true;
  for (const dot of dots(piece)) were.set(dot.dataset.dot, [Number(dot.dataset.x), Number(dot.dataset.y)]);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const piece = event.detail.target;
  if (!piece.classList.contains("rehearsal-piece")) return;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (still.matches) return;
  for (const dot of dots(piece)) {
    const inner = dot.firstElementChild;
    const before = were.get(dot.dataset.dot);
    if (!before) {
      inner.animate([{ opacity: 0, transform: "scale(2.6)" }, { opacity: 1, transform: "none" }], { duration: 500, easing: "ease-out" });
      continue;
    }
    const [x, y] = [before[0] - dot.dataset.x, before[1] - dot.dataset.y];
    if (x || y) {
      inner.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: 900, easing: "cubic-bezier(.45, 0, .2, 1)" });
    }
  }
});

// A form whose answer came beside it may be sent again.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
