// On a bad network the page stays, with what was typed, and says so. Without this the browser's own error page comes.
(() => {
  const say = (event, hidden) => {
    const note = event.target.closest?.("form")?.querySelector(".no-network");
    if (note) note.hidden = hidden;
  };
  for (const failed of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(failed, (event) => say(event, false));
  document.addEventListener("htmx:beforeRequest", (event) => say(event, true));
})();
