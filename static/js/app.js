// Makes pages that work without it pleasanter: windows, folding, and the focus after a swap.
Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "401|409|422|429", swap: true },
    { code: "...", swap: false, error: true },
  ],
});

const narrow = matchMedia("(max-width: 47.99rem)");
const middling = matchMedia("(max-width: 59.99rem)");
const setLength = (name, pixels) => document.documentElement.style.setProperty(name, `${pixels}px`);

// A press says at once that it works, and its button waits for the answer. One press is one change:
// the second click of a double click does nothing, nor does a button that an answer took away.
// A slow tap counts as a first click, and so does one whose page has just come: they are told by place.
const DOUBLE_TAP = { time: 600, distance: 24 }; // milliseconds, pixels
let down = 0; // when the finger came down: a page that is being drawn clicks late
addEventListener("pointerdown", ({ timeStamp }) => (down = timeStamp), true);
function isSecondTap({ pointerType, clientX, clientY, timeStamp }) {
  if (pointerType !== "touch") return false;
  const now = performance.timeOrigin + (down || timeStamp);
  down = 0;
  const [time, x, y] = remembered("tapped", []);
  if (Math.abs(now - time) < DOUBLE_TAP.time && Math.hypot(clientX - x, clientY - y) < DOUBLE_TAP.distance) return true;
  remember("tapped", [now, clientX, clientY]);
  return false;
}
document.addEventListener("click", (event) => {
  const control = event.target.closest("a, button, summary");
  if (!control || (event.detail < 2 && !isSecondTap(event) && control.getAttribute("aria-busy") !== "true")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest("button, summary")) event.preventDefault();
}, true);
const pressed = (detail) => (detail.triggeringEvent ?? detail.requestConfig?.triggeringEvent)?.submitter;
document.addEventListener("htmx:confirm", ({ detail }) => pressed(detail)?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", ({ detail }) => pressed(detail)?.removeAttribute("aria-busy"));
addEventListener("submit", ({ submitter, target, defaultPrevented }) => {
  if (!defaultPrevented && target.method !== "dialog") submitter?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event;
  const button = pressed(detail);
  if (!button || detail.verb === "get") return;
  if (!button.isConnected) return event.preventDefault();
  // Of several presses that wait htmx sends the last button; each is to send its own.
  const sent = new FormData(detail.elt);
  if (button.name) sent.append(button.name, button.value);
  detail.parameters = sent;
  detail.path = button.getAttribute("formaction") ?? detail.elt.getAttribute("hx-post");
});

// An address carries only so much: of what is looked for it takes what the server still calls too long.
const ADDRESS_CARRIES = 3600;
function shortened(text) {
  let carried = 0;
  return [...text].filter((letter) => (carried += encodeURIComponent(letter).length) <= ADDRESS_CARRIES).join("");
}
function shorten(sent) {
  for (const [name, value] of [...sent]) if (shortened(value) !== value) sent.set(name, shortened(value));
}
document.addEventListener("htmx:configRequest", ({ detail }) => detail.verb === "get" && shorten(detail.formData));
document.addEventListener("formdata", ({ target, formData }) => target.method === "get" && shorten(formData));

// What happened is said in the page's status region. A failure leaves an offered Undo where it is.
const region = document.getElementById("status");
function say(text, look = "") {
  const said = document.createElement("div");
  said.className = `status-message ${look}`;
  said.append(Object.assign(document.createElement("span"), { textContent: text }));
  for (const old of [...region.children]) if (!look || !old.querySelector("button[name=event]")) old.remove();
  region.append(said);
}
function addClosers() {
  for (const message of region.children) {
    if (message.querySelector(".close")) continue;
    const closer = Object.assign(document.createElement("button"), { type: "button", className: "close" });
    closer.setAttribute("aria-label", region.dataset.close);
    closer.addEventListener("click", () => {
      message.remove();
      (document.getElementById(lastPressed) ?? document.getElementById("main")).focus();
    });
    message.append(closer);
  }
}
if (region) {
  new MutationObserver(addClosers).observe(region, { childList: true });
  document.addEventListener("DOMContentLoaded", addClosers);
}
let leaving = false; // a page that is left aborts what it asked; nothing failed
addEventListener("beforeunload", () => {
  leaving = true;
  setTimeout(() => (leaving = false), 2000);
});
const sayFailure = (kind, why) => region && !leaving && say(why || region.dataset[kind], "error");
function reasonIn({ status, responseText }) {
  const page = new DOMParser().parseFromString(status < 500 ? responseText : "", "text/html");
  return page.querySelector("main .narrow > p")?.textContent.trim().replace(/\s+/g, " ");
}
document.addEventListener("htmx:responseError", ({ detail }) => sayFailure("error", reasonIn(detail.xhr)));
document.addEventListener("htmx:sendError", () => sayFailure("failure"));

// Copying needs script, and a browser that lets pages copy: what it cannot is not asked for. A Key is
// shown and marked then, to be copied by hand.
const canCopy = () => typeof ClipboardItem === "function" && navigator.clipboard?.write !== undefined;
async function fetchedKey(button) {
  const body = new FormData(document.getElementById("act"));
  const answer = await fetch(button.dataset.copyFrom, { method: "POST", body, headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  if (elsewhere || !answer.ok) throw new Error("no key");
  return answer.text();
}
async function copy(button) {
  const text = button.dataset.copy ? Promise.resolve(button.dataset.copy) : fetchedKey(button);
  // A promise, because some browsers let a page copy only within the click itself.
  const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  say(button.dataset.said);
}
function mark(id) {
  const text = document.getElementById(id);
  if (text) getSelection().selectAllChildren(text);
  return text !== null;
}
function byHand(button) {
  const key = button.dataset.copyFrom?.match(/(\d+)\/key\//)[1];
  const folded = document.querySelector("details:has(> pre)");
  if (key && !mark(`key-${key}`)) {
    document.addEventListener("htmx:afterSettle", () => mark(`key-${key}`) && say(button.dataset.byHand), { once: true });
    document.getElementById(`show-${key}`).click();
    return;
  }
  if (!key && folded) {
    folded.open = true;
    getSelection().selectAllChildren(folded.querySelector("pre"));
  }
  say(button.dataset.byHand);
}
const copiers = "[data-copy], [data-copy-from]";
const showCopiers = () => document.querySelectorAll(copiers).forEach((button) => (button.hidden = false));
showCopiers();
document.addEventListener("htmx:afterSettle", showCopiers);
document.addEventListener("click", (event) => {
  const button = event.target.closest(copiers);
  if (!button) return;
  if (canCopy()) copy(button).catch(() => leaving || byHand(button));
  else byHand(button);
});

// A window arrives as a dialog; closing it gives the focus back to what opened it.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.id === "window" && event.detail.target.querySelector(":scope > dialog:last-child");
  if (!dialog) return;
  // Whoever has signed in since has a new token; the forms that were open before take it over.
  const token = dialog.dataset.token;
  if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
});

// A pressed button that its own answer takes away names an heir for the focus, else its twin.
let heir = null;
let lastPressed = null;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const button = pressed(detail) ?? detail.elt;
  const twin = `[form="${button?.getAttribute("form")}"][value="${CSS.escape(button?.value)}"]`;
  lastPressed = button.dataset.heir ?? button.id;
  heir = button.dataset.heir ? `#${button.dataset.heir}` : twin;
});
document.addEventListener("htmx:afterRequest", () => {
  if (document.activeElement === document.body) document.querySelector(heir)?.focus();
});

