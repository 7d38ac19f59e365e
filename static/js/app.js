// Makes pages that work without it pleasanter: windows, folding, and the focus after a swap.
Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422|429", swap: true },
    { code: "...", swap: false, error: true },
  ],
});

const narrow = matchMedia("(max-width: 47.99rem)");
const middling = matchMedia("(max-width: 59.99rem)");

// Failures that htmx does not swap are said in the page's status region.
function sayFailure(event) {
  const region = document.getElementById("status");
  if (!region) return;
  const said = document.createElement("div");
  said.className = "status-message error";
  said.textContent = region.dataset.failure;
  region.replaceChildren(said);
}
document.addEventListener("htmx:responseError", sayFailure);
document.addEventListener("htmx:sendError", sayFailure);

// Copying needs script; what is copied from an address may ask for the password first.
function say(text) {
  const region = document.getElementById("status");
  const said = document.createElement("div");
  said.className = "status-message";
  said.textContent = text;
  region.replaceChildren(said);
}
async function textToCopy(button) {
  if (button.dataset.copy) return button.dataset.copy;
  const body = new FormData(document.getElementById("act"));
  const answer = await fetch(button.dataset.copyFrom, { method: "POST", body, headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  if (elsewhere || !answer.ok) throw new Error("no key");
  return answer.text();
}
async function copy(button) {
  // A promise, because some browsers let a page copy only within the click itself.
  const blob = textToCopy(button).then((text) => new Blob([text], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  say(button.dataset.said);
}
const copiers = "[data-copy], [data-copy-from]";
const showCopiers = () => document.querySelectorAll(copiers).forEach((button) => (button.hidden = false));
showCopiers();
document.addEventListener("htmx:afterSettle", showCopiers);
document.addEventListener("click", (event) => {
  const button = event.target.closest(copiers);
  if (button) copy(button).catch(() => say(document.getElementById("status").dataset.noClipboard));
});

// A window arrives as a dialog; closing it gives the focus back to what opened it.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.id === "window" && event.detail.target.querySelector("dialog");
  if (!dialog) return;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
});

// A pressed button that its own answer takes away names an heir for the focus, else its twin.
let heir = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  const pressed = event.detail.requestConfig.triggeringEvent?.submitter ?? event.detail.elt;
  const twin = `[form="${pressed?.getAttribute("form")}"][value="${CSS.escape(pressed?.value)}"]`;
  heir = pressed?.dataset.heir ? `#${pressed.dataset.heir}` : twin;
});
document.addEventListener("htmx:afterRequest", () => {
  if (document.activeElement === document.body) document.querySelector(heir)?.focus();
});

// A profile fills in the levels of its area; a level set by hand makes it the own selection.
document.addEventListener("change", ({ target }) => {
  const profile = target.closest("[data-area]")?.querySelector("[data-presets]");
  if (!profile) return;
  const levels = JSON.parse(profile.dataset.presets)[profile.value];
  if (target !== profile) profile.value = "own";
  else if (levels) profile.closest("[data-area]").querySelectorAll("details select").forEach((one) => (one.value = levels[one.name] ?? "none"));
});

// What this browser remembers: folded sections, and whether "/" reaches the filter.
const remembered = (name, otherwise) => JSON.parse(localStorage.getItem(name) ?? "null") ?? otherwise;
const remember = (name, value) => localStorage.setItem(name, JSON.stringify(value));

