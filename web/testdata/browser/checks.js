// What a page owes its readers and only a browser can see. The value is a list of
// faults, each one line. axe-core has been loaded before.
(async () => {
  const faults = [];
  const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const MOST_REQUESTS = 4, MOST_NODES = 1500, MOST_MOVED = 0.02;
  // Rules that axe can't settle by itself and a person has looked at.
  const REVIEWED = new Set([
    "color-contrast", // the icons' circles and the tick boxes lie under their labels, so that axe does not see the ground
  ]);

  const name = (el) => {
    const text = (el.getAttribute("aria-label") || el.textContent || el.getAttribute("name") || "").trim().replace(/\s+/g, " ");
    return `<${el.localName}${el.id ? "#" + el.id : ""}${el.className && el.className.baseVal === undefined ? "." + el.className : ""}> "${text.slice(0, 40)}"`;
  };
  const shown = (el) => el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true, opacityProperty: true }) && !el.closest(".sr, .jump");

  function sideways(when) {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return;
    const widest = [...document.querySelectorAll("body *")].filter((el) => !el.closest(".scroll") && !el.closest(".sr") && el.getBoundingClientRect().right > root.clientWidth + 0.5);
    faults.push(`${when}: scrolls sideways, ${root.scrollWidth} px of ${root.clientWidth}: ${widest.slice(-1).map(name)}`);
  }

  // The box that a finger can hit: a choice's label counts with it.
  function box(el) {
    const boxes = [el, ...(el.labels ?? [])].map((e) => e.getBoundingClientRect());
    const left = Math.min(...boxes.map((b) => b.left)), right = Math.max(...boxes.map((b) => b.right));
    const top = Math.min(...boxes.map((b) => b.top)), bottom = Math.max(...boxes.map((b) => b.bottom));
    return { width: right - left, height: bottom - top };
  }

  // A link or a word to be explained has the height of its line in a sentence; it needs half as much as a control.
  function inSentence(el) {
    if (el.matches(".term summary")) return true;
    if (el.localName !== "a" || getComputedStyle(el).display !== "inline") return false;
    return el.parentElement.textContent.trim().length > el.textContent.trim().length || el.closest("p, li, dd, td, blockquote, h1, h2, h3") !== null;
  }

  function targets() {
    for (const el of document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden])")) {
      if (!shown(el) || el.closest(".map")) continue; // the table under a map has the same links
      if (inSentence(el)) {
        const line = parseFloat(getComputedStyle(el).lineHeight);
        if (line < 24) faults.push(`a line of ${line} px, want 24: ${name(el)}`);
        continue;
      }
      const { width, height } = box(el);
      if (width < 43.5 || height < 43.5) faults.push(`a target of ${Math.round(width)}×${Math.round(height)} px, want 44: ${name(el)}`);
    }
  }

  // The spacing of WCAG 1.4.12. A constructed sheet is no inline style.
  function spaced() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets = [sheet];
    sideways("with wide spacing");
    for (const el of document.querySelectorAll("main *, header *, footer *")) {
      const style = getComputedStyle(el);
      if (el.closest(".sr, svg") || !shown(el) || !/hidden|clip/.test(style.overflowX + style.overflowY)) continue;
      if (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1) faults.push(`with wide spacing: cut off: ${name(el)}`);
    }
    for (const el of document.querySelectorAll("button, .button, label, summary")) {
      if (shown(el) && el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).display !== "inline") faults.push(`with wide spacing: text leaves its box: ${name(el)}`);
    }
    document.adoptedStyleSheets = [];
  }

  // What has happened since the page began to load.
  const entries = (type) => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries())).observe({ type, buffered: true });
    setTimeout(done, 25, []);
  });

  async function budgets() {
    const loaded = performance.getEntriesByType("resource");
    for (const entry of loaded) {
      if (new URL(entry.name).host !== location.host) faults.push(`asks another host: ${entry.name}`);
    }
    const map = document.querySelectorAll(".map image").length; // a page with a map loads that, too
    if (loaded.length > MOST_REQUESTS - 1 + map) faults.push(`${loaded.length + 1} requests, want ${MOST_REQUESTS} at most`);
    const blocking = loaded.filter((e) => e.renderBlockingStatus === "blocking").map((e) => e.name);
    if (blocking.length > 1) faults.push(`waits for more than the stylesheet: ${blocking}`);
    const nodes = document.querySelectorAll("*").length;
    if (nodes > MOST_NODES) faults.push(`${nodes} elements, want ${MOST_NODES} at most`);
    const [shifts, paints] = await Promise.all([entries("layout-shift"), entries("largest-contentful-paint")]);
    // A busy browser may paint half a page, and a table then finds its widths once more.
    const moved = shifts.reduce((sum, e) => sum + e.value, 0);
    if (moved > MOST_MOVED) faults.push(`moves while it loads, by ${moved}: ${shifts.flatMap((e) => e.sources.map((s) => s.node && name(s.node)))}`);
    const largest = paints.at(-1);
    if (largest?.url && !map) faults.push(`its largest part is no text: ${largest.url}`);
  }

  await budgets();
  sideways("as it is");
  targets();
  const found = await axe.run(document, { runOnly: { type: "tag", values: TAGS }, resultTypes: ["violations", "incomplete"] });
  for (const v of found.violations) faults.push(`axe ${v.id}: ${v.help}: ${v.nodes.slice(0, 2).map((n) => n.target.join(" ") + " " + n.failureSummary.replace(/\s+/g, " ").slice(0, 200))}`);
  for (const v of found.incomplete) {
    if (!REVIEWED.has(v.id)) faults.push(`axe can't settle ${v.id}: ${v.nodes.slice(0, 2).map((n) => n.target.join(" "))}`);
  }
  spaced();
  return faults;
})();
