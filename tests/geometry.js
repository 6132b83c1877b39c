// What tests measure in a page, also inside the widget; read by page_checks.py.

const deep = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...deep(one.shadowRoot ?? new DocumentFragment())]);
const all = deep(document.body).filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
const name = (one) => `${one.localName} ${(one.textContent || one.id).trim().replace(/\s+/g, " ").slice(0, 50)}`;

function small_targets() {
  const within = (one) =>
    getComputedStyle(one).display === "inline" &&
    [...one.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\w/.test(node.textContent));
  return all
    .filter((one) => one.matches("a[href], button, input, select, textarea, summary, [role=option], [tabindex='0']"))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width > 1 && Math.min(box.width, box.height) < 23.9 && !within(one))
    .map(([one]) => name(one));
}

function collisions() {
  const width = document.documentElement.clientWidth;
  const range = document.createRange();
  const lines = (one) => {
    if (one.matches("input, select, textarea")) return [one.getBoundingClientRect()];
    const texts = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    return texts.flatMap((node) => {
      range.selectNodeContents(node);
      return [...range.getClientRects()];
    });
  };
  const elsewhere = ".kern-sr-only, .busdb-skip, .busdb-code, .kern-table-responsive, option, script, style";
  const boxes = all
    .filter((one) => !one.closest(elsewhere))
    .flatMap((one) => lines(one).map((box) => [one, box]))
    .filter(([, box]) => box.width > 1 && box.height > 1);
  const out = boxes.filter(([, box]) => box.left < -1 || box.right > width + 1).map(([one]) => `${name(one)} is outside`);
  boxes.forEach(([one, a], at) => {
    for (const [other, b] of boxes.slice(at + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (one !== other && wide > 2 && high > 4) out.push(`${name(one)} lies over ${name(other)}`);
    }
  });
  if (document.documentElement.scrollWidth > width) out.push(`${document.documentElement.scrollWidth} pixels wide`);
  return out;
}

function focus() {
  let [root, one] = [document, document.activeElement];
  while (one?.shadowRoot?.activeElement) [root, one] = [one.shadowRoot, one.shadowRoot.activeElement];
  if (!one || one === document.body) return null;
  const parts = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
  const points = [...one.getClientRects()].flatMap((box) =>
    parts.map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]),
  );
  const seen = points.some(([x, y]) => {
    const hit = root.elementFromPoint(x, y);
    return hit && (one.contains(hit) || hit.contains(one));
  });
  return [(one.labels?.[0]?.textContent || one.textContent || one.id).trim().slice(0, 60), seen];
}

function space_text() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`);
  const roots = [document, ...all.map((one) => one.shadowRoot).filter(Boolean)];
  for (const root of roots) root.adoptedStyleSheets.push(sheet);
}
