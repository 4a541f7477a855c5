// Blocks as Slack shows them. What can only be looked at is drawn by slack-blocks-to-jsx; what can be pressed or filled
// in is ours, since that library's controls lead nowhere.
import { Message as SlackBlocks } from "slack-blocks-to-jsx";
import type { Place } from "./acts";
import type { Theme } from "./App";
import { Controls } from "./Controls";
import { DataTable } from "./DataTable";
import { Field, type Values } from "./Field";
import type { Screen } from "./screen";
import type { AnyBlock, Control, InputBlock } from "./slack";
import { slackDate } from "./time";

interface Props {
  screen: Screen;
  blocks: AnyBlock[];
  place: Place;
  theme: Theme;
  tell: (notice: string) => void;
  form?: { values: Values; entered: Values; errors: Record<string, string>; change: (actionId: string, value: unknown) => void };
}

export function Blocks({ screen, blocks, place, theme, tell, form }: Props) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => {
        const key = block.block_id ?? String(index);
        const kind = block.type as string;
        if (kind === "actions") {
          return <Controls key={key} screen={screen} controls={elementsOf(block)} place={place} tell={tell} form={form} />;
        }
        if (kind === "input" && form) {
          const input = block as unknown as InputBlock;
          return <Field key={key} screen={screen} input={input} value={form.values[input.element.action_id]} error={form.errors[input.block_id]} change={form.change} />;
        }
        if (kind === "data_table") return <DataTable key={key} block={block} />;
        const accessory = accessoryOf(block);
        return (
          <div key={key} className={accessory ? "row" : undefined}>
            <Shown screen={screen} block={without(block)} theme={theme} />
            {accessory && <Controls screen={screen} controls={[accessory]} place={place} tell={tell} form={form} />}
          </div>
        );
      })}
    </div>
  );
}

function Shown({ screen, block, theme }: { screen: Screen; block: AnyBlock; theme: Theme }) {
  const me = screen.people.get(screen.me);
  const users = [...screen.people.values()].map(({ id, real_name }) => ({ id, name: real_name }));
  const channels = screen.channels.map(({ id, name }) => ({ id, name: name ?? id }));
  return (
    <SlackBlocks
      withoutWrapper
      blocks={[legible(local(block))]}
      name=""
      logo=""
      theme={theme}
      data={{ users, channels, user_groups: [] }}
      hooks={{
        date: ({ timestamp, format, fallback }) =>
          <time>{slackDate(Number(timestamp), format, me?.tz ?? "UTC", me?.locale ?? "en-US") || fallback}</time>,
        link: ({ href, children }) => <a href={href} target="_blank" rel="noreferrer">{children}</a>,
      }}
    />
  );
}

function elementsOf(block: AnyBlock): Control[] {
  return (block as unknown as { elements: Control[] }).elements;
}

function accessoryOf(block: AnyBlock): Control | null {
  const { accessory } = block as unknown as { accessory?: Control };
  return accessory && accessory.type !== "image" ? accessory : null;
}

function without(block: AnyBlock): AnyBlock {
  return accessoryOf(block) ? ({ ...block, accessory: undefined } as AnyBlock) : block;
}

/** A file of the workspace is an image on this server. */
function local(block: AnyBlock): AnyBlock {
  const { slack_file: file } = block as unknown as { slack_file?: { id?: string } };
  return file?.id ? ({ ...block, slack_file: undefined, image_url: `/files/${file.id}` } as unknown as AnyBlock) : block;
}

/** `verbatim` only keeps Slack from making links of its own; slack-blocks-to-jsx takes it to mean no markup at all. */
function legible(block: AnyBlock): AnyBlock {
  return JSON.parse(JSON.stringify(block, (key, value: unknown) => (key === "verbatim" ? undefined : value))) as AnyBlock;
}
