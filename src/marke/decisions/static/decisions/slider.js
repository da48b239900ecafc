// A number field with data-slider gets a slider beside it; both show the same value. Without this, the number is enough.
(() => {
  for (const number of document.querySelectorAll("input[data-slider]")) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "slider";
    slider.min = number.dataset.min;
    slider.max = number.dataset.max;
    slider.step = "0.5";
    slider.setAttribute("aria-label", number.labels[0]?.textContent ?? "");
    const plain = () => parseFloat(number.value.replace(",", ".")) || 0;
    slider.value = plain();
    number.before(slider);
    slider.addEventListener("input", () => { number.value = slider.value; });
    slider.addEventListener("change", () => number.form.requestSubmit());
    number.addEventListener("input", () => { slider.value = plain(); });
  }
})();
