// Makes pages that work without it pleasanter: windows, folding, and the focus after a swap.
const narrow = matchMedia("(max-width: 47.99rem)");
const middling = matchMedia("(max-width: 59.99rem)");

// Failures that htmx does not swap are said in the page's status region.
function sayFailure(event) {
  const region = document.getElementById("status");
  if (!region) return;
  const code = event.detail.xhr?.status;
  const said = document.createElement("div");
  said.className = "status-message error";
  said.textContent = region.getAttribute(`data-failure-${code}`) ?? region.dataset.failure;
  region.replaceChildren(said);
}
document.addEventListener("htmx:responseError", sayFailure);
document.addEventListener("htmx:sendError", sayFailure);

// A window arrives as a dialog; closing it gives the focus back to what opened it.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.id === "window" && event.detail.target.querySelector("dialog");
  if (!dialog) return;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
});

// A pressed button that its own answer takes away names an heir for the focus.
let heir = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  heir = event.detail.requestConfig.triggeringEvent?.submitter?.dataset.heir ?? null;
});
document.addEventListener("htmx:afterRequest", () => {
  if (heir && document.activeElement === document.body) document.getElementById(heir)?.focus();
});

// Sections fold; on a phone they begin folded, but for the one that the address names.
const folds = () => document.querySelectorAll(".fold");
const setFold = (fold, open) => fold.setAttribute("aria-expanded", open);
document.addEventListener("click", (event) => {
  const fold = event.target.closest(".fold");
  if (fold) setFold(fold, fold.getAttribute("aria-expanded") === "false");
});
function unfoldTarget() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const fold = target && target.closest(".section")?.querySelector(".fold");
  if (!fold) return;
  setFold(fold, true);
  target.scrollIntoView();
}
const hasOpenList = (fold) => fold.closest(".section").querySelector(".drill") !== null;
if (narrow.matches) folds().forEach((fold) => setFold(fold, hasOpenList(fold)));
if (middling.matches) document.querySelector(".side-fold")?.removeAttribute("open");
unfoldTarget();
addEventListener("hashchange", unfoldTarget);

// Menus in the header close on Escape and when the focus or a click leaves them.
const menus = document.querySelectorAll("details.menu");
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!open) return;
  open.removeAttribute("open");
  open.querySelector("summary").focus();
});
for (const leaving of ["click", "focusin"]) {
  document.addEventListener(leaving, (event) => {
    menus.forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
}
