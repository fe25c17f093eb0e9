"""The page of a room's export: it checks its own hash chain, and says which line is not as it was.

What it shows of a line is made of the line twice: here, and by the script that compares the two. So
whoever changes what is to be read has to change the line, and then the hashes say so.
"""

import json

import msgspec

from models.exported_lines import Line, MessageLine, RoomLine
from services.export_pages import PAGE_END, Words, page_head, script_hash, shown
from services.exported_files import list_of
from services.picture_files import PICTURES

SCRIPT = """
const page = document.getElementById("check");
const words = page.dataset;
const encoder = new TextEncoder();
const sorted = (value) =>
  Array.isArray(value) ? value.map(sorted)
  : value && typeof value === "object"
    ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
    : value;

async function chained(before, line) {
  const bytes = encoder.encode(before + JSON.stringify(sorted(line)));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (each) => each.toString(16).padStart(2, "0")).join("");
}

function headOf(line) {
  if (line.type !== "message") return null;
  const name = line.display_name ? `${line.display_name} (@${line.username})` : `@${line.username}`;
  const parts = [`#${line.message_id}`, name, line.timestamp.slice(0, 19).replace("T", " ")];
  if (line.edited_at) parts.push(words.edited);
  if (line.reply_to) parts.push(words.reply.replace("{}", line.reply_to));
  return parts.join(" · ");
}

// As the server makes it; in a document of its own nothing is loaded for it.
function listOf(files) {
  const other = document.implementation.createHTMLDocument("");
  const list = Object.assign(other.createElement("ul"), { className: "files" });
  for (const { name, path, content_type, alt } of files) {
    const item = list.appendChild(other.createElement("li"));
    const link = path ? item.appendChild(other.createElement("a")) : item;
    if (path) link.setAttribute("href", path);
    if (path && words.pictures.split(" ").includes(content_type)) {
      const image = link.appendChild(other.createElement("img"));
      image.setAttribute("src", path);
      image.setAttribute("alt", alt ?? "");
    }
    link.append(name);
  }
  return list;
}

function areShown(article, files) {
  const list = article.querySelector(".files");
  return files.length ? Boolean(list?.isEqualNode(listOf(files))) : !list;
}

function isShown(article, line) {
  if (line.type === "room") {
    const made = article.querySelector(".note").textContent;
    return article.childNodes.length === 2
      && document.querySelector("h1").textContent === line.name
      && made.includes(`@${line.exported_by}`)
      && made.includes(line.exported_at.slice(0, 19).replace("T", " "));
  }
  if (line.type !== "message") return article.childNodes.length === 1;
  const files = line.files ?? [];
  const reactions = (line.reactions ?? []).map(({ emoji, count }) => `${emoji} ${count}`);
  return article.querySelector(".head").textContent === headOf(line)
    && (article.querySelector(".foot")?.textContent ?? "") === reactions.join(" · ")
    && article.querySelectorAll(".text").length === ("message" in line ? 1 : 0)
    && (article.querySelector(".gone")?.textContent ?? words.deleted) === words.deleted
    && areShown(article, files)
    && article.childNodes.length === 2 + ("message" in line || line.is_deleted ? 1 : 0)
      + (files.length ? 1 : 0) + (reactions.length ? 1 : 0);
}

// What stands between two lines is none, and nobody has said it.
function isAlone(article) {
  const before = article.previousSibling;
  const line = before?.textContent.trim() ? null : before?.previousSibling;
  return line === page || line?.nodeName === "ARTICLE";
}

async function check() {
  let hash = "0".repeat(64);
  let count = 0;
  let last = "";
  for (const article of document.querySelectorAll("article")) {
    const line = JSON.parse(article.dataset.line);
    const text = article.querySelector(".text");
    if (text) line.message = text.textContent;
    hash = await chained(hash, line);
    last = line.type;
    if (article.querySelector(".hash").textContent !== hash || !isShown(article, line)
      || !isAlone(article)) {
      article.classList.add("is-broken");
      article.scrollIntoView({ block: "center" });
      const where = line.message_id ? `#${line.message_id}` : String(count + 1);
      return words.broken.replace("{}", where);
    }
    count += 1;
  }
  return last === "end" ? words.whole.replace("{}", hash) : words.cut;
}

page.textContent = words.checking;
check().catch(() => words.impossible).then((text) => { page.textContent = text; });
"""


