// A school is proposed as its name is typed, misspelt or not: a combobox with a list (ARIA 1.2). Without this file, the
// form asks which one was meant.

const WAIT = 150;
const LEAST = 2;

function proposing(field) {
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let chosen = -1;
  let asked = 0;
  let timer;

  list.id = `${field.id}-propositions`;
  list.className = "proposed";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Établissements proposés");
  list.hidden = true;
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  field.removeAttribute("list");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.after(list, told);

  const options = () => [...list.children];

  function choose(place) {
    chosen = place;
    for (const [at, one] of options().entries()) one.setAttribute("aria-selected", String(at === place));
    const one = options()[place];
    if (one) {
      field.setAttribute("aria-activedescendant", one.id);
      one.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function show(found) {
    list.replaceChildren(
      ...found.map((words, at) => {
        const one = document.createElement("li");
        one.id = `${list.id}-${at}`;
        one.setAttribute("role", "option");
        one.textContent = words;
        return one;
      }),
    );
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(found.length > 0));
    choose(-1);
  }

  function close() {
    clearTimeout(timer);
    asked += 1;
    show([]);
  }

  function take(one) {
    field.value = one.textContent;
    close();
    told.textContent = `${field.value}, choisi`;
  }

  async function ask() {
    const words = field.value.trim();
    const mine = ++asked;
    if (words.length < LEAST) return close();
    try {
      const answer = await fetch(`${field.dataset.proposes}&mots=${encodeURIComponent(words.slice(0, 120))}`);
      const found = answer.ok ? await answer.json() : [];
      if (mine !== asked) return;
      show(found);
      told.textContent = found.length
        ? `${found.length} ${found.length > 1 ? "proposés, flèche bas pour choisir" : "proposé, flèche bas pour le choisir"}`
        : "Aucun établissement proposé";
    } catch {
      // Without network the form still asks which one was meant.
      close();
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    const many = options().length;
    if (!many) {
      if (event.key === "ArrowDown") ask();
      return;
    }
    if (event.key === "ArrowDown") choose((chosen + 1) % many);
    else if (event.key === "ArrowUp") choose((Math.max(chosen, 0) - 1 + many) % many);
    else if (event.key === "Enter" && chosen >= 0) take(options()[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  // The field keeps the focus while the list is pressed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const one = event.target.closest("li");
    if (one) take(one);
  });
  // Closed only once the press is over: at its start, what is pressed would move from under the finger.
  for (const over of ["click", "keyup"])
    document.addEventListener(over, () => document.activeElement === field || close());
}

for (const field of document.querySelectorAll("[data-proposes]")) proposing(field);
