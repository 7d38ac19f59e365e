// The texts of the page whose contrast with what is behind them is too low, a line for each.
// Run in the page by test_accessible.py; what stands on a picture or a gradient is not measured.
(least) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return { light: [red, green, blue], alpha: alpha / 255 };
  };
  const over = (above, below, alpha) => above.map((one, index) => one * alpha + below[index] * (1 - alpha));

  // The colours behind an element, from the nearest to the first that hides the rest.
  const behind = (one) => {
    const layers = [];
    for (let box = one; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.backgroundImage !== "none") return null;
      const layer = channels(style.backgroundColor);
      layers.push(layer);
      if (layer.alpha === 1) break;
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    return layers.reduceRight((below, layer) => over(layer.light, below, layer.alpha), dark ? [0, 0, 0] : [255, 255, 255]);
  };
  const opacityOf = (one) => (one ? Number(getComputedStyle(one).opacity) * opacityOf(one.parentElement) : 1);

  // Source: WCAG 2.2, "relative luminance" and "contrast ratio".
  const luminance = (light) => {
    const [red, green, blue] = light.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };

  const wrong = new Set();
  const measure = (words, box, color) => {
    const ground = behind(box);
    if (!ground || box.closest(":disabled, .only-read, .skip")) return;
    const ink = channels(color);
    const found = ratio(over(ink.light, ground, ink.alpha * opacityOf(box)), ground);
    if (found < least) wrong.add(`${found.toFixed(2)}: ${box.tagName.toLowerCase()}.${box.className} "${words.trim().slice(0, 40)}"`);
  };
  const isShown = (box) => box.checkVisibility({ visibilityProperty: true }) && box.getClientRects().length > 0;

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement: box } = texts.currentNode;
    if (data.trim() && isShown(box)) measure(data, box, getComputedStyle(box).color);
  }
  for (const box of document.querySelectorAll("body *")) {
    if (!isShown(box)) continue;
    if (box.placeholder && !box.value) measure(box.placeholder, box, getComputedStyle(box, "::placeholder").color);
    if (box.matches("input, select, textarea") && box.value) measure(box.value, box, getComputedStyle(box).color);
    for (const part of ["::before", "::after"]) {
      const { content, color } = getComputedStyle(box, part);
      if (/\w/.test(content) && !["none", "normal"].includes(content)) measure(content, box, color);
    }
  }
  return [...wrong];
};
