// What can be filled in. A value is what Slack's stand-in takes for the element: a text, a date, an id, option values.
import { useId } from "react";
import type { Screen } from "./screen";
import type { Control, InputBlock, Option } from "./slack";
import { fromWallTime, wallTime } from "./time";

export type Values = Record<string, unknown>;

interface FieldProps {
  screen: Screen;
  input: InputBlock;
  value: unknown;
  error?: string;
  change: (actionId: string, value: unknown) => void;
}

/** An input block: label, element, hint, and what was wrong with it. */
export function Field({ screen, input, value, error, change }: FieldProps) {
  const id = useId();
  const element = input.element;
  const label = input.optional ? `${input.label.text} (optional)` : input.label.text;
  const isGroup = isSeveral(element) || element.type === "radio_buttons";
  const described = [input.hint && !error && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const choice = <Choice screen={screen} control={element} id={id} label={label} described={described} isWrong={Boolean(error)} value={value} change={(next) => change(element.action_id, next)} />;
  return (
    <div className={error ? "field wrong" : "field"}>
      {isGroup ? <fieldset aria-describedby={described}><legend>{label}</legend>{choice}</fieldset> : <><label htmlFor={id}>{label}</label>{choice}</>}
      {error && <p id={`${id}-error`} className="error" role="alert">{error}</p>}
      {input.hint && !error && <p id={`${id}-hint`} className="hint">{input.hint.text}</p>}
    </div>
  );
}

interface ChoiceProps {
  screen: Screen;
  control: Control;
  label: string;
  value: unknown;
  change: (value: unknown) => void;
  id?: string;
  described?: string;
  isWrong?: boolean;
}

export function Choice({ screen, control, label, value, change, id, described, isWrong }: ChoiceProps) {
  const shared = { id, "aria-describedby": described, "aria-invalid": isWrong || undefined, ...(id ? {} : { "aria-label": label }) };
  const text = value === null || value === undefined ? "" : String(value);
  const kind = control.type;
  if (kind === "radio_buttons" || isSeveral(control)) {
    return <Boxes options={optionsFor(screen, control)} isOne={kind === "radio_buttons"} label={label} value={value} change={change} />;
  }
  if (kind === "datetimepicker") {
    const zone = screen.people.get(screen.me)?.tz ?? "UTC";
    const shown = value === null || value === undefined ? "" : wallTime(Number(value), zone);
    return <input {...shared} type="datetime-local" value={shown} onChange={(event) => change(event.target.value ? fromWallTime(event.target.value, zone) : null)} />;
  }
  if (kind in TYPED) {
    if (kind === "plain_text_input" && control.multiline) {
      return <textarea {...shared} rows={4} maxLength={control.max_length} placeholder={control.placeholder?.text} value={text} onChange={(event) => change(event.target.value || null)} />;
    }
    return <input {...shared} type={TYPED[kind]} maxLength={control.max_length} min={control.min_value} max={control.max_value} placeholder={control.placeholder?.text} value={text} onChange={(event) => change(event.target.value || null)} />;
  }
  return (
    <select {...shared} value={text} onChange={(event) => event.target.value && change(event.target.value)}>
      <option value="">{control.placeholder?.text ?? "Choose…"}</option>
      {control.option_groups?.map((group) => (
        <optgroup key={group.label.text} label={group.label.text}>
          {group.options.map((option) => <option key={option.value} value={option.value}>{option.text.text}</option>)}
        </optgroup>
      )) ?? optionsFor(screen, control).map((option) => <option key={option.value} value={option.value}>{option.text.text}</option>)}
    </select>
  );
}

const TYPED: Record<string, string> = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
  datepicker: "date",
  timepicker: "time",
};

function isSeveral(control: Control): boolean {
  return control.type === "checkboxes" || control.type.startsWith("multi_");
}

interface BoxesProps { options: Option[]; isOne: boolean; label: string; value: unknown; change: (value: unknown) => void }

function Boxes({ options, isOne, label, value, change }: BoxesProps) {
  const name = useId();
  const chosen = isOne ? [value] : ((value as string[] | undefined) ?? []);
  return (
    <div className="boxes" role="group" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type={isOne ? "radio" : "checkbox"}
            name={name}
            checked={chosen.includes(option.value)}
            onChange={(event) => change(isOne ? option.value : options.map(({ value: each }) => each).filter((each) => (each === option.value ? event.target.checked : chosen.includes(each))))}
          />
          {option.text.text}
          {option.description && <small>{option.description.text}</small>}
        </label>
      ))}
    </div>
  );
}

function optionsFor(screen: Screen, control: Control): Option[] {
  if (control.type.includes("users_select")) {
    return [...screen.people.values()].map(({ id, real_name }) => asOption(id, real_name));
  }
  if (control.type.includes("channels_select") || control.type.includes("conversations_select")) {
    return screen.channels.map(({ id, name }) => asOption(id, name ? `#${name}` : "Data Flow"));
  }
  return control.options ?? control.option_groups?.flatMap((group) => group.options) ?? [];
}

function asOption(value: string, text: string): Option {
  return { value, text: { type: "plain_text", text } };
}

/** What an element holds before anybody touches it. */
export function initialValue(control: Control): unknown {
  if (control.initial_options) return control.initial_options.map(({ value }) => value);
  return control.initial_option?.value ?? control.initial_value ?? control.initial_date ?? control.initial_time ?? control.initial_date_time
    ?? control.initial_user ?? control.initial_channel ?? control.initial_conversation ?? undefined;
}
