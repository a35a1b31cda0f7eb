// Buttons that copy a text and say so.

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http on the intranet has no clipboard API.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const result = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    result.textContent = "";
    try {
      await copy(button.dataset.copy);
      result.textContent = button.dataset.copied;
    } catch {
      result.textContent = button.dataset.failed;
    }
    button.focus();
  });
}
