// The desk works without this: choose a job, press a button. With it, jobs can be dragged, and the board keeps itself fresh.
(() => {
  const EVERY = 8000; // milliseconds between two questions whether anything has changed
  const board = () => document.getElementById("desk");
  let dragged = null, waiting = null, busy = false;

  // Only what differs is exchanged, so that nothing flickers, and what has the focus or was chosen keeps it.
  function sync(old, fresh) {
    const known = new Map([...old.children].map((child) => [child.dataset.key, child]));
    let place = old.firstElementChild;
    for (const child of [...fresh.children]) {
      const there = known.get(child.dataset.key);
      known.delete(child.dataset.key);
      const kept = there && there.isEqualNode(child) ? there : document.importNode(child, true);
      if (there && kept !== there) {
        if (there === place) place = there.nextElementSibling;
        there.remove();
      }
      if (kept === place) place = place.nextElementSibling;
      else old.insertBefore(kept, place);
    }
    for (const gone of known.values()) gone.remove();
  }

  function show(html) {
    if (dragged) { waiting = html; return; }
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("desk");
    const here = board();
    if (!fresh || !here) return;
    const chosen = here.querySelector("input[name=job]:checked")?.value.split("-")[0];
    const at = document.activeElement;
    const [name, value] = [at?.name, at?.name === "job" ? at.value.split("-")[0] + "-" : at?.value];
    const lists = fresh.querySelectorAll("[data-list]");
    here.querySelectorAll("[data-list]").forEach((list, index) => sync(list, lists[index]));
    for (const id of ["desk-waiting", "desk-riders"]) document.getElementById(id).replaceWith(fresh.querySelector(`#${id}`));
    const said = fresh.querySelector("#desk-said").textContent;
    if (said) document.getElementById("desk-said").textContent = said;
    here.dataset.stamp = fresh.dataset.stamp;
    if (chosen) here.querySelector(`input[name=job][value^="${chosen}-"]`)?.click();
    if (name && !document.contains(at)) here.querySelector(`[name="${name}"][value^="${value}"]`)?.focus();
  }

  async function look() {
    if (busy || dragged || document.hidden || !board()) return;
    try {
      const answer = await fetch(board().dataset.rows, { headers: { "If-None-Match": board().dataset.stamp }, cache: "no-store" });
      if (answer.status === 200 && !busy) show(await answer.text());
    } catch { /* no network: the board stays as it is */ }
  }

  async function send(job, to) {
    busy = true;
    const form = board();
    const body = new FormData(form);
    body.set("job", job);
    body.set("to", to);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Desk": "1", "HX-Request": "true" } });
      const html = await answer.text();
      const place = document.getElementById("refusals");
      place.innerHTML = "";
      if (answer.ok) show(html);
      else {
        place.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
        place.scrollIntoView({ block: "nearest" });
      }
      busy = false;
      if (!answer.ok) look();
    } catch { form.requestSubmit(form.querySelector(`button[name=to][value="${to}"]`)); }
    busy = false;
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== board() || !event.submitter) return;
    const job = new FormData(board()).get("job");
    if (!job) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(job, event.submitter.value);
  }, true);

  const over = (event) => event.target.closest?.("#desk [data-to]");
  const unmark = () => document.querySelectorAll("#desk .is-over").forEach((each) => each.classList.remove("is-over"));
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("#desk [draggable=true]");
    if (!dragged) return;
    event.dataTransfer.setData("text/plain", dragged.dataset.key);
    event.dataTransfer.effectAllowed = "move";
    dragged.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    if (!dragged || !over(event)) return;
    event.preventDefault();
    unmark();
    over(event).classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const to = over(event);
    if (!dragged || !to) return;
    event.preventDefault();
    const job = dragged.dataset.key;
    end();
    send(job, to.dataset.to);
  });
  function end() {
    unmark();
    dragged?.classList.remove("is-dragged");
    dragged = null;
    if (waiting) { const html = waiting; waiting = null; show(html); }
  }
  document.addEventListener("dragend", end);
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
