import { useId, useState, type KeyboardEvent } from "react";
import { act } from "./acts";
import type { Screen } from "./screen";
import { nameOf } from "./Sidebar";
import type { Channel } from "./slack";

const COMMAND = "/dataflow";
const MOST_OFFERED = 8;

export function Composer({ screen, channel, tell }: { screen: Screen; channel: Channel; tell: (notice: string) => void }) {
  const [line, setLine] = useState("");
  const [chosen, setChosen] = useState(0);
  const [isClosed, setClosed] = useState(false);
  const list = useId();
  const offered = isClosed ? [] : completions(line, screen);
  const name = nameOf(channel);

  async function send() {
    const text = line.trim();
    if (!text) return;
    setLine("");
    const order = text.startsWith("/") ? { do: "command", line: text } : { do: "say", text: mentioned(text, screen) };
    const done = await act(screen.me, { ...order, channel: channel.id });
    tell(done.error ?? "");
  }

  function onKey(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offered.length) {
      event.preventDefault();
      setChosen((chosen + step + offered.length) % offered.length);
    } else if (event.key === "Tab" && offered[chosen] && !event.shiftKey) {
      event.preventDefault();
      setLine(offered[chosen].line);
    } else if (event.key === "Escape") {
      setClosed(true);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  }

  return (
    <form className="composer" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      {offered.length > 0 && (
        <ul role="listbox" id={list} aria-label="Commands">
          {offered.map((offer, index) => (
            <li key={offer.usage} id={`${list}-${index}`} role="option" aria-selected={index === chosen} onMouseDown={(event) => { event.preventDefault(); setLine(offer.line); }}>
              <code>{offer.usage}</code> <span>{offer.summary}</span>
            </li>
          ))}
        </ul>
      )}
      <input
        role="combobox"
        aria-expanded={offered.length > 0}
        aria-controls={list}
        aria-activedescendant={offered.length ? `${list}-${chosen}` : undefined}
        aria-label={`Message ${name}`}
        placeholder={`Message ${name}, or type ${COMMAND} help`}
        autoComplete="off"
        value={line}
        onChange={(event) => { setLine(event.target.value); setChosen(0); setClosed(false); }}
        onKeyDown={onKey}
      />
      <button type="submit" className="button primary" disabled={!line.trim()}>Send</button>
    </form>
  );
}

interface Completion { usage: string; summary: string; line: string }

/** The commands that what is typed may become; Tab takes the fixed words of the usage. */
function completions(line: string, screen: Screen): Completion[] {
  if (!line.startsWith("/")) return [];
  const word = line.startsWith(`${COMMAND} `) ? line.slice(COMMAND.length + 1) : "";
  if (!line.startsWith(`${COMMAND} `) && !COMMAND.startsWith(line)) return [];
  if (word.includes(" ")) return screen.offer.commands.filter(([usage]) => usage.split(" ")[0] === word.split(" ")[0]).slice(0, 1).map(([usage, summary]) => ({ usage: `${COMMAND} ${usage}`, summary, line }));
  return screen.offer.commands
    .filter(([usage]) => usage.startsWith(word))
    .slice(0, MOST_OFFERED)
    .map(([usage, summary]) => ({ usage: `${COMMAND} ${usage}`, summary, line: `${COMMAND} ${usage.split(" ")[0]} ` }));
}

/** `@Data Flow` is how people write it; Slack sends the id. */
function mentioned(text: string, screen: Screen): string {
  const bot = [...screen.people.values()].find((person) => person.is_bot);
  return bot ? text.replace(new RegExp(`^@(${bot.real_name}|${bot.name})`, "i"), `<@${bot.id}>`) : text;
}
