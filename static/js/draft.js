// Keeps what is typed in <form data-draft="key">, so that a reload, a lost session or a refused send loses nothing.
// With data-draft-url the server holds it, for this person, on any machine; the tab then holds only what the server has
// not taken yet. Without one the tab holds it all. A draft goes once it was sent and the next page says it succeeded.

const PREFIX = "draft:";
const PAUSE_MS = 1000;
const TEXTS = "textarea[name], input[name]:not([type=hidden], [type=file], [type=password], [type=checkbox], [type=radio])";
const CHOICES = "select[name]:not([multiple])";

const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");
// What a field held when the page came.
const initial = (field) =>
  field.defaultValue ?? ([...field.options].find((one) => one.defaultSelected) ?? field.options[0])?.value ?? "";
const canHold = (field, value) => !field.options || [...field.options].some((one) => one.value === value);
const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

// How the last send went. What was sent and refused must not go with the next one that succeeds, of another form.
const settle = (succeeded) => {
  for (const key of keys()) {
    const held = read(key);
    if (!held.sent) continue;
    if (succeeded) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ ...held, sent: false }));
  }
};
settle(Boolean(document.querySelector(".messages .notice-success")));
document.addEventListener("submit", () => settle(false), { capture: true }); // one that no page answered

const forms = [...document.querySelectorAll("form[data-draft]")];
const isAskedFor = (form) => new URL(form.action).pathname === location.pathname;
// The address asks for one form of several: a draft in another waits closed, so as not to shut it.
const oneIsAskedFor = forms.some(isAskedFor);

const drafts = forms.map((form) => {
  const key = `${PREFIX}${form.dataset.draft}`;
  const url = form.dataset.draftUrl;
  // What the server brought along, from a draft or a refused send: part of the draft, though nobody types it now.
  const brought = new Set(form.dataset.draftTexts?.split(" ").filter(Boolean));
  const kept = url ? TEXTS : `${TEXTS}, ${CHOICES}`;
  const texts = () => [...form.querySelectorAll(kept)];
  const fact = (text) => form.elements.namedItem(`initial-${text.name}`);
  // What was sent, and the page came back with, is still typed on what stood there before.
  const before = read(key)?.texts ?? {};
  const isBack = (text) => before[text.name]?.text === initial(text);
  const base = (text) => fact(text)?.value ?? (isBack(text) ? before[text.name].base : initial(text));
  const typed = () =>
    texts().filter((text) => brought.has(text.name) || isBack(text) || text.value !== initial(text));
  const line = Object.assign(document.createElement("p"), { className: "draft-state hint" });
  line.setAttribute("role", "status");
  let pause;
  let changed = false;
  let leaving = false; // it is being sent: the draft must not overtake it
  let request;

  const hold = (sent) => {
    const held = typed().map((text) => [text.name, { base: base(text), text: text.value }]);
    if (!held.length && !sent) return sessionStorage.removeItem(key);
    const [version, page] = ["version", "once"].map((name) => form.elements.namedItem(name)?.value);
    return sessionStorage.setItem(key, JSON.stringify({ sent, version, page, texts: Object.fromEntries(held) }));
  };

  const body = () => {
    const data = new URLSearchParams({ path: new URL(form.action).pathname });
    for (const name of ["csrfmiddlewaretoken", "once", "version", "draft"]) {
      const field = form.elements.namedItem(name);
      if (field) data.set(name, field.value);
    }
    for (const text of typed()) {
      data.set(`text-${text.name}`, text.value);
      if (fact(text)) data.set(`base-${text.name}`, fact(text).value);
    }
    return data;
  };

  const save = async () => {
    clearTimeout(pause);
    if (!changed || leaving) return;
    changed = false;
    request?.abort();
    request = new AbortController();
    const said = line.textContent;
    try {
      // To a login page one is only led on; that is no answer either.
      const { status } = await fetch(url, { method: "POST", body: body(), signal: request.signal, redirect: "manual" });
      line.textContent = status === 204 ? form.dataset.draftSaved : form.dataset.draftUnsaved;
      if (status === 204 && !changed) sessionStorage.removeItem(key);
    } catch (error) {
      if (error.name === "AbortError") return;
      changed = true; // no network: the next pause tries again
      line.textContent = form.dataset.draftUnsaved;
    }
    if (said !== line.textContent) (form.querySelector(".actions") ?? form).append(line);
  };

  const note = (event) => {
    if (event.isComposing || !event.target.matches(kept)) return; // half a word; compositionend follows
    hold(false);
    if (!url) return;
    changed = true;
    clearTimeout(pause);
    pause = setTimeout(save, PAUSE_MS);
  };

  // Else the server would take what the page before this one saved for another window's.
  const follow = (page) => {
    const field = form.elements.namedItem("draft") ?? document.createElement("input");
    Object.assign(field, { type: "hidden", name: "draft", value: page });
    form.append(field);
  };

  const restore = () => {
    const held = read(key);
    if (!held) return;
    for (const text of texts()) {
      const draft = held.texts[text.name];
      if (!draft || draft.text === text.value || !canHold(text, draft.text)) continue;
      if (url && fact(text)) {
        // The facts it was begun on come back with it: where they are others by now, sending it shows both.
        fact(text).value = draft.base;
        form.elements.namedItem("version").value = held.version;
      } else if (draft.base !== initial(text) && !brought.has(text.name)) {
        continue; // what the server has changed since is not overwritten
      }
      if (url) follow(held.page);
      text.value = draft.text;
      text.dispatchEvent(new Event("input", { bubbles: true }));
      if (!oneIsAskedFor || isAskedFor(form)) text.closest("details")?.setAttribute("open", "");
    }
  };

  form.addEventListener("input", note);
  form.addEventListener("compositionend", note);
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(pause);
    request?.abort();
    hold(true);
  });
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("pagehide", () => {
    if (url && changed && !leaving) navigator.sendBeacon(url, body());
  });
  // Who typed before this script came has typed all the same.
  const early = texts().filter((text) => text.value !== text.defaultValue);
  restore();
  for (const text of early) text.dispatchEvent(new Event("input", { bubbles: true }));
  return { key, save, stop: () => { leaving = true; clearTimeout(pause); request?.abort(); } };
});

// Thrown away is thrown away here too.
for (const form of document.querySelectorAll(".draft-note form")) {
  form.addEventListener("submit", () => {
    const at = forms.findIndex((other) => other.dataset.draftUrl === form.getAttribute("action"));
    drafts[at]?.stop();
    if (drafts[at]) sessionStorage.removeItem(drafts[at].key);
  });
}

// Whoever signs out leaves nothing on a machine that others use too; the server has it.
for (const form of document.querySelectorAll('form[action$="/logout/"]')) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await Promise.race([
      Promise.all(drafts.map((draft) => draft.save())),
      new Promise((resolve) => setTimeout(resolve, 2000)),
    ]);
    sessionStorage.clear();
    form.submit();
  });
}
