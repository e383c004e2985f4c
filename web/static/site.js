// The one script of the site. Every page works without it; with it, illnesses
// are suggested while their name is being typed, and a trial's rules unfold in the list.

const PAUSE = 150; // ms without a key before the server is asked

// Two letters say little, one Chinese character says much.
const enough = (text) => text.length > 1 || /\p{Script=Han}/u.test(text);

/** @param {HTMLInputElement} input the search field, whose data-suggest is the address to ask */
function suggestIllnesses(input) {
  const found = document.getElementById("found");
  const picks = found.querySelector(".picks");
  const said = document.getElementById("said");
  const model = document.querySelector("details .pick"); // a choice of this page's kind
  let timer, asking, shown = input.value.trim();

  // The same illness may stand in the list to browse: two of one name and value
  // would be sent twice, and a tick in one would not show in the other.
  const twin = (id) => document.querySelector(`details .pick input[value="${CSS.escape(id)}"]`);

  function clear() {
    for (const pick of [...picks.children]) {
      const box = pick.querySelector("input");
      if (box.type === "checkbox" && box.checked) continue; // what is ticked stays in sight
      const other = twin(box.value);
      if (other) {
        other.disabled = other.parentElement.hidden = false;
        other.checked = box.checked;
      }
      pick.remove();
    }
  }

  function add({ id, label, hint }) {
    if (picks.querySelector(`input[value="${CSS.escape(id)}"]`)) return;
    const pick = model.cloneNode(true);
    const box = pick.querySelector("input"), name = pick.querySelector("label");
    pick.hidden = box.disabled = box.checked = false;
    box.id = name.htmlFor = "suggested-" + id;
    box.value = id;
    name.textContent = label;
    if (hint) {
      const small = document.createElement("small");
      small.textContent = hint;
      name.append(" ", small);
    }
    const other = twin(id);
    if (other) {
      box.checked = other.checked;
      other.checked = false;
      other.disabled = other.parentElement.hidden = true;
    }
    picks.append(pick);
  }

  function show(answer) {
    clear();
    answer.found.forEach(add);
    found.querySelector("legend").textContent = answer.title;
    said.textContent = answer.said;
    found.hidden = false;
    found.querySelector(".go").hidden = picks.childElementCount === 0;
  }

  async function ask(text) {
    asking?.abort();
    asking = new AbortController();
    try {
      const body = new URLSearchParams({ q: text });
      const answer = await fetch(input.dataset.suggest, { method: "POST", body, signal: asking.signal });
      if (answer.ok) show(await answer.json());
    } catch {
      // Offline, or overtaken by the next letter: the Search button still works.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text === shown) return;
    shown = text;
    if (enough(text)) timer = setTimeout(ask, PAUSE, text);
    else {
      asking?.abort();
      clear();
      said.textContent = "";
      found.hidden = picks.childElementCount === 0;
    }
  });
}

const input = document.querySelector("input[data-suggest]");
if (input) suggestIllnesses(input);

/** Makes a link to a trial's rules a fold that fetches them when it is opened. */
function unfoldRules(link) {
  const fold = document.createElement("details"), summary = document.createElement("summary");
  fold.className = "every";
  summary.append(...link.cloneNode(true).childNodes);
  fold.append(summary);
  link.parentElement.before(fold);
  link.remove();
  fold.addEventListener("toggle", () => {
    // A parsed answer, and no text made into elements: the content policy holds.
    const asked = new XMLHttpRequest();
    asked.responseType = "document";
    asked.open("GET", link.href.split("#")[0]);
    asked.onload = () => {
      const rules = asked.response?.getElementById("rules");
      if (!rules) return asked.onerror();
      rules.removeAttribute("id");
      rules.querySelector("h2").remove();
      fold.append(document.adoptNode(rules));
    };
    asked.onerror = () => fold.append(link); // it still leads there
    asked.send();
  }, { once: true });
}

document.querySelectorAll(".card a[href$='#rules']").forEach(unfoldRules);
