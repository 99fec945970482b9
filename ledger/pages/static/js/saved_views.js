// Saved views: the present filters under a name, kept in this browser for this ledger; each is a plain link.
const section = document.getElementById("saved-views");

const key = () => `views:${section.dataset.ledger}`;

function kept() {
  try {
    const views = JSON.parse(localStorage.getItem(key()) ?? "[]");
    return Array.isArray(views) ? views.filter((view) => typeof view?.name === "string" && /^\/(?!\/)/.test(view.address)) : [];
  } catch {
    return [];
  }
}

function keep(views) {
  localStorage.setItem(key(), JSON.stringify(views));
  show();
}

function show() {
  const items = kept().map((view) => {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: view.address, textContent: view.name });
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "×" });
    drop.setAttribute("aria-label", `${section.dataset.drop} ${view.name}`);
    drop.addEventListener("click", () => {
      keep(kept().filter((other) => other.name !== view.name));
      section.querySelector("input").focus();
    });
    item.append(link, drop);
    return item;
  });
  section.querySelector("ul").replaceChildren(...items);
}

if (section) {
  section.hidden = false;
  section.querySelector("form").addEventListener("submit", (submit) => {
    submit.preventDefault();
    const field = section.querySelector("input");
    const name = field.value.trim();
    if (!name) return;
    const address = location.pathname + location.search;
    keep([...kept().filter((view) => view.name !== name), { name, address }]);
    field.value = "";
  });
  show();
}
