// What is looked at on every page, whatever is on it: accessibility, width, keyboard. `note` takes a kind and a sentence.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const kTabsAtMost = 500;
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function checkAccessibility(page, note) {
  await page.evaluate(axeSource);
  const results = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  for (const violation of results.violations) {
    for (const node of violation.nodes) {
      const why = [...node.any, ...node.all, ...node.none][0]?.message ?? violation.help;
      note('accessibility', `${violation.id}: ${node.target.join(' ')}: ${why}`);
    }
  }
}

export async function checkSideways(page, note) {
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  if (widths[0] > widths[1]) note('sideways', `the page is ${widths[0]} pixels wide in a window of ${widths[1]}`);
}

// Runs in the page: gives every element that can be used a number, and says what the focused one looks like.
function lookAtFocus() {
  const describe = (element) => {
    const name = (element.textContent || element.getAttribute('aria-label') || '').trim().slice(0, 40);
    return `<${element.tagName.toLowerCase()}> ${name}`;
  };
  window.numbers ??= new Map();
  const element = document.activeElement;
  if (element === null || element === document.body || element === document.documentElement) return null;
  if (!window.numbers.has(element)) window.numbers.set(element, window.numbers.size);
  const appearance = () => {
    const parts = [element, ...element.querySelectorAll('*')].slice(0, 4);
    return parts.map((part) => ['', '::before', '::after'].map((pseudo) => {
      const style = getComputedStyle(part, pseudo || null);
      return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.backgroundColor,
        style.color, style.borderColor, style.position, style.left, style.display].join();
    }).join()).join();
  };
  const focused = appearance();
  const box = element.getBoundingClientRect();
  element.blur();
  const blurred = appearance();
  element.focus({ preventScroll: true, focusVisible: true });
  return { number: window.numbers.get(element), what: describe(element), isSummary: element.tagName === 'SUMMARY',
    isVisible: focused !== blurred && box.width > 0 && box.height > 0 };
}

// Runs in the page: everything that can be used now and was never focused.
function neverFocused() {
  const usable = 'a[href], button, input, select, textarea, summary, [onclick], [role=button], [tabindex]:not([tabindex="-1"])';
  const missed = [];
  for (const element of document.querySelectorAll(usable)) {
    const isShown = element.checkVisibility({ checkVisibilityCSS: true }) && !element.disabled;
    if (isShown && !window.numbers?.has(element)) missed.push(element.outerHTML.slice(0, 80));
  }
  return missed;
}

// Walks through the page by Tab, opening what opens, until the focus has left it.
export async function checkKeyboard(page, note) {
  let last = -1;
  let steps = 0;
  for (; steps < kTabsAtMost; ++steps) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(lookAtFocus);
    if (focus === null) break;
    if (focus.number === last) {
      note('trap', `Tab does not leave ${focus.what}`);
      break;
    }
    if (focus.number < last) break;  // around the end to the beginning
    last = focus.number;
    if (!focus.isVisible) note('focus not visible', focus.what);
    if (focus.isSummary) await page.keyboard.press('Enter');
  }
  for (const missed of await page.evaluate(neverFocused)) note('unreachable', missed);
  return steps;
}
