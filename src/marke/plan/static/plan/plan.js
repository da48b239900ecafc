// The number beside a slider follows the finger; what it means for the plan is asked of the server (htmx).
(() => {
  const language = document.documentElement.lang;
  const say = (slider) => {
    const { unit, words, digits, currency } = slider.dataset;
    const value = Number(slider.value);
    if (unit === "money") {
      const style = { style: "currency", currency, minimumFractionDigits: Number(digits), maximumFractionDigits: Number(digits) };
      return new Intl.NumberFormat(language, style).format(value / 10 ** Number(digits));
    }
    if (unit === "permille") return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(value / 1000);
    return words.replace("{n}", new Intl.NumberFormat(language).format(value));
  };
  document.addEventListener("input", (event) => {
    const slider = event.target;
    if (!slider.matches?.(".plan-form .slider")) return;
    const text = say(slider);
    document.getElementById(`${slider.id}-text`).textContent = text;
    slider.setAttribute("aria-valuetext", text);
  });
})();
// What was unfolded in the answer stays unfolded in the next one.
(() => {
  const folds = () => [...document.querySelectorAll("#answer details")];
  let open = [];
  document.addEventListener("htmx:beforeSwap", () => { open = folds().map((fold) => fold.open); });
  document.addEventListener("htmx:afterSettle", () => { folds().forEach((fold, place) => { fold.open ||= open[place] ?? false; }); });
})();
