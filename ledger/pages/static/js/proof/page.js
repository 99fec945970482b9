// The page proves itself: fetches what the ledger signed, checks it here, and says in a sentence what holds.
import { auditIncident } from "./audit.js";
import { canVerify } from "./note.js";
import { checkShown } from "./shown.js";

const LISTED = 20;

async function prove(section) {
  const words = new Map(
    Array.from(section.querySelector("template").content.children, (each) => [each.dataset.say, each.textContent]),
  );
  const say = (name, facts = {}) => words.get(name).replaceAll(/\{(\w+)\}/g, (_, fact) => facts[fact]);
  const result = section.querySelector("[data-result]");
  section.hidden = false;
  if (!(await canVerify())) return show(section, result, "info", say("unable"));
  show(section, result, "info", say("checking", { done: 0, of: "…" }));
  const ledger = new URL(section.dataset.ledger, location.href).href;
  let evidence;
  try {
    evidence = await fetchEvidence(section.dataset.evidence);
  } catch (error) {
    return show(section, result, "bad", say("unfetched", { detail: error.message }));
  }
  const report = await auditIncident(ledger, section.dataset.vkey, evidence, (done, of) =>
    show(section, result, "info", say("checking", { done, of })),
  );
  const shown = checkShown(document, report.events);
  const faults = [...report.faults, ...shown.faults];
  for (const { element } of shown.faults) element.classList.add("accused");
  if (faults.length) {
    show(section, result, "bad", say("accused", { count: faults.length }), faults.map((fault) => told(fault, say)));
    section.dataset.state = "accused";
    return;
  }
  const facts = { ...report, entries: report.events.size, texts: shown.texts, numbers: shown.numbers };
  const more = [say(report.whole ? "whole" : "tail", facts), say(`memory.${report.memory.state}`, memoryFacts(report.memory))];
  if (report.withheld) more.push(say("withheld", facts));
  if (report.erased) more.push(say("erased", facts));
  more.push(say("beyond"));
  show(section, result, "good", say("proved", facts), more);
  section.dataset.state = "proved";
}

/** The evidence: a line about it, then a line an event. */
async function fetchEvidence(address) {
  const answer = await fetch(new URL(address, location.href), { credentials: "omit" });
  if (!answer.ok) throw new Error(String(answer.status));
  const [about, ...events] = (await answer.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return { about, events };
}

function memoryFacts(memory) {
  const seen = memory.seen ? new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(memory.seen)) : "";
  return { ...memory, seen };
}

function told(fault, say) {
  const facts = { index: fault.index ?? "?", field: fault.field ?? "", detail: fault.detail ?? "" };
  return say(`fault.${fault.kind}`, facts);
}

function show(section, result, tone, sentence, lines = []) {
  const head = document.createElement("p");
  head.append(Object.assign(document.createElement("strong"), { textContent: sentence }));
  const list = document.createElement("ul");
  for (const line of lines.slice(0, LISTED)) list.append(Object.assign(document.createElement("li"), { textContent: line }));
  result.className = `notice tone-${tone}`;
  const body = document.createElement("div");
  body.append(head, ...(lines.length ? [list] : []));
  result.replaceChildren(body);
}

const section = document.getElementById("proof");
if (section) {
  prove(section).catch((error) => {
    const result = section.querySelector("[data-result]");
    show(section, result, "bad", section.querySelector("template").content.querySelector("[data-say=failed]").textContent, [error.message]);
  });
}
