import { act } from "./acts";
import type { Theme } from "./App";
import { Blocks } from "./Blocks";
import type { Screen } from "./screen";
import type { AnyBlock, Message } from "./slack";
import { timeOfDay } from "./time";

interface Props {
  screen: Screen;
  message: Message;
  replies: number;
  theme: Theme;
  openThread?: (ts: string) => void;
  tell: (notice: string) => void;
}

export function MessageItem({ screen, message, replies, theme, openThread, tell }: Props) {
  const author = screen.people.get(message.user);
  const me = screen.people.get(screen.me);
  const name = author?.real_name ?? message.user;
  const blocks = message.blocks?.length ? message.blocks : [{ type: "section", text: { type: "mrkdwn", text: message.text } } as AnyBlock];
  const root = message.thread_ts ?? message.ts;
  const shortcuts = message.is_ephemeral ? [] : screen.offer.shortcuts.filter(([, , forMessages]) => forMessages);
  return (
    <article className={message.is_ephemeral ? "message ephemeral" : "message"} aria-label={`${name}: ${firstLine(message.text)}`}>
      <span className={author?.is_bot ? "face bot" : "face"} aria-hidden="true">{author?.is_bot ? "DF" : name[0]?.toUpperCase()}</span>
      <div className="body">
        <p className="author">
          <strong>{name}</strong>
          {author?.is_bot && <span className="badge">APP</span>}
          <time dateTime={new Date(Number(message.ts) * 1000).toISOString()}>{timeOfDay(Number(message.ts), me?.tz, me?.locale)}</time>
          {message.subtype === "thread_broadcast" && <span className="mark">replied to a thread</span>}
          {message.edited && <span className="mark">(edited)</span>}
        </p>
        {message.is_ephemeral && <p className="only-you">Only visible to you</p>}
        <Blocks screen={screen} blocks={blocks} place={{ channel: message.channel, ts: message.ts }} theme={theme} tell={tell} />
        {message.files?.map((file) => <img key={file.id} className="file" src={`/files/${file.id}`} alt={file.title} />)}
        {message.reactions?.length ? (
          <div className="reactions" role="group" aria-label="Reactions">
            <Blocks screen={screen} blocks={[reactionsOf(message)]} place={{ channel: message.channel, ts: message.ts }} theme={theme} tell={tell} />
          </div>
        ) : null}
        <p className="about">
          {openThread && replies > 0 && (
            <button onClick={() => openThread(root)}>{replies === 1 ? "1 reply" : `${replies} replies`}</button>
          )}
          {shortcuts.map(([id, title]) => (
            <button key={id} className="shortcut" onClick={() => void act(screen.me, { do: "message_shortcut", callback_id: id, channel: message.channel, ts: message.ts }).then((done) => tell(done.error ?? ""))}>
              {title}
            </button>
          ))}
        </p>
      </div>
    </article>
  );
}

function reactionsOf(message: Message): AnyBlock {
  const text = (message.reactions ?? []).map(({ name, count }) => `:${name}: ${count}`).join("  ");
  return { type: "context", elements: [{ type: "mrkdwn", text }] } as AnyBlock;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
