// The screen as the server describes it: values by key, kept current by patches, and sorted into what the page shows.
import { useSyncExternalStore } from "react";
import type { Channel, Clouds, Message, Offer, Person, View, Workflow } from "./slack";

export interface Screen {
  me: string;
  people: Map<string, Person>;
  channels: Channel[];
  messages: Map<string, Message[]>;
  workflows: Workflow[];
  clouds: Clouds | null;
  offer: Offer;
  home: View | null;
  modal: View | null;
  isLive: boolean;
}

interface Patch { changed: Record<string, unknown>; gone: string[] }

const NOTHING: Screen = {
  me: "", people: new Map(), channels: [], messages: new Map(), workflows: [], clouds: null,
  offer: { commands: [], shortcuts: [] }, home: null, modal: null, isLive: false,
};

let values = new Map<string, unknown>();
let screen = NOTHING;
let source: EventSource | null = null;
const listeners = new Set<() => void>();

/** Follow the screen of a person, from the beginning. */
export function watch(person: string): void {
  source?.close();
  values = new Map();
  source = new EventSource(`/changes?person=${encodeURIComponent(person)}`);
  source.onopen = () => { values = new Map(); };
  source.onmessage = (event) => apply(JSON.parse(event.data as string) as Patch);
  source.onerror = () => publish({ ...screen, isLive: false });
}

export function useScreen(): Screen {
  return useSyncExternalStore(subscribe, () => screen);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function apply(patch: Patch): void {
  for (const key of patch.gone) values.delete(key);
  for (const [key, value] of Object.entries(patch.changed)) values.set(key, value);
  publish(sorted());
}

function publish(next: Screen): void {
  screen = next;
  for (const listener of listeners) listener();
}

function sorted(): Screen {
  const messages = new Map<string, Message[]>();
  for (const message of all<Message>("message/")) {
    messages.set(message.channel, [...(messages.get(message.channel) ?? []), message]);
  }
  for (const list of messages.values()) list.sort((a, b) => Number(a.ts) - Number(b.ts) || a.ts.localeCompare(b.ts));
  return {
    me: (values.get("me") as string | undefined) ?? "",
    people: new Map(all<Person>("person/").map((person) => [person.id, person])),
    channels: all<Channel>("channel/"),
    messages,
    workflows: all<Workflow>("workflow/"),
    clouds: (values.get("clouds") as Clouds | undefined) ?? null,
    offer: (values.get("offer") as Offer | undefined) ?? NOTHING.offer,
    home: (values.get("home") as View | undefined) ?? null,
    modal: (values.get("modal") as View | undefined) ?? null,
    isLive: true,
  };
}

function all<T>(prefix: string): T[] {
  return [...values].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value as T);
}
