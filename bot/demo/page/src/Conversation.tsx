import { useEffect, useRef } from "react";
import type { Theme } from "./App";
import { Composer } from "./Composer";
import { MessageItem } from "./MessageItem";
import type { Screen } from "./screen";
import { nameOf } from "./Sidebar";
import type { Channel, Message } from "./slack";

interface Props {
  screen: Screen;
  channel: Channel;
  theme: Theme;
  openThread: (ts: string) => void;
  tell: (notice: string) => void;
}

export function Conversation({ screen, channel, theme, openThread, tell }: Props) {
  const messages = screen.messages.get(channel.id) ?? [];
  const shown = messages.filter(isTopLevel);
  const end = useStickyEnd(shown.length);
  const name = nameOf(channel);
  return (
    <section className="conversation" aria-label={name}>
      <h2>{name}</h2>
      <div className="messages" role="log" aria-label={`Messages in ${name}`} tabIndex={0} ref={end}>
        {shown.length === 0 && <p className="empty">Nothing yet. The first failed run will show up here.</p>}
        {shown.map((message) => (
          <MessageItem
            key={message.ts}
            screen={screen}
            message={message}
            replies={messages.filter((reply) => reply.thread_ts === message.ts && reply.ts !== message.ts).length}
            theme={theme}
            openThread={openThread}
            tell={tell}
          />
        ))}
      </div>
      <Composer screen={screen} channel={channel} tell={tell} />
    </section>
  );
}

function isTopLevel(message: Message): boolean {
  return !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";
}

/** Stays at the newest message, unless somebody has scrolled up to read. */
export function useStickyEnd(count: number) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => { isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80; };
    element.addEventListener("scroll", look);
    return () => element.removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);
  return box;
}
