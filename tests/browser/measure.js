// What is wrong with the page as it stands, a line for each: run in the page by test_widths.py.
(thumbs) => {
  const wrong = new Set();
  const named = (one) => {
    const words = one.getAttribute("aria-label") ?? one.textContent.trim().replace(/\s+/g, " ");
    return `${one.tagName.toLowerCase()}.${one.className.baseVal ?? one.className} "${words.slice(0, 40)}"`;
  };
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".skip, .only-read") && one.closest("thead")?.offsetWidth !== 1;
  const styleOf = (one) => getComputedStyle(one);

  const isHit = (one) => {
    const box = one.getClientRects()[0];
    return one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
  };

  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) wrong.add(`sideways: ${wide}`);

  // Text stays within its box: it breaks, or ends in an ellipsis.
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    let box = text.parentElement;
    if (!text.data.trim() || !shown(box)) continue;
    while (styleOf(box).display === "inline") box = box.parentElement;
    const words = document.createRange();
    words.selectNodeContents(text);
    const out = words.getBoundingClientRect().right - box.getBoundingClientRect().right;
    if (out > 1 && styleOf(box).overflowX === "visible") wrong.add(`spills ${Math.round(out)}: ${named(box)}`);
  }

  // No column of words: what takes several lines has 12rem, or most of a narrow phone.
  const room = Math.min(192, innerWidth * 0.55);
  for (const one of document.querySelectorAll("main p, main dd, main h1, main h2, main small, main .push")) {
    const words = document.createRange();
    words.selectNodeContents(one);
    const lines = new Set([...words.getClientRects()].map((line) => Math.round(line.bottom)));
    const { width } = one.getBoundingClientRect();
    if (shown(one) && lines.size > 2 && width < room) wrong.add(`narrow ${width}: ${named(one)}`);
  }

  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!shown(one)) continue;
    if (!isHit(one)) one.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    if (!isHit(one)) wrong.add(`covered: ${named(one)}`);
    const pressed = one.closest("label") ?? one;
    const { width, height } = pressed.getBoundingClientRect();
    const inText = styleOf(one).display === "inline";
    if (!inText && Math.min(width, height) < 24) wrong.add(`small ${width} x ${height}: ${named(one)}`);
    if (!inText && thumbs && height < 44) wrong.add(`thin ${height}: ${named(one)}`);
  }
  return [...wrong];
};
