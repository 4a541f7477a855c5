// What the server tells: the shapes of Slack's own JSON, as far as the page reads them, and those of the account.
import type { Block } from "slack-blocks-to-jsx";

export type AnyBlock = Block & { block_id?: string };

export interface Text { type: "plain_text" | "mrkdwn"; text: string }
export interface Option { text: Text; value: string; description?: Text; url?: string }
export interface Confirm { title: Text; text: Text; confirm: Text; deny: Text; style?: "primary" | "danger" }

/** An interactive element; which of the fields are there depends on its type. */
export interface Control {
  type: string;
  action_id: string;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
  text?: Text;
  accessibility_label?: string;
  placeholder?: Text;
  confirm?: Confirm;
  options?: Option[];
  option_groups?: { label: Text; options: Option[] }[];
  initial_option?: Option;
  initial_options?: Option[];
  initial_value?: string;
  initial_date?: string;
  initial_time?: string;
  initial_date_time?: number;
  initial_user?: string;
  initial_channel?: string;
  initial_conversation?: string;
  multiline?: boolean;
  max_length?: number;
  min_value?: string;
  max_value?: string;
}

export interface InputBlock {
  type: "input";
  block_id: string;
  label: Text;
  hint?: Text;
  optional?: boolean;
  dispatch_action?: boolean;
  element: Control;
}

export interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  bot_id?: string;
  blocks?: AnyBlock[];
  files?: { id: string; title: string }[];
  edited?: { ts: string };
  thread_ts?: string;
  subtype?: string;
  reactions?: { name: string; count: number }[];
  is_ephemeral: boolean;
}

export interface View {
  id: string;
  type: "modal" | "home";
  title?: Text;
  submit?: Text;
  close?: Text;
  blocks: AnyBlock[];
  state: { values: Record<string, Record<string, FieldState>> };
  hash: string;
}

export interface FieldState {
  type: string;
  value?: string | null;
  selected_option?: Option | null;
  selected_options?: Option[];
  selected_date?: string | null;
  selected_time?: string | null;
  selected_date_time?: number | null;
}

export interface Person {
  id: string;
  name: string;
  real_name: string;
  is_bot: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  tz: string;
  locale: string;
  profile: { title: string };
}

export interface Channel { id: string; name?: string; is_im: boolean; is_private?: boolean; user?: string }

export interface Run {
  id: string;
  job: string;
  status: "READY" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELED";
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
}

export interface Workflow { id: string; name: string; trigger: string; runs: Run[] }

export interface Clouds {
  is_dataflow_up: boolean;
  is_slack_up: boolean;
  is_bot_connected: boolean;
  speed: number;
  speeds: number[];
}

export interface Offer { commands: [usage: string, summary: string][]; shortcuts: [id: string, name: string, forMessages: boolean][] }
