"use strict";
// The page shows what the library says, and asks it what the officer wants to know. It counts, reads
// and decides nothing: every figure, doubt and sentence of a result comes from the worker.

// Small helpers

const by = (id) => document.getElementById(id);

function h(name, attributes = {}, ...children) {
  const one = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) one.addEventListener(key.slice(2), value);
    else if (["value", "checked", "disabled", "hidden", "srcdoc"].includes(key)) one[key] = value;
    else one.setAttribute(key, value === true ? "" : value);
  }
  one.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return one;
}

let numbered = 0;

// A field with its label. `attributes`: of the field; `name`: the kind of element.
function field(label, attributes, name = "input", ...children) {
  const id = attributes.id ?? `field-${++numbered}`;
  return h("div", {}, h("label", { for: id, class: "above" }, label), h(name, { ...attributes, id }, ...children));
}

function choice(label, attributes) {
  return h("label", { class: "choice" }, h("input", attributes), h("span", {}, label));
}

function select(label, options, chosen, change, attributes = {}) {
  const items = options.map(([value, text]) => h("option", { value, selected: value === chosen }, text));
  return field(label, { ...attributes, onchange: (event) => change(event.target.value) }, "select", items);
}

const button = (text, press, attributes = {}) => h("button", { type: "button", onclick: press, ...attributes }, text);
const paragraphs = (lines) => lines.map((line) => h("p", {}, line));
const listed = (items) => h("ul", {}, items.map((item) => h("li", {}, item)));
const scroll = (name, ...inside) => h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, ...inside);
const many = (number, one, more = `${one}s`) => `${number.toLocaleString("en-GB")} ${number === 1 ? one : more}`;
const tell = (text) => { by("status").textContent = text; };

function download(name, content, type = "application/octet-stream") {
  const url = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  tell(`${name} is among your downloads.`);
}

// What the officer has brought and chosen. It is kept here, so that nothing is lost with a worker.

const fresh = () => ({
  reading: {}, rules: null, organisation: null, options: {}, non_persons: [], persons: [],
  withdrawn: [], set_aside: [], contest: {}, answers: "", seed: "",
});
const state = {
  step: "files", files: new Map(), contests: null, notes: [], mode: null, choices: fresh(), read: null,
  faults: null, counted: null, countFaults: null, one_post: false, title: "",
  check: { files: new Map(), told: null },
};
let about = null;

// The worker

let worker = null;
let ready = false;
let asked = 0;
let onDesk = [];
const waiting = new Map();

function startWorker() {
  worker?.terminate();
  ready = false;
  onDesk = [];
  state.counted = null; // the worker had it
  by("starting").hidden = false;
  const source = new TextDecoder().decode(Uint8Array.from(atob(by("worker").textContent), (c) => c.charCodeAt(0)));
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  worker = new Worker(url);
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = (event) => { event.preventDefault?.(); stopped(event.message || "the worker ended"); };
  const packages = [...document.querySelectorAll("script.package")].map((one) => ({
    ...JSON.parse(one.dataset.about), base64: one.textContent,
  }));
  worker.postMessage({ packages });
}

function heard(message) {
  if (message.starting) {
    by("start-words").textContent = `${message.starting} (${message.done} of ${message.of})`;
    by("started").value = message.done;
  } else if (message.ready) {
    about = message.ready;
    ready = true;
    by("starting").hidden = true;
    tell("Ready.");
    document.body.dataset.ready = "yes";
    for (const start of waiting.values()) start.send();
    if (state.step === "rules") show();
  } else if (message.working) {
    by("busy-words").textContent = `Counting: ${message.done} ${message.working} done`;
  } else if (message.stopped !== undefined) {
    stopped(message.stopped);
  } else {
    const one = waiting.get(message.number);
    waiting.delete(message.number);
    if (!waiting.size) by("busy").hidden = true;
    one?.resolve(message.told);
  }
}

// A worker that has stopped, or is made to, costs nothing but what it was doing.
function stopped(why) {
  const failed = [...waiting.values()];
  waiting.clear();
  by("busy").hidden = true;
  if (about === null && !failed.length) {
    by("needs").hidden = false;
    by("start-words").textContent = `It could not be started: ${why}`;
    return;
  }
  const told = {
    status: "stopped",
    lines: [`The work was stopped: ${why}`, "Your files and choices are still here: change something, or try again."],
    faults: [],
  };
  startWorker();
  if (state.step === "result") {
    state.countFaults = told;
    show("rules");
  }
  for (const one of failed) one.resolve(told);
}

