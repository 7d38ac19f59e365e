// Another language is another page: what was typed comes along, but for secrets, which nothing keeps.
const TYPED = "typed";
const NOT_TYPED = "button, fieldset, [type=password], [autocomplete$=password], [autocomplete=one-time-code], [name=access_key], [name=csrfmiddlewaretoken]";
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !field.matches(NOT_TYPED));
const isTick = ({ type }) => type === "checkbox" || type === "radio";
const formsHere = () => [...document.querySelectorAll("main form")].map((form) => [new URL(form.getAttribute("action") ?? "", location).pathname, form]);
function keepTyped() {
  const typed = {};
  for (const [address, form] of formsHere()) {
    const sent = fieldsOf(form).filter((field) => !isTick(field) || field.checked);
    (typed[address] ??= []).push(...sent.map(({ name, value }) => [name, value]));
  }
  try {
    sessionStorage.setItem(TYPED, JSON.stringify(typed));
  } catch {}
}
function takeTyped() {
  try {
    const typed = JSON.parse(sessionStorage.getItem(TYPED));
    sessionStorage.removeItem(TYPED);
    return typed ?? {};
  } catch {
    return {};
  }
}
function fill(field, typed) {
  const at = typed.findIndex(([name, value]) => name === field.name && (!isTick(field) || value === field.value));
  const [[, value] = []] = at < 0 ? [] : typed.splice(at, 1);
  const [property, now] = isTick(field) ? ["checked", at >= 0] : ["value", value ?? field.value];
  if (field.type === "hidden" || field[property] === now) return;
  field[property] = now;
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
}
document.getElementById("frame")?.addEventListener("submit", ({ submitter }) => submitter?.name === "language" && keepTyped());
document.addEventListener("DOMContentLoaded", () => {
  const typed = takeTyped();
  for (const [address, form] of formsHere()) if (typed[address]) fieldsOf(form).forEach((field) => fill(field, typed[address]));
});
