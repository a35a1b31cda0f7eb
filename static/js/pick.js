// Boxes to tick in a list: one that ticks them all, and how many are ticked.

for (const all of document.querySelectorAll("[data-pick-all]")) {
  const form = all.closest("form");
  const box = all.querySelector("input");
  const count = form.querySelector("[data-pick-count]");
  const boxes = [...form.elements].filter((element) => element.name === "case");
  const show = () => {
    const ticked = boxes.filter((one) => one.checked).length;
    box.checked = ticked === boxes.length;
    box.indeterminate = ticked > 0 && !box.checked;
    count.textContent = ticked || "";
  };
  box.addEventListener("change", () => {
    for (const one of boxes) one.checked = box.checked;
    show();
  });
  for (const one of boxes) one.addEventListener("change", show);
  // Back from the next page, the browser restores the boxes after this script has run.
  window.addEventListener("pageshow", show);
  all.hidden = false;
  show();
}
