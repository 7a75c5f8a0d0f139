"use strict";
// Text reaches the page as text nodes only: nothing a document says is ever read as markup.

/** Return an element with attributes and children; a string child is text. */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

/** Return an element of text that somebody else wrote, whichever way it is read. */
function said(name, text, attributes = {}) {
  return el(name, { dir: "auto", ...attributes }, visible(text));
}

/** Return text with the characters shown that would reorder what stands beside them. */
function visible(text) {
  return String(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

const LAID_OUT = /^(\s{2,}\S|\t|[|>#]|[-*+•]\s|```)/;

/** Return the class of a quote: prose flows, tables, lists and code keep their lines. */
function layout(text) {
  const lines = text.split(/\r\n|[\n\f\r]/);
  return lines.slice(1).some((line) => LAID_OUT.test(line)) ? "doc" : "doc flow";
}

const grouped = new Intl.NumberFormat("en-US");

/** Return a score in its unit, as the tables of this page have it. */
function written(value, unit) {
  if (value == null) return "–";
  if (unit === "share") return `${(100 * value).toFixed(0)} %`;
  if (unit === "usd") return value === 0 || value >= 1 ? `$${value.toFixed(2)}` : `$${value.toPrecision(2)}`;
  if (unit === "ms") return value < 1000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(2)} s`;
  return grouped.format(Math.round(value));
}

/** Return "1 case", "2 cases". */
function counted(count, noun) {
  return `${grouped.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Return a name as it is read. */
function spelt(name) {
  return String(name).replaceAll("_", " ");
}
