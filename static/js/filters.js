// Filters of a list: what is empty stays out of the address, and on a narrow screen they stand behind their head.

const wide = matchMedia("(min-width: 48rem)");

for (const filters of document.querySelectorAll("details.filters")) {
  const form = filters.querySelector("form");
  form?.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
  const fit = () => (filters.open = wide.matches || Boolean(form?.querySelector("[aria-invalid]")));
  wide.addEventListener("change", fit);
  fit();
}