// Nothing jumps: what stands above the rows keeps its room, and what was pressed stays where it is; for
// what is pressed in the status, which floats, the first row in sight does.
const ROOMS = ["notices", "traffic", "bar-actions"];
const giveRoomBack = () => ROOMS.forEach((room) => document.documentElement.style.removeProperty(`--${room}`));
const isInSight = (one) => one.getBoundingClientRect().top > 0;
let stood = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const button = pressed(detail);
  const still = region?.contains(button) ? [...document.querySelectorAll("#found [role=switch]")].find(isInSight) : button;
  stood = still?.id && still.isConnected ? { id: still.id, top: still.getBoundingClientRect().top } : null;
});
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const { id, offsetHeight } = detail.target;
  if (ROOMS.includes(id)) setLength(`--${id}`, offsetHeight);
});
for (const width of [narrow, middling]) width.addEventListener("change", giveRoomBack);
document.addEventListener("htmx:afterSwap", () => {
  const now = stood && document.getElementById(stood.id)?.getBoundingClientRect();
  if (now?.height) scrollBy(0, now.top - stood.top);
  stood = null;
});

// A profile fills in the levels of its area; a level set by hand makes it the own selection.
document.addEventListener("change", ({ target }) => {
  const profile = target.closest("[data-area]")?.querySelector("[data-presets]");
  if (!profile) return;
  const levels = JSON.parse(profile.dataset.presets)[profile.value];
  if (target !== profile) profile.value = "own";
  else if (levels) profile.closest("[data-area]").querySelectorAll("details select").forEach((one) => (one.value = levels[one.name] ?? "none"));
});

