// Counters under long texts, and the list of chosen files.

const number = (n) => n.toLocaleString(document.documentElement.lang);

// Characters as the server counts them: code points, a line end being one.
function length(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function count(counter) {
  const field = document.getElementById(counter.dataset.counterFor);
  const max = Number(counter.dataset.max);
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  counter.after(spoken);
  field.removeAttribute("maxlength"); // the browser would cut a pasted text without a word
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${counter.id}`.trim());
  let pause;
  const update = () => {
    const left = max - length(field.value);
    const words = (left < 0 ? counter.dataset.over : counter.dataset.left).replace("{n}", number(Math.abs(left)));
    counter.textContent = words;
    counter.classList.toggle("is-over", left < 0);
    clearTimeout(pause);
    // Spoken only near the limit and after a pause; else it would talk over every key.
    pause = setTimeout(() => (spoken.textContent = left < max / 10 ? words : ""), 1000);
  };
  field.addEventListener("input", update);
  window.addEventListener("pageshow", update); // the browser may have put text back
  update();
}

function size(bytes) {
  return bytes < 1048576 ? `${number(Math.ceil(bytes / 1024))} KB` : `${number(Math.round(bytes / 104857.6) / 10)} MB`;
}

function listFiles(input) {
  const box = input.closest(".file-box");
  const list = document.createElement("ul");
  const warning = document.createElement("p");
  list.className = "files";
  warning.className = "file-warning";
  warning.setAttribute("role", "alert");
  box.append(list, warning);
  const { maxFiles, maxMb } = input.dataset;
  const update = () => {
    const files = [...input.files];
    list.replaceChildren(
      ...files.map((file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name} (${size(file.size)})`;
        return item;
      }),
    );
    const tooBig = maxMb && files.some((file) => file.size > maxMb * 1048576);
    const tooMany = maxFiles && files.length > maxFiles;
    warning.textContent =
      (tooMany ? box.dataset.tooMany.replace("{n}", maxFiles) : "") +
      (tooBig ? box.dataset.tooBig.replace("{n}", maxMb) : "");
  };
  input.addEventListener("change", update);
  window.addEventListener("pageshow", update);
}

document.querySelectorAll("[data-counter-for]").forEach(count);
document.querySelectorAll(".file-box input[type=file]").forEach(listFiles);
