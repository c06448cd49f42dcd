// Replaces what is marked as live by what the server says of it now, so that forms keep what was chosen in them.
async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelectorAll("[data-live]");
  document.querySelectorAll("[data-live]").forEach((part, index) => {
    if (now[index] && part.innerHTML !== now[index].innerHTML) part.innerHTML = now[index].innerHTML;
  });
}
setInterval(() => refresh().catch(() => {}), 1000);
