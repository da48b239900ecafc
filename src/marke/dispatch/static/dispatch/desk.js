// The desk works without this: tick a job, several, or a whole trip, and press a button. With it they can be dragged, and the board keeps itself fresh.
(() => {
  const EVERY = 8000; // milliseconds between two questions whether anything has changed
  const board = () => document.getElementById("desk");
  const boxes = () => [...board().querySelectorAll("input[name=job]")];
  // Which jobs a box stands for, whatever has happened to them since: "trip-7 12-345 13-346" is "12 13".
  const numbers = (value) => value.split(" ").filter((word) => !word.startsWith("trip-")).map((word) => word.split("-")[0]).join(" ");
  let dragged = null, waiting = null, busy = false, plain = false;

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

  function show(html, keep = true) {
    if (dragged) { waiting = html; return; }
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("desk");
    const here = board();
    if (!fresh || !here) return;
    const chosen = new Set(keep ? boxes().filter((box) => box.checked).map((box) => numbers(box.value)) : []);
    const at = document.activeElement;
    const [name, value] = [at?.name, at?.value];
    const lists = fresh.querySelectorAll("[data-list]");
    here.querySelectorAll("[data-list]").forEach((list, index) => sync(list, lists[index]));
    for (const id of ["desk-waiting", "desk-riders"]) document.getElementById(id).replaceWith(fresh.querySelector(`#${id}`));
    const said = fresh.querySelector("#desk-said").textContent;
    if (said) document.getElementById("desk-said").textContent = said;
    here.dataset.stamp = fresh.dataset.stamp;
    for (const box of boxes()) box.checked = chosen.has(numbers(box.value));
    if (!name || document.contains(at)) return;
    if (name === "job") boxes().find((box) => numbers(box.value) === numbers(value))?.focus();
    else here.querySelector(`[name="${name}"][value="${value}"]`)?.focus();
  }

  async function look() {
    if (busy || dragged || document.hidden || !board()) return;
    try {
      const answer = await fetch(board().dataset.rows, { headers: { "If-None-Match": board().dataset.stamp }, cache: "no-store" });
      if (answer.status === 200 && !busy) show(await answer.text());
    } catch { /* no network: the board stays as it is */ }
  }

  async function send(jobs, to) {
    busy = true;
    const form = board();
    const body = new FormData(form);
    body.delete("job");
    for (const job of jobs) body.append("job", job);
    body.set("to", to);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Desk": "1", "HX-Request": "true" } });
      const html = await answer.text();
      const place = document.getElementById("refusals");
      place.innerHTML = "";
      if (answer.ok) show(html, false); // what has been moved is chosen no longer
      else {
        place.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
        place.scrollIntoView({ block: "nearest" });
      }
      busy = false;
      if (!answer.ok) look();
    } catch { // no answer: as without a script
      for (const box of boxes()) box.checked = jobs.includes(box.value);
      plain = true;
      form.requestSubmit(form.querySelector(`button[name=to][value="${to}"]`));
    }
    busy = false;
  }

  document.addEventListener("submit", (event) => {
    if (plain || event.target !== board() || !event.submitter) return;
    const jobs = new FormData(board()).getAll("job");
    if (!jobs.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(jobs, event.submitter.value);
  }, true);

  const over = (event) => event.target.closest?.("#desk [data-to]");
  const unmark = () => document.querySelectorAll("#desk .is-over").forEach((each) => each.classList.remove("is-over"));
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("#desk [draggable=true]");
    if (!dragged) return;
    event.dataTransfer.setData("text/plain", dragged.dataset.jobs);
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
    // Who drags one of those that are ticked drags them all.
    const ticked = dragged.querySelector("input").checked ? boxes().filter((box) => box.checked).map((box) => box.value) : [];
    const jobs = ticked.length ? ticked : [dragged.dataset.jobs];
    end();
    send(jobs, to.dataset.to);
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
