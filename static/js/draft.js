// Keeps what is typed in <form data-draft="key"> for this tab, so that a reload, a lost session or a refused send loses
// nothing. A draft goes once it was sent and the next page says that it succeeded.

const PREFIX = "draft:";
const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");

if (document.querySelector(".messages .notice-success")) {
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX) && read(key).sent)
    .forEach((key) => sessionStorage.removeItem(key));
}

// Whoever signs out leaves nothing on a machine that others use too.
for (const form of document.querySelectorAll('form[action$="/logout/"]')) {
  form.addEventListener("submit", () => {
    Object.keys(sessionStorage)
      .filter((key) => key.startsWith(PREFIX))
      .forEach((key) => sessionStorage.removeItem(key));
  });
}

const forms = [...document.querySelectorAll("form[data-draft]")];
const isAskedFor = (form) => new URL(form.action).pathname === location.pathname;
// The address asks for one form of several: a draft in another waits closed, so as not to shut it.
const oneIsAskedFor = forms.some(isAskedFor);

for (const form of forms) {
  const key = `${PREFIX}${form.dataset.draft}`;
  const areas = [...form.querySelectorAll("textarea[name]")];

  const kept = read(key)?.texts ?? {};
  for (const area of areas) {
    const draft = kept[area.name];
    // Only over the text it was begun on: what the server has changed since is not overwritten.
    if (draft && draft.base === area.defaultValue && draft.text !== area.value) {
      area.value = draft.text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      if (!oneIsAskedFor || isAskedFor(form)) area.closest("details")?.setAttribute("open", "");
    }
  }

  const keep = (sent) => {
    const changed = areas.filter((area) => area.value !== area.defaultValue);
    if (!changed.length && !sent) return sessionStorage.removeItem(key);
    const texts = Object.fromEntries(
      changed.map((area) => [area.name, { base: area.defaultValue, text: area.value }]),
    );
    return sessionStorage.setItem(key, JSON.stringify({ sent, texts }));
  };
  form.addEventListener("input", () => keep(false));
  form.addEventListener("submit", () => keep(true));
}
