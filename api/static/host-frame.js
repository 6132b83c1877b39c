// For pages that show the finder in a frame: the frame becomes as high as its content, so that it never scrolls.

const HOST = new URL(import.meta.url).origin;

window.addEventListener("message", (event) => {
  const height = Number(event.data?.zufiHeight);
  if (event.origin !== HOST || !(height > 0 && height < 100_000)) return;
  const frame = [...document.querySelectorAll("iframe")].find((one) => one.contentWindow === event.source);
  if (frame) frame.height = String(Math.ceil(height));
});
