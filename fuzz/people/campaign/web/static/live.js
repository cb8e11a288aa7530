"use strict";
// Whatever comes from a campaign is put into the page as text, and never as markup.

const MINUTE = 60, HOUR = 3600, DAY = 86400, MIB = 1 << 20, REFRESH_MS = 1000;
const place = id => document.getElementById(id);
const whole = number => Math.round(number).toLocaleString("en");

function duration(seconds) {
  if (seconds === null) return "none yet";
  const s = Math.floor(seconds);
  if (s < MINUTE) return `${s} s`;
  if (s < HOUR) return `${Math.floor(s / MINUTE)} min ${s % MINUTE} s`;
  if (s < DAY) return `${Math.floor(s / HOUR)} h ${Math.floor(s % HOUR / MINUTE)} min`;
  return `${Math.floor(s / DAY)} d ${Math.floor(s % DAY / HOUR)} h`;
}

function say(id, text) {
  const node = place(id);
  if (node.textContent !== text) node.textContent = text;
}

function element(name, text, look) {
  const node = document.createElement(name);
  node.textContent = text;
  if (look) node.className = look;
  return node;
}

function link(text, address) {
  const node = element("a", text);
  node.setAttribute("href", address);
  return node;
}

// What is shown is replaced only when it changed, so that a link keeps the focus.
const shown = new Map();
function fill(id, what, build) {
  const text = JSON.stringify(what);
  if (shown.get(id) === text) return false;
  shown.set(id, text);
  place(id).replaceChildren(...what.map(build));
  return true;
}

function row(cells) {
  const line = document.createElement("tr");
  for (const cell of cells) {
    const box = typeof cell === "number" ? element("td", whole(cell), "number") : document.createElement("td");
    if (cell instanceof Node) box.append(cell);
    else if (typeof cell !== "number") box.textContent = cell;
    line.append(box);
  }
  return line;
}

const HARMS = ["crash", "data-loss", "corruption-read-back", "leak", "hang", "wrong-report", "latent"];
const harm = name => element("span", name, HARMS.includes(name) ? `harm ${name}` : "harm");

function finding(one) {
  const name = encodeURIComponent(one.signature);
  return row([
    harm(one.harm),
    one.folder ? link(one.title || one.signature, `/report/${name}`) : `${one.title || one.signature} (is filed soon)`,
    one.folder ? link("case", `/case/${name}`) : "",
    one.size || "not shrunk yet",
    one.lane,
    one.lanes.length,
    `${duration(one.seconds)}, ${whole(one.executions)} executions`,
  ]);
}

function curve(id, words, unit) {
  place(`${id}-path`).setAttribute("d", words.path);
  if (words.path) {
    say(`${id}-words`, `${whole(words.last)} ${unit}, at most ${whole(words.top)}, in ${duration(words.seconds)}`);
  }
}

function show(state) {
  document.title = `${state.status}: ${state.findings.length} findings`;
  say("folder", state.folder);
  say("status", state.status);
  const looks = { "running": "running", "on a plateau": "plateau", "in trouble": "trouble" };
  place("status").className = `badge ${looks[state.status] || ""}`;
  say("trouble", state.trouble);
  say("seconds", duration(state.seconds));
  say("executions", whole(state.executions));
  say("rate-now", whole(state.executions_per_second_now));
  say("rate", whole(state.executions_per_second));
  say("features", whole(state.features));
  say("cases", whole(state.cases));
  say("news", state.executions ? `${duration(state.seconds_since_news)} ago` : "none yet");
  say("findings-count", whole(state.findings.length));
  say("to-file", whole(state.to_file));
  say("bytes", `${(state.bytes / MIB).toFixed(1)} MiB`);
  curve("coverage", state.coverage, "features");
  curve("speed", state.speed, "a second");
  fill("harms", Object.entries(state.harms), ([name, count]) => {
    const item = element("li", "");
    item.append(harm(name), ` ${count}`);
    return item;
  });
  fill("findings", state.findings, finding);
  place("findings-table").hidden = !state.findings.length;
  place("no-findings").hidden = state.findings.length > 0;
  const ago = seconds => seconds === null ? "none yet" : `${duration(seconds)} ago`;
  fill("kernels", state.lanes.map(l => ({ ...l, seconds_since_news: ago(l.seconds_since_news) })),
    l => row([l.lane, l.executions, l.features, l.cases, l.findings, l.seconds_since_news]));
  fill("workers", state.workers,
    w => row([w.name, w.pid ? String(w.pid) : "–", w.at || "–", w.state, w.executions, `${(w.memory / MIB).toFixed(1)} MiB`, w.starts]));
  fill("events", state.events, e => {
    const item = element("li", "");
    item.append(element("span", `${duration(e.seconds)}: `), e.text);
    return item;
  });
}

async function refresh() {
  try {
    const answer = await fetch("/status.json", { cache: "no-store" });
    if (answer.ok) show(await answer.json());
    else say("trouble", await answer.text());
  } catch {
    say("status", "not running: nobody answers");
    place("status").className = "badge trouble";
  }
  setTimeout(refresh, REFRESH_MS);
}

refresh();
