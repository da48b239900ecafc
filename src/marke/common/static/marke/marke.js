// Every page works without this. It only saves a tap here and there.
(() => {
  // After a refused form: the summary of what is to be corrected is read first.
  const toSummary = (root) => root.querySelector(".error-summary")?.focus();
  document.addEventListener("DOMContentLoaded", () => toSummary(document));
  document.addEventListener("htmx:afterSwap", (event) => toSummary(event.target));

  // A second tap on the same button sends nothing; the server would book once anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.removeAttribute("aria-busy"), 8000); // a download leaves the page standing
  });
  document.addEventListener("htmx:afterRequest", (event) => event.target.removeAttribute?.("aria-busy"));
  // The page may come back from the browser's memory: open the forms again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });

  // On a narrow screen the row of neighbouring pages scrolls: begin where this page stands.
  document.addEventListener("DOMContentLoaded", () => {
    const here = document.querySelector(".parts [aria-current]");
    if (here) here.closest(".parts > div").scrollLeft = here.getBoundingClientRect().left - 48;
  });

  // Menus and notes close on Escape, menus also on a tap elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.activeElement?.closest("details[open].menu, details[open].why");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print]");
    if (button) window.print();
  });
})();
