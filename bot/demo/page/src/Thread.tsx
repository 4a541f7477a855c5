import type { Theme } from "./App";
import { useStickyEnd } from "./Conversation";
import { MessageItem } from "./MessageItem";
import type { Screen } from "./screen";
import type { Channel } from "./slack";

interface Props {
  screen: Screen;
  channel: Channel;
  root: string;
  theme: Theme;
  close: () => void;
  tell: (notice: string) => void;
}

export function Thread({ screen, channel, root, theme, close, tell }: Props) {
  const messages = screen.messages.get(channel.id) ?? [];
  const shown = messages.filter((message) => message.ts === root || message.thread_ts === root);
  const end = useStickyEnd(shown.length);
  return (
    <section className="thread" aria-label="Thread">
      <header><h2>Thread</h2><button onClick={close} aria-label="Close the thread">✕</button></header>
      <div className="messages" role="log" aria-label="Messages in the thread" tabIndex={0} ref={end}>
        {shown.map((message) => (
          <MessageItem key={message.ts} screen={screen} message={message} replies={0} theme={theme} tell={tell} />
        ))}
      </div>
    </section>
  );
}
