// What others wrote comes in beside what is being typed. An answer from elsewhere, the login page of a session that
// ended say, is left out: what is typed stays, and sending it asks to sign in.

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const asked = new URL(pathInfo.requestPath, location.href).pathname;
  if (xhr.responseURL && new URL(xhr.responseURL).pathname !== asked) event.detail.shouldSwap = false;
});