// Ask the library; the answer comes when it is there. `files`: those that must lie on its desk, and no
// others; null where it needs none.
function ask(what, more = {}, words = "Working", files = null) {
  const number = ++asked;
  return new Promise((resolve) => {
    const send = () => {
      const needed = files && [...files.values()];
      const others = needed && (needed.length !== onDesk.length || needed.some((one, at) => one !== onDesk[at]));
      if (others) onDesk = needed;
      worker.postMessage({ number, request: { ask: what, ...more }, files: others ? needed : null });
    };
    waiting.set(number, { resolve, send });
    by("busy-words").textContent = words;
    by("busy").hidden = false;
    if (ready) send();
  });
}

// What the library made of the count; null where it could not, and then it is said why.
async function made(what, more = {}, words = "Working") {
  const told = await ask(what, more, words);
  if (told.status === "done") return told;
  tell(told.lines.join(" "));
  return null;
}

// Steps

const steps = [
  ["files", "1. Files"], ["reading", "2. Reading"], ["rules", "3. Rules and people"], ["result", "4. Result"],
  ["check", "Check a record"],
];
const shown = {};

function reachable(step) {
  if (step === "files" || step === "check") return true;
  if (step === "reading") return state.contests !== null || state.faults !== null;
  if (step === "rules") return state.mode === "all" || (state.mode !== null && state.read !== null && !state.faults);
  return state.counted !== null;
}

function show(step = state.step, focus = false) {
  const moved = step !== state.step;
  state.step = step;
  by("steps").replaceChildren(...steps.map(([name, text]) =>
    h("li", { class: name === "check" ? "apart" : null },
      button(text, () => { if (reachable(name)) show(name, true); }, {
        "aria-current": name === step ? "step" : null, disabled: !reachable(name),
      }))));
  const heading = h("h2", { tabindex: "-1", id: "heading" }, steps.find(([name]) => name === step)[1]);
  by("main").replaceChildren(h("section", { "aria-labelledby": "heading" }, heading, ...shown[step]()));
  if (moved) tell("");
  if (moved || focus) {
    heading.focus({ preventScroll: true });
    scrollTo(0, Math.max(0, by("steps").offsetTop - 8));
  }
}

// What is wrong, and the ways to settle it. `settle` gets the reading with the answer taken.
function faults(told, settle) {
  const questions = told.faults.filter((one) => one.answers.length);
  const plain = told.faults.length
    ? told.faults.filter((one) => !one.answers.length).map((one) => `${one.where}: found ${one.found}; expected ${one.expected}`)
    : told.lines;
  return [
    questions.map((one) => h("div", { class: "question" },
      h("p", {}, h("strong", {}, "A question: "), `${one.where}: found ${one.found}; expected ${one.expected}.`),
      h("div", { class: "answers" }, one.answers.map((answer) =>
        button([sentence(answer.meaning), h("code", {}, answer.typed)], () => settle(answer.reading)))))),
    plain.length ? h("div", { class: "fault", role: "alert" }, paragraphs(plain.slice(0, 50)),
      plain.length > 50 ? h("p", {}, `and ${many(plain.length - 50, "line")} more`) : null) : null,
  ];
}

// 1. Files

