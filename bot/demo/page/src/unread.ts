// How many messages of each conversation have come since it was last looked at, for each person.
import { useEffect, useRef, useState } from "react";
import type { Screen } from "./screen";

export type Unread = Map<string, number>;

export function useUnread(screen: Screen, place: string): Unread {
  const seen = useRef(new Map<string, string>());
  const [, setTick] = useState(0);
  const newest = screen.messages.get(place)?.at(-1)?.ts;

  useEffect(() => {
    if (newest) {
      seen.current.set(`${screen.me}/${place}`, newest);
      setTick((tick) => tick + 1);
    }
  }, [screen.me, place, newest]);

  return new Map(screen.channels.map((channel) => {
    const last = Number(seen.current.get(`${screen.me}/${channel.id}`) ?? 0);
    const messages = screen.messages.get(channel.id) ?? [];
    return [channel.id, messages.filter((message) => Number(message.ts) > last && message.user !== screen.me).length];
  }));
}
