import { act, turn } from "./acts";
import { DIRECT, HOME } from "./App";
import type { Screen } from "./screen";
import type { Channel, Person } from "./slack";
import type { Unread } from "./unread";

interface Props {
  screen: Screen;
  place: string;
  unread: Unread;
  go: (place: string) => void;
  become: (person: string) => void;
  tell: (notice: string) => void;
}

export function Sidebar({ screen, place, unread, go, become, tell }: Props) {
  const channels = screen.channels.filter((channel) => !channel.is_im);
  const direct = screen.channels.find((channel) => channel.is_im);

  async function choose(shortcut: string) {
    const done = await act(screen.me, { do: "shortcut", callback_id: shortcut });
    tell(done.error ?? "");
  }

  return (
    <aside className="sidebar" aria-label="Workspace">
      <You screen={screen} become={become} />
      <nav aria-label="Channels">
        <h2>Channels</h2>
        <ul>
          {channels.map((channel) => (
            <li key={channel.id}>
              <Entry name={`# ${channel.name ?? channel.id}`} isHere={place === channel.id} count={unread.get(channel.id) ?? 0} open={() => go(channel.id)} />
            </li>
          ))}
        </ul>
        <h2>Apps</h2>
        <ul>
          <li><Entry name="Data Flow · Home" isHere={place === HOME} count={0} open={() => go(HOME)} /></li>
          <li><Entry name="Data Flow · Messages" isHere={place === direct?.id} count={direct ? unread.get(direct.id) ?? 0 : 0} open={() => go(DIRECT)} /></li>
        </ul>
        {globalShortcuts(screen).length > 0 && <h2>Shortcuts</h2>}
        <ul>
          {globalShortcuts(screen).map(([id, name]) => (
            <li key={id}><Entry name={name} isHere={false} count={0} open={() => void choose(id)} /></li>
          ))}
        </ul>
      </nav>
    </aside>
  );
}

function globalShortcuts(screen: Screen) {
  return screen.offer.shortcuts.filter(([, , forMessages]) => !forMessages);
}

function Entry({ name, isHere, count, open }: { name: string; isHere: boolean; count: number; open: () => void }) {
  const isUnread = count > 0 && !isHere;
  return (
    <button className={isUnread ? "entry unread" : "entry"} aria-current={isHere ? "page" : undefined} onClick={open}>
      <span>{name}</span>
      {isUnread && <span className="count" aria-label={`${count} unread`}>{count}</span>}
    </button>
  );
}

const LANGUAGES = [["en-US", "English"], ["ko-KR", "한국어"]];
const ZONES = ["Asia/Seoul", "Europe/Berlin", "America/New_York", "UTC"];

function You({ screen, become }: { screen: Screen; become: (person: string) => void }) {
  const people = [...screen.people.values()].filter((person) => !person.is_bot);
  const me = screen.people.get(screen.me);
  if (!me) return null;
  return (
    <form className="you" aria-label="Who you are" onSubmit={(event) => event.preventDefault()}>
      <label>You are
        <select value={me.id} onChange={(event) => become(event.target.value)}>
          {people.map((person) => <option key={person.id} value={person.id}>{described(person)}</option>)}
        </select>
      </label>
      <label>Language
        <select value={me.locale} onChange={(event) => void turn({ do: "person", person: me.id, locale: event.target.value })}>
          {LANGUAGES.map(([locale, name]) => <option key={locale} value={locale}>{name}</option>)}
        </select>
      </label>
      <label>Time zone
        <select value={me.tz} onChange={(event) => void turn({ do: "person", person: me.id, tz: event.target.value })}>
          {[...new Set([me.tz, ...ZONES])].map((zone) => <option key={zone}>{zone}</option>)}
        </select>
      </label>
    </form>
  );
}

function described(person: Person): string {
  return person.profile.title ? `${person.real_name} (${person.profile.title})` : person.real_name;
}

export function nameOf(channel: Channel): string {
  return channel.is_im ? "Data Flow" : `#${channel.name ?? channel.id}`;
}
