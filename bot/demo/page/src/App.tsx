import { useEffect, useState } from "react";
import { act } from "./acts";
import { CloudPanel } from "./CloudPanel";
import { Conversation } from "./Conversation";
import { Home } from "./Home";
import { Modal } from "./Modal";
import { useScreen, watch } from "./screen";
import { Sidebar } from "./Sidebar";
import { Thread } from "./Thread";
import { useUnread } from "./unread";

export const HOME = "home";
export const DIRECT = "direct"; // the conversation with the bot, which may only begin now
export type Pane = "sidebar" | "middle" | "clouds";
export type Theme = "light" | "dark";

export function App() {
  const screen = useScreen();
  const [person, setPerson] = useState("");
  const [place, setPlace] = useState("");
  const [thread, setThread] = useState<string | null>(null);
  const [pane, setPane] = useState<Pane>("middle");
  const [theme, setTheme] = useState<Theme>(preferred);
  const [notice, setNotice] = useState("");

  useEffect(() => watch(person), [person]);
  useEffect(() => { document.documentElement.dataset.theme = theme; }, [theme]);

  const channels = screen.channels;
  const here = channels.find((channel) => (place === DIRECT ? channel.is_im : channel.id === place))
    ?? (place === HOME ? undefined : channels.find((channel) => !channel.is_im));
  const unread = useUnread(screen, here?.id ?? HOME);

  function go(to: string) {
    setPlace(to);
    setThread(null);
    setPane("middle");
    if (to === HOME || to === DIRECT) void act(screen.me, { do: to === HOME ? "open_home" : "open_direct" }).then((done) => setNotice(done.error ?? ""));
  }

  return (
    <div className={`app show-${pane}`}>
      <header className="top">
        <h1>Data Flow bot <span>the demo: everything here lives on this machine</span></h1>
        <nav aria-label="Parts of the page" className="parts">
          {PARTS.map(([part, name]) => (
            <button key={part} aria-pressed={pane === part} onClick={() => setPane(part)}>{name}</button>
          ))}
        </nav>
        <button className="theme" onClick={() => setTheme(theme === "dark" ? "light" : "dark")}>
          {theme === "dark" ? "Light" : "Dark"}
        </button>
      </header>
      {!screen.isLive && <p role="status" className="banner">Waiting for the demo…</p>}
      {notice && <p role="alert" className="banner">{notice} <button onClick={() => setNotice("")}>Dismiss</button></p>}
      {/* Before the first news from the demo nobody is anybody yet, so nothing can be pressed. */}
      {screen.me && (
        <>
          <Sidebar screen={screen} place={here?.id ?? HOME} unread={unread} go={go} become={(id) => { setPerson(id); setPlace(""); setThread(null); }} tell={setNotice} />
          <main className={thread ? "middle with-thread" : "middle"}>
            {here
              ? <Conversation key={here.id} screen={screen} channel={here} theme={theme} openThread={setThread} tell={setNotice} />
              : <Home screen={screen} theme={theme} tell={setNotice} />}
            {here && thread && (
              <Thread screen={screen} channel={here} root={thread} theme={theme} close={() => setThread(null)} tell={setNotice} />
            )}
          </main>
          <CloudPanel screen={screen} tell={setNotice} />
          {screen.modal && <Modal key={screen.modal.id} screen={screen} view={screen.modal} theme={theme} />}
        </>
      )}
    </div>
  );
}

const PARTS: [Pane, string][] = [["sidebar", "Channels"], ["middle", "Messages"], ["clouds", "Data Flow"]];

function preferred(): Theme {
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