// Sections fold, and stay so; on a phone they begin folded. While filtering all are open.
const folds = () => [...document.querySelectorAll(".fold")];
const isOpen = (fold) => fold.getAttribute("aria-expanded") === "true";
const codeOf = (fold) => fold.closest(".section").id;
const filtering = () => document.querySelector("#found input[name=shown]") !== null;
function setFold(fold, open) {
  fold.setAttribute("aria-expanded", open);
}
function nameFoldAll() {
  const button = document.querySelector(".fold-all");
  if (!button) return;
  button.hidden = filtering() || folds().length === 0;
  button.textContent = folds().some(isOpen) ? button.dataset.fold : button.dataset.unfold;
}
function applyFolds() {
  const folded = remembered("folded", narrow.matches ? folds().map(codeOf) : []);
  for (const fold of folds()) {
    const hasOpenList = fold.closest(".section").querySelector(".drill") !== null;
    setFold(fold, filtering() || hasOpenList || !folded.includes(codeOf(fold)));
  }
  nameFoldAll();
}
function foldAs(open, chosen) {
  chosen.forEach((fold) => setFold(fold, open));
  remember("folded", folds().filter((fold) => !isOpen(fold)).map(codeOf));
  nameFoldAll();
}
document.addEventListener("click", (event) => {
  const fold = event.target.closest(".fold");
  if (fold) foldAs(!isOpen(fold), [fold]);
  else if (event.target.closest(".fold-all")) foldAs(!folds().some(isOpen), folds());
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "found") applyFolds();
});
function unfoldTarget() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const fold = target && target.closest(".section")?.querySelector(".fold");
  if (!fold) return;
  setFold(fold, true);
  nameFoldAll();
  target.scrollIntoView();
}
applyFolds();
if (middling.matches) document.querySelector(".side-fold")?.removeAttribute("open");
unfoldTarget();
addEventListener("hashchange", unfoldTarget);
document.addEventListener("click", (event) => {
  if (event.target.closest("a[href^='#s-']")) setTimeout(unfoldTarget);
});

// "Back" may bring a page out of memory: its rights are from then, so ask again.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// "/" reaches the filter, unless it is switched off in the person's menu (WCAG 2.1.4).
const shortcut = document.getElementById("shortcut");
const showShortcut = () => shortcut?.setAttribute("aria-pressed", remembered("shortcut", true));
if (shortcut) {
  shortcut.hidden = false;
  shortcut.addEventListener("click", () => {
    remember("shortcut", !remembered("shortcut", true));
    showShortcut();
  });
}
showShortcut();
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  const find = document.getElementById("find-resource");
  if (event.key !== "/" || typing || !find || !remembered("shortcut", true)) return;
  event.preventDefault();
  find.focus();
});

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

// Whoever stood on a button of a running change stands on its heading when it has ended.
let stoodInside = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "change") stoodInside = event.detail.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSettle", () => {
  if (stoodInside && document.activeElement === document.body) document.getElementById("h-change")?.focus();
  stoodInside = false;
});

// The fields of a way of choosing appear with it; without script they all stand.
function showWays() {
  for (const fields of document.querySelectorAll("[data-way]")) {
    const chosen = fields.closest(".way").querySelector("input[type=radio]").checked;
    fields.hidden = fields.disabled = !chosen;
    if (chosen) fields.querySelector("details")?.setAttribute("open", "");
  }
}

// Companies are ticked one by one or all at once, and counted in the bar below.
const companies = () => [...document.querySelectorAll("input[name=company]")];
const all = () => document.querySelector("[name=take][value=matching]:is(:checked, [type=hidden])");
function countChosen() {
  const said = document.getElementById("chosen-count");
  if (!said) return;
  const { words, also, beyond } = said.dataset;
  const ticked = companies().filter((box) => box.checked).length;
  said.textContent = words.replace("#", ticked + Number(also) + (all() ? Number(beyond) : 0));
}
function tickAll(ticked) {
  document.getElementById("preset").value = ticked ? "1" : "";
  for (const box of companies()) box.checked = ticked;
  countChosen();
}
function showBulk() {
  document.querySelectorAll("[data-tick]").forEach((ticker) => (ticker.hidden = false));
  showWays();
  countChosen();
}
addEventListener("pageshow", showBulk);
document.addEventListener("htmx:afterSettle", showBulk);
document.addEventListener("change", ({ target }) => {
  if (target.name === "take" && all()) tickAll(true);
  if (["chosen", "company", "take"].includes(target.name)) showBulk();
});
document.addEventListener("click", ({ target }) => {
  const ticker = target.closest("[data-tick]");
  if (ticker) tickAll(ticker.dataset.tick === "true");
});

// Filters are folded on a phone, behind a button; without script they all stand.
for (const fold of document.querySelectorAll(".filters-fold")) {
  fold.hidden = false;
  fold.addEventListener("click", () => fold.setAttribute("aria-expanded", fold.getAttribute("aria-expanded") !== "true"));
}
