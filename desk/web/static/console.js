// Conveniences only: every page works without this file.
"use strict";

// j / k walk through the rows of a queue, o opens the one in focus, / goes to the search box.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) return;
  const rows = [...document.querySelectorAll("[data-row] a[data-open]")];
  const at = rows.indexOf(document.activeElement);
  if (event.key === "j" && rows.length) rows[Math.min(at + 1, rows.length - 1)].focus();
  else if (event.key === "k" && rows.length) rows[Math.max(at - 1, 0)].focus();
  else if (event.key === "o" && at >= 0) rows[at].click();
  else if (event.key === "c" && at >= 0) rows[at].closest("[data-row]").querySelector("[data-claim]")?.click();
  else if (event.key === "/") document.getElementById("find")?.focus();
  else return;
  event.preventDefault();
});

// A second click on a form that is on its way sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Errors are read first.
document.getElementById("errors")?.focus();

// "Select all on this page".
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  document.querySelectorAll("[data-one]").forEach((box) => { box.checked = event.target.checked; });
});
