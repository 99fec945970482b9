// On every page: times in the reader's zone, the switch between light and dark.
import { localise } from "./times.js";

function themeSwitch(button) {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const tell = () => button.setAttribute("aria-pressed", String(dark()));
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it holds for this page */ }
    tell();
  });
  tell();
}

localise();
for (const button of document.querySelectorAll("[data-theme-switch]")) themeSwitch(button);