async function take(list, into = state.files) {
  const unread = [];
  for (const file of list) {
    try {
      into.set(file.name, { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    } catch {
      unread.push(file.name);
    }
  }
  if (into === state.files) forgetReading();
  show();
  if (unread.length) tell(`Found ${unread.join(", ")}, which cannot be read; expected files, no folders.`);
}

function forgetReading() {
  state.contests = null;
  begin(null);
}

// Whatever was chosen was chosen for one way to take the files.
function begin(mode) {
  Object.assign(state, { mode, choices: fresh(), read: null, faults: null, counted: null, countFaults: null });
}

function dropZone(id, words, takeThem, multiple = true) {
  const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("over", on); };
  const zone = h("div", {
    id: "drop", ondragover: over(true), ondragleave: over(false),
    ondrop: (event) => { over(false)(event); takeThem([...event.dataTransfer.files]); },
  },
  h("input", { type: "file", id, multiple, onchange: (event) => takeThem([...event.target.files]) }),
  h("label", { for: id, class: "button" }, words), h("p", { class: "small" }, "or drop them here"));
  return zone;
}

function filesHere(files, forget) {
  if (!files.size) return null;
  return h("ul", { class: "plain", "aria-label": "Files" }, [...files.values()].map((file) =>
    h("li", {}, h("span", {}, file.name), h("span", { class: "small" }, many(file.bytes.length, "byte")),
      button("Remove", () => { files.delete(file.name); forget(); show(); }, { class: "light", "aria-label": `Remove ${file.name}` }))));
}

shown.files = () => {
  const pasted = h("textarea", { id: "pasted", spellcheck: "false" });
  return [
    h("p", {}, "Bring the ballot file: BLT, CSV, a spreadsheet (.xlsx), PrefLib or JSON; a form's answers as they were exported. Bring several files if the papers, or the contests, are in several."),
    dropZone("choose", "Choose files", (list) => take(list)),
    h("details", {}, h("summary", {}, "Paste a table instead"),
      h("label", { for: "pasted", class: "above" }, "The table, with its headings"), pasted,
      h("div", { class: "row" }, button("Take it", () => {
        if (pasted.value.trim()) take([new File([pasted.value], "pasted.txt")]);
      }))),
    filesHere(state.files, forgetReading),
    h("div", { class: "row" }, button("Read the files", look, { class: "main", id: "look", disabled: !state.files.size })),
  ];
};

const names = () => [...state.files.keys()];

async function look() {
  forgetReading();
  const told = await ask("look", { files: names() }, "Reading the files", state.files);
  state.contests = told.status === "stopped" ? null : told.contests ?? [];
  state.notes = told.notes ?? [];
  for (const one of told.contests ?? []) Object.assign(one, { lots: [], reading: {} });
  if (state.contests !== null && state.files.size === 1 && state.contests.length < 2) return alone({});
  state.faults = told.status === "done" ? null : { ...told, faults: [] }; // no answer would be heard
  show("reading");
}

// 2. Reading

function alone(reading) {
  begin("one");
  Object.assign(state.choices, { reading, files: names() });
  return read();
}

async function read() {
  Object.assign(state, { counted: null, countFaults: null });
  state.choices.answers = "";
  const told = await ask("read", state.choices, "Reading the papers", state.files);
  state.faults = told.status === "done" ? null : told;
  state.read = told.status === "done" ? told : state.read;
  state.given = told.given ?? (await ask("given", { reading: state.choices.reading })).given ?? [];
  show("reading", true);
  tell(state.faults ? "There is something to settle before the papers can be read." : `${many(told.papers, "paper")} read.`);
}

function settle(reading) {
  state.choices.reading = reading;
  read();
}

shown.reading = () => [
  whatTheyHold(),
  state.mode === "all" ? allContests() : null,
  state.mode === "one" ? oneContest() : null,
  state.mode === null && state.faults ? faults(state.faults, settle) : null,
];

// Where there is more than one way to take the files.
function whatTheyHold() {
  if (state.contests === null || (state.files.size === 1 && state.contests.length < 2)) return null;
  const several = state.files.size > 1;
  const at = (one) => state.mode === "one" && ["sheet", "question"].every((key) => (state.choices.reading[key] ?? null) === one[key]);
  const pick = (label, checked, press) => choice(label, { type: "radio", name: "holds", checked, onchange: press });
  return h("fieldset", {}, h("legend", {}, several ? "What do the files hold?" : "What is to be counted?"),
    state.contests.length ? pick(`All ${state.contests.length} contests, each by itself`, state.mode === "all", () => { begin("all"); show(); }) : null,
    several
      ? pick("The papers of one contest, counted together", state.mode === "one", () => alone({}))
      : state.contests.map((one) => pick(`Only ${one.title}`, at(one), () => {
        const given = { sheet: one.sheet, question: one.question, places: one.places };
        alone(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)));
      })),
    state.notes.length ? h("div", { class: "small" }, paragraphs(state.notes)) : null);
}

function oneContest() {
  const bad = state.faults;
  return [
    bad ? faults(bad, settle) : summary(state.read),
    settingsGiven(),
    bad ? null : state.read.sources.map(source),
    furtherSetting(),
    h("div", { class: "row" },
      bad ? button("Read again", read) : null,
      button("Go on: rules and people", () => show("rules"), { class: "main", disabled: Boolean(bad) })),
  ];
}

function summary(told) {
  const invalid = Object.entries(told.invalid);
  return [
    h("dl", { class: "facts" },
      h("dt", {}, "Papers"), h("dd", {}, told.papers.toLocaleString("en-GB")),
      h("dt", {}, "Valid"), h("dd", {}, told.valid.toLocaleString("en-GB")),
      invalid.map(([why, number]) => [h("dt", {}, "Invalid"), h("dd", {}, `${number.toLocaleString("en-GB")}: ${why}`)]),
      Object.entries(told.shortened).map(([why, number]) => [h("dt", {}, "Read in part"), h("dd", {}, `${number.toLocaleString("en-GB")}: ${why}`)]),
      h("dt", {}, "Candidates"), h("dd", {}, told.candidates.map((one) => `${one.name} (${(told.first_preferences[one.name] ?? 0).toLocaleString("en-GB")} first)`).join(", "))),
    told.notes.length ? h("div", { class: "question" }, h("p", {}, h("strong", {}, "Please note")), listed(told.notes)) : null,
  ];
}

function settingsGiven() {
  if (!state.given?.length) return null;
  return h("div", {}, h("h3", {}, "What you have settled"),
    h("ul", { class: "plain" }, state.given.map((one) => h("li", {}, h("code", {}, one.typed),
      button("Undo", () => settle(one.reading), { class: "light", "aria-label": `Undo ${one.typed}` })))));
}

