// The wizard with JavaScript: what is chosen is shown at once, where the focus stays, and code is copied.

const form = document.querySelector("form#wishes");

/** The look that was chosen, set where a policy allows it. */
function paint() {
  for (const preview of document.querySelectorAll("zufi-finder")) {
    if (!(preview instanceof HTMLElement)) continue;
    for (const [name, value] of Object.entries(JSON.parse(preview.dataset.look ?? "{}"))) preview.style.setProperty(name, value);
  }
  for (const button of document.querySelectorAll("[data-copy]")) button.removeAttribute("hidden");
}

/** @param {HTMLFormElement} filled */
async function renew(filled) {
  const data = [...new FormData(filled)].filter(([, value]) => value !== "").map(([name, value]) => [name, String(value)]);
  const address = `${filled.action}?${new URLSearchParams(data)}`;
  if (address === location.href) return;
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  const made = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("result");
  if (!response.ok || !made) return;
  history.replaceState(null, "", address);
  document.getElementById("result")?.replaceWith(document.adoptNode(made));
  paint();
}

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!(button instanceof HTMLElement)) return;
  await navigator.clipboard.writeText(button.closest("div.busdb-stack")?.querySelector("code")?.textContent ?? "");
  const status = document.getElementById("copied");
  if (status) status.textContent = button.dataset.done ?? "";
});

// What decides which fields there are is sent as without JavaScript; the rest is shown beside the form at once
if (form instanceof HTMLFormElement) {
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLElement && !["mode", "place"].includes(event.target.id)) renew(form);
  });
}
paint();
