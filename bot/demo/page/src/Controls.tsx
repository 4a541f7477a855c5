import { useState } from "react";
import { act, type Place } from "./acts";
import { Choice, initialValue, type Values } from "./Field";
import { ConfirmDialog } from "./ConfirmDialog";
import type { Screen } from "./screen";
import type { Control, Option } from "./slack";

interface Props {
  screen: Screen;
  controls: Control[];
  place: Place;
  tell: (notice: string) => void;
  form?: { values: Values; entered: Values; change: (actionId: string, value: unknown) => void };
}

interface Pending { control: Control; order: Record<string, unknown> }

/** Buttons and menus that act at once, after a dialog where the element asks for one. */
export function Controls({ screen, controls, place, tell, form }: Props) {
  const [pending, setPending] = useState<Pending | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function carryOut({ order }: Pending) {
    setPending(null);
    setBusy(true);
    const done = await act(screen.me, { ...order, ...place, ...(form ? { values: form.entered } : {}) });
    setBusy(false);
    tell(done.error ?? "");
  }

  function use(control: Control, order: Record<string, unknown>) {
    const wanted = { control, order: { ...order, action_id: control.action_id } };
    if (control.confirm) setPending(wanted);
    else void carryOut(wanted);
  }

  return (
    <div className="controls" aria-busy={isBusy}>
      {controls.map((control) => (
        <Element key={`${control.action_id}/${control.value ?? ""}`} screen={screen} control={control} form={form} use={use} />
      ))}
      {pending?.control.confirm && (
        <ConfirmDialog confirm={pending.control.confirm} yes={() => void carryOut(pending)} no={() => setPending(null)} />
      )}
    </div>
  );
}

interface ElementProps {
  screen: Screen;
  control: Control;
  form?: Props["form"];
  use: (control: Control, order: Record<string, unknown>) => void;
}

function Element({ screen, control, form, use }: ElementProps) {
  if (control.type === "button") {
    const press = () => use(control, { do: "click", value: control.value ?? null });
    const style = control.style ? `button ${control.style}` : "button";
    if (control.url) {
      return <a className={style} href={control.url} target="_blank" rel="noreferrer" onClick={press} aria-label={control.accessibility_label}>{control.text?.text}</a>;
    }
    return <button type="button" className={style} onClick={press} aria-label={control.accessibility_label}>{control.text?.text}</button>;
  }
  if (control.type === "overflow") return <Overflow control={control} choose={(option) => use(control, { do: "select", value: option.value })} />;
  return (
    <Choice
      screen={screen}
      control={control}
      label={control.accessibility_label ?? control.placeholder?.text ?? control.action_id}
      value={form ? form.values[control.action_id] : initialValue(control)}
      change={(value) => {
        form?.change(control.action_id, value);
        use(control, { do: "select", value });
      }}
    />
  );
}

function Overflow({ control, choose }: { control: Control; choose: (option: Option) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <span className="overflow" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <button type="button" className="button" aria-haspopup="menu" aria-expanded={isOpen} aria-label={control.accessibility_label ?? "More"} onClick={() => setOpen(!isOpen)}>⋯</button>
      {isOpen && (
        <span role="menu" className="menu">
          {control.options?.map((option) => (
            <button key={option.value} type="button" role="menuitem" onClick={() => { setOpen(false); choose(option); }}>{option.text.text}</button>
          ))}
        </span>
      )}
    </span>
  );
}