function source(one) {
  if (!one.columns.length) return h("p", {}, `${one.name} was read as ${one.what}.`);
  return h("div", {}, h("h3", {}, `${one.name} was read as: ${one.what}`),
    h("table", { class: "stack" },
      h("caption", { class: "small" }, "What each column was taken for, and why. Change it where that is wrong."),
      h("thead", {}, h("tr", {}, ["Column", "Heading", "Some cells", "Taken for", "Why", "Change"].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, one.columns.map((column) => h("tr", {},
        h("th", { scope: "row" }, column.column), labelled("Heading", column.heading),
        labelled("Some cells", column.cells.join(", ") || "(not shown)"),
        labelled("Taken for", h("strong", {}, column.taken_for)), labelled("Why", column.why),
        h("td", {}, column.answers.length ? h("select", {
          class: "change", "aria-label": `Take column ${column.column}, ${column.heading}, as`,
          onchange: (event) => settle(column.answers[event.target.value].reading),
        }, h("option", { value: "" }, "as it is"),
        column.answers.map((answer, at) => h("option", { value: at }, answer.meaning))) : null))))),
    one.besides.length ? listed(one.besides) : null);
}

const labelled = (label, ...inside) => h("td", { "data-label": label }, ...inside);

function furtherSetting() {
  const known = state.read?.sources[0]?.settings ?? about?.settings ?? [];
  if (!known.length) return null;
  const picked = { option: known[0], value: "" };
  const value = h("div", {});
  const draw = () => {
    const { option, choices, switch: yes } = picked.option;
    picked.value = choices[0] ?? (yes ? "yes" : "");
    value.replaceChildren(yes ? h("p", { class: "above" }, "Yes") : choices.length
      ? select("Value", choices.map((one) => [one, one]), choices[0], (chosen) => { picked.value = chosen; })
      : field("Value", { oninput: (event) => { picked.value = event.target.value; } }));
  };
  draw();
  return h("details", {}, h("summary", {}, "It was read wrongly: settle something else"),
    h("p", { class: "small" }, "The same settings as the command has. A column is named by its heading or its letters; rows by their numbers in the file."),
    h("div", { class: "fields" },
      select("Setting", known.map((one) => [one.option, one.option.replaceAll("_", " ")]), known[0].option,
        (chosen) => { picked.option = known.find((one) => one.option === chosen); draw(); }), value),
    h("div", { class: "row" }, button("Read with this", async () => {
      const told = await ask("settle", { reading: state.choices.reading, option: picked.option.option, value: picked.value });
      if (told.status === "done") settle(told.reading);
    })));
}

function allContests() {
  return [
    h("table", { class: "stack" },
      h("caption", { class: "small" }, "They are counted in this order."),
      h("thead", {}, h("tr", {}, ["Contest", "Places", "Count it", "Where"].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, state.contests.map((one, at) => h("tr", {},
        h("th", { scope: "row" }, one.title, one.faults.map((line) => h("p", { class: "fault" }, line))),
        labelled("Places", h("input", {
          class: "number", type: "number", min: "1", value: one.places ?? "", required: !one.states_places && !one.skip,
          placeholder: one.states_places ? "as stated" : "",
          "aria-label": `Places: ${one.title}`, id: `places-${at}`,
          onchange: (event) => { one.places = event.target.value ? Number(event.target.value) : null; changed(); },
        })),
        labelled("Count it", h("input", { type: "checkbox", checked: !one.skip, "aria-label": `Count ${one.title}`, onchange: (event) => { one.skip = !event.target.checked; changed(); show(); } })),
        labelled("Where", [one.file, one.sheet].filter(Boolean).join(", ")))))),
    h("p", { class: "small" }, "Who has withdrawn, whose rules, lots and more of each contest can be said in a list of contests (contests.csv), brought along with the files."),
    choice("One person, one post: whoever is elected is passed over in later contests", {
      type: "checkbox", checked: state.one_post, onchange: (event) => { state.one_post = event.target.checked; changed(); },
    }),
    h("div", { class: "row" }, button("Go on: rules and people", () => {
      const open = [...document.querySelectorAll("input[required]")].find((one) => !one.reportValidity());
      if (!open) show("rules");
    }, { class: "main" })),
  ];
}

// 3. Rules and people

shown.rules = () => {
  if (about === null) return [h("p", {}, "One moment, until Python has started.")];
  const one = state.mode === "one";
  return [
    one ? whatIsContested() : field("Title of the results", { value: state.title, placeholder: "Results", onchange: (event) => { state.title = event.target.value; changed(); } }),
    whoseRules(),
    one ? people() : null,
    one ? papersSetAside() : null,
    particulars(),
    lotsFrom(),
    state.faults && one ? null : h("div", { class: "row" }, button(one ? "Count" : "Count all", count, { class: "main", id: "count" })),
    h("div", { id: "count-faults" }, state.countFaults ? faults(state.countFaults, settle) : null),
  ];
};

function whatIsContested() {
  const { reading } = state.choices;
  const set = (key, value) => {
    if (value === "" || value === null) delete reading[key];
    else reading[key] = value;
    changed();
  };
  return h("div", { class: "fields" },
    field("What is contested", { value: reading.title ?? state.read.title, onchange: (event) => set("title", event.target.value === state.read.title && !("title" in reading) ? "" : event.target.value) }),
    field("Places to fill", {
      id: "places", class: "number", type: "number", min: "1", required: true, value: reading.places ?? state.read.places ?? "",
      onchange: (event) => set("places", event.target.value ? Number(event.target.value) : null),
    }));
}

// Lots drawn stay with the questions they answered: those of another count are not used.
function changed() { state.counted = null; }

function whoseRules() {
  const { choices } = state;
  const kind = about.rules.find((one) => one.id === (choices.rules ?? about.default));
  const set = (value) => {
    const [what, id] = value.split(":");
    Object.assign(choices, { rules: what === "rules" ? id : null, organisation: what === "organisation" ? id : null, options: {} });
    changed();
    readAgain();
  };
  const now = choices.organisation ? `organisation:${choices.organisation}` : choices.rules ? `rules:${choices.rules}` : "";
  const group = (label, what, all) => h("optgroup", { label }, all.map((one) => {
    const value = `${what}:${one.id}`;
    return h("option", { value, selected: value === now }, one.title);
  }));
  const told = about.organisations.find((one) => one.id === choices.organisation) ?? kind;
  return h("fieldset", {}, h("legend", {}, "By whose rules"),
    field("Rules", { id: "rules", onchange: (event) => set(event.target.value) }, "select",
      h("option", { value: "", selected: now === "" }, `${about.rules.find((one) => one.id === about.default).title} (where nothing is said)`),
      group("The rules of an organisation", "organisation", about.organisations),
      group("A rule set", "rules", about.rules)),
    h("p", { class: "small" }, told.source),
    choices.organisation ? null : h("details", {}, h("summary", {}, "Options of these rules"),
      h("div", { class: "fields" }, kind.options.map((option) => select(
        `${option.name.replaceAll("_", " ")}: ${option.meaning}`, option.choices.map((one) => [one, one]),
        choices.options[option.name] ?? option.default, (value) => {
          if (value === option.default) delete choices.options[option.name];
          else choices.options[option.name] = value;
          changed();
        })))));
}

// Whose rules it is may tell who is no person.
async function readAgain() {
  if (state.mode === "one") {
    const told = await ask("read", state.choices, "Reading the papers", state.files);
    if (told.status === "done") state.read = told;
    state.countFaults = told.status === "done" ? null : told;
  }
  show();
}

function people() {
  const { choices, read: told } = state;
  const candidates = told.candidates.map((one) => one.name);
  const asked = candidates.filter((name) => told.may_be_no_person.includes(name) || choices.persons.includes(name) || choices.non_persons.includes(name));
  const say = (name, key) => {
    choices.persons = choices.persons.filter((one) => one !== name);
    choices.non_persons = key === "non_persons" ? [] : choices.non_persons.filter((one) => one !== name);
    if (key) choices[key].push(name);
    changed();
    readAgain();
  };
  const nonPerson = told.non_person ?? "";
  return h("fieldset", {}, h("legend", {}, "Who is on the paper"),
    asked.map((name) => h("fieldset", { class: "question" },
      h("legend", {}, `${name} may be no person`),
      choice("It is no person (as Re-Open Nominations is): no person takes its place", { type: "radio", name: `who-${name}`, checked: choices.non_persons.includes(name), onchange: () => say(name, "non_persons") }),
      choice("It is a person, and counted as one", { type: "radio", name: `who-${name}`, checked: choices.persons.includes(name), onchange: () => say(name, "persons") }))),
    select("The candidate who is no person", [["", "none, or as the file or the organisation's rules say"], ...candidates.map((name) => [name, name])], nonPerson, (name) => say(name || nonPerson, name ? "non_persons" : null)),
    h("details", { open: choices.withdrawn.length > 0 }, h("summary", {}, "Somebody has withdrawn, or is disqualified"),
      candidates.map((name) => {
        const at = choices.withdrawn.find(([one]) => one === name);
        return h("div", {}, choice(name, {
          type: "checkbox", checked: Boolean(at), onchange: (event) => {
            choices.withdrawn = choices.withdrawn.filter(([one]) => one !== name);
            if (event.target.checked) choices.withdrawn.push([name, ""]);
            changed();
            show();
          },
        }), at ? field(`Why ${name} is passed over`, { value: at[1], onchange: (event) => { at[1] = event.target.value; changed(); } }) : null);
      })));
}

function papersSetAside() {
  const { choices } = state;
  const number = { value: "", why: "" };
  return h("details", { open: choices.set_aside.length > 0 }, h("summary", {}, "Papers are to be set aside"),
    h("p", { class: "small" }, "Papers are numbered from 1, in the order of the file."),
    choices.set_aside.length ? h("ul", { class: "plain" }, choices.set_aside.map(([paper, why]) => h("li", {},
      h("span", {}, `Paper ${paper}${why ? `: ${why}` : ""}`), button("Take it back", () => { choices.set_aside = choices.set_aside.filter(([one]) => one !== paper); changed(); show(); }, { class: "light" })))) : null,
    h("div", { class: "fields" },
      field("Number of the paper", { class: "number", type: "number", min: "1", oninput: (event) => { number.value = event.target.value; } }),
      field("Why", { oninput: (event) => { number.why = event.target.value; } })),
    h("div", { class: "row" }, button("Set it aside", () => {
      if (number.value) { choices.set_aside.push([Number(number.value), number.why]); changed(); show(); }
    })));
}

function particulars() {
  const { contest } = state.choices;
  const text = (label, key, attributes = {}) => field(label, {
    ...attributes, value: contest[key] ?? "", onchange: (event) => {
      const { value } = event.target;
      contest[key] = value === "" ? null : attributes.type === "number" ? Number(value) : value;
      changed();
    },
  });
  return h("details", {}, h("summary", {}, "What the declaration states"),
    h("div", { class: "fields" }, text("Date", "date"), text("How many could vote", "electorate", { type: "number", min: "0" }),
      text("Returning officer", "returning_officer"), text("Status, such as provisional", "status")));
}

function lotsFrom() {
  const { choices } = state;
  return h("details", {}, h("summary", {}, "Where lots come from"),
    h("p", { class: "small" }, "Where votes are equal and the rules ask for a lot, the count stops and asks on whom it fell. A text that was agreed beforehand can stand for all lots: anybody can work them out from it again."),
    field("The text agreed beforehand (empty: ask)", { value: choices.seed, onchange: (event) => { choices.seed = event.target.value; choices.answers = ""; changed(); } }),
    choices.answers ? button("Forget the lots drawn so far", () => { choices.answers = ""; changed(); show(); }) : null);
}

async function count() {
  if (state.mode === "all") return countAll();
  const places = by("places");
  if (places && !places.reportValidity()) return;
  const told = await ask("count", state.choices, "Counting", state.files);
  if (told.status === "lot") {
    const drawn = await askForLot(told);
    if (!drawn) return tell("The count waits for a lot.");
    state.choices.answers = drawn.answers;
    return count();
  }
  state.countFaults = told.status === "done" ? null : told;
  if (told.status === "done") {
    state.counted = told;
    show("result");
    tell("Counted.");
    return;
  }
  const open = state.read.may_be_no_person;
  if (told.status === "fault" && open.length) {
    state.countFaults = { faults: [], lines: [`Please say above whether ${open.join(", ")} may be elected as a person.`] };
  }
  show("rules");
  by("count-faults").scrollIntoView({ block: "center" });
}

// A lot is drawn by the officer: the page never draws one. Each lot has a dialog of its own, as a
// browser tells of a closed dialog only later, when the next may be open already.
function askForLot({ question, tied }) {
  return new Promise((resolve) => {
    let chosen = null;
    const take = button("The lot fell on this candidate", () => finish(chosen), { class: "main", disabled: true });
    const dialog = h("dialog", { "aria-labelledby": "lot-heading", onclose: () => finish(null) },
      h("h2", { id: "lot-heading" }, "A lot is needed"),
      h("p", {}, `${question.text}: ${question.meaning}.`),
      h("p", {}, "Draw it as your rules have it, in front of those who may be present. Then say on whom it fell; the record will say that it was drawn."),
      h("fieldset", {}, h("legend", {}, "The lot fell on"), tied.map((one) => choice(`${one.name} (${one.votes})`, {
        type: "radio", name: "lot", value: one.name, onchange: () => { chosen = one; take.disabled = false; },
      }))),
      h("div", { class: "row" }, take, button("Not now", () => finish(null))));
    const finish = (result) => { dialog.remove(); resolve(result); };
    by("work").append(dialog);
    dialog.showModal();
  });
}

async function countAll() {
  const told = await ask("count_all", {
    ...state.choices, reading: {}, files: names(), contests: state.contests, one_post: state.one_post, title: state.title,
  }, "Counting", state.files);
  state.countFaults = told.status === "done" ? null : told;
  if (told.status === "done") {
    state.counted = told;
    show("result", true);
    tell("Counted.");
  } else {
    show("rules");
  }
}

// 4. Result

shown.result = () => [
  state.mode === "all" ? whoIsNoPerson() : null,
  state.counted.results.map((one, at) => h("div", { class: "result" }, result(one, at))),
  state.mode === "one" ? ofOneCount() : ofAllCounts(),
];

function result(one, at) {
  return [
    h("h3", {}, one.title),
    one.state === "not counted" || one.state === "lot to be drawn" ? null : h("p", {}, h("span", { class: one.elected.length ? "elected" : null }, sentence(one.state)), one.papers ? ` (${one.papers})` : ""),
    one.elected.length ? h("ul", {}, one.elected.map((told) => h("li", {}, h("strong", { class: "elected" }, told.name), told.why ? `: ${told.why}` : ""))) : null,
    one.why.length ? h("div", { class: "question" }, paragraphs(one.why)) : null,
    one.notes.length ? h("details", {}, h("summary", {}, many(one.notes.length, "note")), listed(one.notes)) : null,
    one.fault ? inTheWay(one, at) : null,
  ];
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// What keeps a contest from being counted, and what can be done.
function inTheWay(one, at) {
  const contest = state.contests.filter((entry) => !entry.skip)[at];
  if (one.fault.status === "lot") {
    return h("div", { class: "question" }, h("p", {}, one.lot), button("A lot was drawn", async () => {
      const drawn = await askForLot(one.fault);
      if (drawn) { contest.lots = [...one.fault.drawn, drawn.name]; countAll(); }
    }));
  }
  if (one.may_be_no_person.length && one.fault.lines.length <= one.may_be_no_person.length) {
    return h("p", {}, "It waits for the answer above.");
  }
  return faults(one.fault, (reading) => { contest.reading = reading; countAll(); });
}

// A name that may be no person's is asked of once, for all contests.
function whoIsNoPerson() {
  const asked = new Map();
  for (const one of state.counted.results) {
    for (const name of one.may_be_no_person ?? []) asked.set(name, [...(asked.get(name) ?? []), one.title]);
  }
  const say = (name, key) => () => { state.choices[key].push(name); countAll(); };
  return [...asked].map(([name, titles]) => h("div", { class: "question" },
    h("p", {}, h("strong", {}, `${name} may be no person`), ` (${titles.join(", ")}).`),
    h("div", { class: "answers" },
      button("It is no person (as Re-Open Nominations is): no person takes its place", say(name, "non_persons")),
      button("It is a person, and counted as one", say(name, "persons")))));
}

const sheetNames = {
  html: "Result sheet", text: "Result sheet, plain text", json: "The record (JSON)", csv: "Result sheet (CSV)",
  "csv-long": "Every figure, one to a row (CSV)", markdown: "Result sheet (Markdown)", slide: "Slide",
  "svg-votes": "Picture: votes by stage", "svg-transfers": "Picture: transfers", declaration: "Declaration",
  stages: "Votes by stage", transfers: "Transfers", "first-preferences": "First preferences", profile: "Preference profile",
};
const sheetName = (format) => sheetNames[format] ?? (format.endsWith("-csv") ? `${sheetNames[format.slice(0, -4)]} (CSV)` : format);

// A text as the library made it: pages and pictures in a frame that runs no script.
function preview(name, text) {
  if (!/\.(html|svg)$/.test(name)) return scroll(name, h("pre", { class: "wide" }, text));
  return h("iframe", { title: name, sandbox: "allow-same-origin allow-modals", srcdoc: text });
}

function ofOneCount() {
  const { counted } = state;
  const chosen = { sheet: counted.sheets.find((one) => one.format === "html") };
  const place = h("div", { id: "preview" });
  const written = (sheet) => made("sheet", { format: sheet.format }, "Writing the sheet");
  const draw = async () => {
    const { sheet } = chosen;
    const told = await written(sheet);
    if (told) place.replaceChildren(preview(sheet.file, told.text));
  };
  draw();
  const stem = chosen.sheet.file.replace(/\.html$/, "");
  const offered = (format) => {
    const sheet = counted.sheets.find((one) => one.format === format);
    return saving(sheetName(format), sheet.file, () => written(sheet));
  };
  return [
    counted.lots.length ? h("div", { class: "question" }, h("p", {}, h("strong", {}, "Lots")), listed(counted.lots)) : null,
    h("h3", {}, "Take away"),
    h("div", { class: "row" },
      everything(`${stem}.zip`),
      ["html", "json", "csv"].map(offered),
      button("The papers (BLT)", async () => {
        const told = await made("ballots");
        if (!told) return;
        download(`${stem}.blt`, told.text);
        if (told.notes.length) tell(`${stem}.blt is among your downloads. It cannot hold: ${told.notes.join("; ")}`);
      }, { "data-file": `${stem}.blt` })),
    h("p", { class: "small" }, "Keep the record (JSON): with it and the ballot file anybody can check the count."),
    h("h3", {}, "Sheets and pictures"),
    h("div", { class: "row" },
      select("Show", counted.sheets.map((one) => [one.format, sheetName(one.format)]), "html", (format) => {
        chosen.sheet = counted.sheets.find((one) => one.format === format);
        draw();
      }, { id: "show" }),
      button("Save this one", () => save(chosen.sheet.file, written(chosen.sheet))),
      button("Print it", () => place.querySelector("iframe")?.contentWindow.print())),
    place,
    story(counted.results[0], 0), trace(),
    h("h3", {}, "The same count by the command"),
    h("pre", { id: "command" }, counted.command),
  ];
}

// Offer what was made as a file, if it could be made.
async function save(name, making, content = (told) => told.text) {
  const told = await making;
  if (told) download(name, content(told));
}

const saving = (text, name, make, content, attributes = {}) =>
  button(text, () => save(name, make(), content), { ...attributes, "data-file": name });

const everything = (name) =>
  saving("Everything (.zip)", name, () => made("bundle", {}, "Packing"), (told) => bytes(told.base64), { class: "main" });

const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

function story(one, place) {
  const told = h("div", {});
  return h("details", { class: "no-print" }, h("summary", {}, "The story of the count, or of one candidate"),
    select("Whose story", [["", "that of the count"], ...one.candidates.map((name) => [name, name])], "", async (name) => {
      const answer = await ask("explain", { candidate: name || null, place });
      told.replaceChildren(h("pre", {}, answer.text ?? answer.lines.join("\n")));
    }, { id: `story-${place}` }),
    h("div", { class: "row" }, button("Tell it", (event) => event.target.closest("details").querySelector("select").dispatchEvent(new Event("change")))), told);
}

function trace() {
  const told = h("div", {});
  const number = { value: 1 };
  return h("details", { class: "no-print" }, h("summary", {}, "Follow one paper through the count"),
    field("Number of the paper, from 1 in the order of the file", { id: "paper", class: "number", type: "number", min: "1", value: "1", oninput: (event) => { number.value = Number(event.target.value); } }),
    h("div", { class: "row" }, button("Follow it", async () => {
      const answer = await ask("trace", { paper: number.value });
      told.replaceChildren(h("pre", {}, answer.text ?? answer.lines.join("\n")));
    })), told);
}

function ofAllCounts() {
  const { counted } = state;
  const place = h("div", { id: "preview" });
  const draw = async (name) => {
    const told = await made("file", { name });
    if (told) place.replaceChildren(preview(name, told.text));
  };
  const chosen = { name: "index.html" };
  draw(chosen.name);
  return [
    h("h3", {}, "Take away"),
    h("div", { class: "row" },
      everything("results.zip"),
      button("The list of contests", async () => {
        const told = await made("list_of_all");
        if (told) download(told.file, told.text);
      })),
    h("h3", {}, "Pages and sheets"),
    h("div", { class: "row" },
      select("Show", counted.files.map((name) => [name, name]), chosen.name, (name) => { chosen.name = name; draw(name); }, { id: "show" }),
      button("Save this one", () => save(chosen.name, made("file", { name: chosen.name })))),
    place,
    counted.results.map((one, at) => (one.candidates.length ? h("div", {}, h("h3", {}, one.title), story(one, at)) : null)),
  ];
}

// Check a record

shown.check = () => {
  const { check } = state;
  const anew = () => { check.told = null; };
  return [
    h("p", {}, "Bring the record of a count (JSON) together with the ballot files that were counted. The record is checked against itself and, with the papers, against a second count."),
    dropZone("check-files", "Choose the record and the ballot files", (list) => { anew(); take(list, check.files); }),
    filesHere(check.files, anew),
    h("div", { class: "row" }, button("Check the record", async () => {
      check.told = await ask("verify", { files: [...check.files.keys()] }, "Checking", check.files);
      show();
      tell(check.told.agrees ? "The record agrees." : "Please read what was found.");
    }, { class: "main", id: "verify", disabled: !check.files.size })),
    check.told ? h("div", { id: "verdict", class: check.told.agrees ? "good" : "fault" },
      check.told.text ? h("pre", {}, check.told.text) : paragraphs(check.told.lines)) : null,
  ];
};

// Begin

by("needs").hidden = true;
by("work").hidden = false;
by("cancel").addEventListener("click", () => stopped("you cancelled it"));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault());
show();
if (typeof DecompressionStream === "undefined" || typeof WebAssembly === "undefined" || typeof Worker === "undefined") {
  by("needs").hidden = false;
  by("work").hidden = true;
} else {
  startWorker();
}