class ChainedPage:
    """Its parts, one after the other."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._edited = words("edited")
        self._reply = words("reply to #%(number)s", number="{}")
        self._deleted = shown(words("Message deleted"))

    def head(self, name: str) -> str:
        """Until the first line."""
        _ = self._words
        texts = {
            "edited": self._edited,
            "deleted": _("Message deleted"),
            "reply": self._reply,
            "checking": _("Checking…"),
            "whole": _(
                "Nothing was changed, left out or moved. The last hash is %(hash)s", hash="{}"
            ),
            "broken": _("Not as it was exported, or behind a gap: %(where)s", where="{}"),
            "cut": _("The end is missing"),
            "pictures": " ".join(sorted(PICTURES)),
            "impossible": _("This browser cannot check the page"),
        }
        data = " ".join(f'data-{key}="{shown(text)}"' for key, text in texts.items())
        about = shown(_("Times are in UTC. The page checks itself where scripts run."))
        return (
            page_head(_.locale, name, SCRIPT)
            + f'<p class="note">{about}</p>\n<p class="note" id="check" role="status" {data}></p>\n'
        )

    def line(self, line: Line, hash_: str) -> str:
        """One line, which is also all of the others: what is shown as text is not said twice."""
        rest = msgspec.to_builtins(line)
        rest.pop("message", None)
        data = shown(json.dumps(rest, ensure_ascii=False))
        inner = self._inner(line)
        return f'<article data-line="{data}">{inner}<div class="hash">{hash_}</div></article>\n'

    def end(self, last: str) -> str:
        """Behind the last line."""
        _ = self._words
        about = shown(
            _("The script of this page has the hash sha256-%(hash)s", hash=script_hash(SCRIPT))
        )
        chain = shown(
            _("Last hash: %(hash)s. It is in the audit log of the server too.", hash=last)
        )
        return (
            f'<p class="note">{chain}</p>\n<p class="note">{about}</p>\n'
            f"<script>{SCRIPT}</script>\n{PAGE_END}"
        )

    def _inner(self, line: Line) -> str:
        if isinstance(line, MessageLine):
            return self._message(line)
        return self._made(line) if isinstance(line, RoomLine) else ""

    def _message(self, line: MessageLine) -> str:
        name = f"@{line.username}"
        if line.display_name:
            name = f"{line.display_name} ({name})"
        parts = [f"#{line.message_id}", name, _readable(line.timestamp)]
        if line.edited_at:
            parts.append(self._edited)
        if line.reply_to is not None:
            parts.append(self._reply.replace("{}", str(line.reply_to)))
        text = f'<div class="gone">{self._deleted}</div>'
        if line.message is not None:
            text = f'<div class="text" dir="auto">{shown(line.message)}</div>'
        files = list_of(line.files)
        reactions = " · ".join(f"{each.emoji} {each.count}" for each in line.reactions)
        foot = f'<div class="foot">{shown(reactions)}</div>' if reactions else ""
        return f'<div class="head">{shown(" · ".join(parts))}</div>{text}{files}{foot}'

    def _made(self, line: RoomLine) -> str:
        made = self._words(
            "Exported on %(time)s by @%(name)s",
            time=_readable(line.exported_at),
            name=line.exported_by,
        )
        return f'<div class="note">{shown(made)}</div>'


def _readable(timestamp: str) -> str:
    return timestamp[:19].replace("T", " ")
