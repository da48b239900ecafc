// While a member shares where they are, and only then, the page says so to the server. Without this nothing is shared.
(() => {
  const box = document.querySelector("[data-share-position]");
  if (!box || !navigator.geolocation) return;
  const every = 15000, token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  let last = 0, stopped = false, watch = 0;
  const stop = (part) => {
    stopped = true;
    navigator.geolocation.clearWatch(watch);
    for (const note of box.querySelectorAll("[data-when]")) note.hidden = note.dataset.when !== part;
  };
  const send = async ({ coords }) => {
    if (stopped || Date.now() - last < every) return;
    last = Date.now();
    const body = new URLSearchParams({ lat: coords.latitude.toFixed(6), lon: coords.longitude.toFixed(6), accuracy: Math.round(coords.accuracy) });
    try {
      const answer = await fetch(box.dataset.sharePosition, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (answer.status === 204) for (const note of box.querySelectorAll("[data-when]")) note.hidden = note.dataset.when !== "sent";
      else if (answer.status < 500) stop("over");
    } catch { last = Date.now() - every / 2; } // no network: the next position is sent sooner
  };
  watch = navigator.geolocation.watchPosition(send, (error) => { if (error.code === 1) stop("refused"); }, { enableHighAccuracy: true, maximumAge: 10000 });
})();
