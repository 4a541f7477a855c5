// What people do, sent to the server. Each waits for the bot's ack, as Slack's own client does.
export interface Done { error?: string | null; errors?: Record<string, string> }

export async function act(person: string, order: Record<string, unknown>): Promise<Done> {
  return post("/act", { person, ...order });
}

export async function turn(order: Record<string, unknown>): Promise<Done> {
  return post("/turn", order);
}

async function post(path: string, body: unknown): Promise<Done> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Done;
  } catch {
    return { error: "the demo has ended: start it again with `make demo`" };
  }
}

/** Where an element stands: in a message or in a view. */
export type Place = { channel: string; ts: string } | { view: string };