// What this browser remembers: folded sections, and whether single keys act. Where it keeps nothing,
// or what it kept makes no sense, the page remembers for itself.
const memory = {};
function remembered(name, otherwise) {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    if (kept !== null && Array.isArray(kept) === Array.isArray(otherwise)) return kept;
  } catch {}
  return memory[name] ?? otherwise;
}
function remember(name, value) {
  memory[name] = value;
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {}
}

// Sections fold, and stay so; on a phone they begin folded. While filtering all are open.
const folds = () => [...document.querySelectorAll(".fold")];
const isOpen = (fold) => fold.getAttribute("aria-expanded") === "true";
const codeOf = (fold) => fold.closest(".section").id;
const filtering = () => document.querySelector("#found input[name=shown]") !== null;
const folded = () => remembered("folded", narrow.matches ? folds().map(codeOf) : []);
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
  const closed = folded();
  for (const fold of folds()) {
    const hasOpenList = fold.closest(".section").querySelector(".drill") !== null;
    setFold(fold, filtering() || hasOpenList || !closed.includes(codeOf(fold)));
  }
  nameFoldAll();
}
function foldAs(open, chosen) {
  const codes = chosen.map(codeOf);
  const others = folded().filter((code) => !codes.includes(code));
  chosen.forEach((fold) => setFold(fold, open));
  remember("folded", open ? others : [...others, ...codes]);
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

// Names may take several lines: what sticks below the bar follows its real height.
function measure() {
  const bar = document.querySelector(narrow.matches ? ".bar-name" : ".bar");
  if (bar) setLength("--bar", bar.offsetHeight);
}
measure();
addEventListener("resize", measure);
document.addEventListener("htmx:afterSettle", measure);
document.addEventListener("pointerover", ({ target }) => {
  const name = target.closest?.(".cut, .side-name, .side-list a > :first-child, .bar-name > h2");
  const isCut = name && (name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight);
  if (isCut) name.title = name.textContent.trim();
});

// Tab goes through the panels as they stand: API traffic is the last where it stands at the right, else
// the first. Without script it stands below.
const panels = document.querySelector(".panels");
const stacked = matchMedia("(max-width: 79.99rem)");
function orderPanels() {
  const [traffic, integrations] = [".panel-traffic", ".panel-integrations"].map((one) => panels.querySelector(one));
  const focused = document.activeElement;
  if (stacked.matches) integrations.before(traffic);
  else panels.append(traffic);
  focused.focus({ preventScroll: true }); // what is moved loses it
}
if (panels) {
  orderPanels();
  stacked.addEventListener("change", orderPanels);
}

// On a phone the button that blocks stands behind its line, and a picked integration shows its rows.
const unfolder = document.querySelector(".traffic-fold");
if (unfolder && narrow.matches) setFold(unfolder, false);
// What has the focus stays in sight, whatever was folded above it meanwhile.
addEventListener("load", () => {
  if (document.activeElement !== document.body) document.activeElement.scrollIntoView({ block: "nearest" });
});
unfolder?.addEventListener("click", () => {
  giveRoomBack();
  setFold(unfolder, !isOpen(unfolder));
});
document.addEventListener("click", ({ target }) => {
  const link = narrow.matches && target.closest("#listed a, #matches a");
  if (link) link.hash ||= "rights";
});

// Single keys act: "/" finds, "u" undoes, "?" explains; they can be switched off (WCAG 2.1.4).
const KEYS = {
  "/": () => document.getElementById("find-resource") ?? document.querySelector("main input[type=search]"),
  u: () => document.getElementById("undo-button"),
  "?": () => document.getElementById("shortcuts"),
};
const keysAct = () => remembered("keys", true);
const showKeys = () => {
  document.documentElement.classList.toggle("no-keys", !keysAct());
  document.getElementById("keys")?.setAttribute("aria-checked", keysAct());
};
showKeys();
document.addEventListener("htmx:afterSwap", showKeys);
document.addEventListener("click", ({ target }) => {
  if (!target.closest("#keys")) return;
  remember("keys", !keysAct());
  showKeys();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat || !keysAct()) return;
  const found = Object.hasOwn(KEYS, event.key) && KEYS[event.key]();
  if (!found) return;
  event.preventDefault();
  if (found.matches("input")) found.focus();
  else found.click();
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

// The phone's menu closes when the focus leaves it, but for its button, which closes it by itself.
const phoneMenu = document.getElementById("menu");
phoneMenu?.addEventListener("focusout", ({ relatedTarget: next }) => {
  const stays = !next || phoneMenu.contains(next) || next.popoverTargetElement === phoneMenu;
  if (!stays && phoneMenu.matches(":popover-open")) phoneMenu.hidePopover();
});

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

// A tick for all ticks those beside it, and a button says how many are ticked.
document.addEventListener("change", ({ target }) => {
  const among = target.closest("[data-ticks]");
  const all = among?.querySelector("[data-tick-all]");
  if (!all) return;
  const boxes = [...among.querySelectorAll(`input[name=${all.dataset.tickAll}]`)];
  if (target === all) boxes.forEach((box) => (box.checked = all.checked));
  else if (boxes.includes(target)) all.checked = boxes.every((box) => box.checked);
  const counting = among.querySelector("[data-counting]");
  const ticked = boxes.filter((box) => box.checked).length;
  if (!counting) return;
  counting.textContent = counting.dataset.counting.replace("0", ticked);
  if (!ticked) return;
  all.removeAttribute("aria-invalid");
  among.querySelector("[role=alert]")?.remove(); // it asked for a tick
});

// A page that answers a form is gone back to by its address: browsers keep no such page, and ask.
history.replaceState(history.state, "", location.href);

// What is looked for keeps its field while the answer comes: the field is as wrong as the answer says.
document.addEventListener("htmx:afterSettle", () => {
  for (const field of document.querySelectorAll("[role=search] [name]")) {
    if (document.getElementById(`${field.id}_error`)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
});

// Before a session ends its page says so. The server knows when: other tabs keep it alive too.
const SESSION = "/accounts/session/";
const WARNED = 300; // seconds before
const A_MINUTE = 60_000;
let warning = null;
async function watchSession() {
  const { left } = await (await fetch(SESSION)).json();
  if (left > WARNED) return setTimeout(watch, (left - WARNED) * 1000);
  warning?.close();
  await htmx.ajax("GET", SESSION, { target: "#window", swap: "beforeend" });
  if (left <= 0) return;
  const end = setTimeout(watch, (left + 1) * 1000);
  warning = document.querySelector("#window > dialog:last-child");
  warning.addEventListener("close", async () => {
    if (warning.returnValue !== "stay") return;
    clearTimeout(end);
    await fetch(SESSION, { method: "POST", body: new FormData(document.getElementById("frame")) });
    watch();
  });
}
const watch = () => watchSession().catch(() => setTimeout(watch, A_MINUTE));
if (document.getElementById("person")) setTimeout(watch, A_MINUTE);
