// A search that found nothing: the page tells the office so by itself. To look at a page changes nothing, hence a post.

const form = document.querySelector("[data-missed]");
if (form) fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
