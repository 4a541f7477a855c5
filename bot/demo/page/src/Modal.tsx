import { useRef, useState } from "react";
import { act } from "./acts";
import type { Theme } from "./App";
import { Blocks } from "./Blocks";
import { useModal } from "./dialog";
import { initialValue, type Values } from "./Field";
import type { Screen } from "./screen";
import type { AnyBlock, Control, FieldState, View } from "./slack";

export function Modal({ screen, view, theme }: { screen: Screen; view: View; theme: Theme }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [entered, setEntered] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [notice, setNotice] = useState("");
  const values = { ...held(view), ...entered };
  useModal(dialog);

  async function submit() {
    const known = new Set(controlsOf(view).map(({ action_id }) => action_id));
    const filled = Object.fromEntries(Object.entries(values).filter(([id, value]) => known.has(id) && value !== undefined));
    const done = await act(screen.me, { do: "submit", view: view.id, values: filled });
    setErrors(done.errors ?? {});
    setNotice(done.error ?? "");
  }

  async function close() {
    const done = await act(screen.me, { do: "close", view: view.id });
    setNotice(done.error ?? "");
  }

  return (
    <dialog ref={dialog} className="dialog" aria-label={view.title?.text} onCancel={(event) => { event.preventDefault(); void close(); }}>
      <form method="dialog" noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <h2>{view.title?.text}</h2>
        <div className="entries">
        {notice && <p role="alert" className="error">{notice}</p>}
        <Blocks
          screen={screen}
          blocks={view.blocks}
          place={{ view: view.id }}
          theme={theme}
          tell={setNotice}
          form={{ values, entered, errors, change: (id, value) => setEntered((before) => ({ ...before, [id]: value })) }}
        />
        </div>
        <footer>
          <button type="button" className="button" onClick={() => void close()}>{view.close?.text ?? "Close"}</button>
          {view.submit && <button type="submit" className="button primary">{view.submit.text}</button>}
        </footer>
      </form>
    </dialog>
  );
}

interface Holder extends Record<string, unknown> { element?: Control; elements?: Control[]; accessory?: Control }

function controlsOf(view: View): Control[] {
  const holders = view.blocks as unknown as (AnyBlock & Holder)[];
  const all = holders.flatMap(({ element, elements, accessory }) => [...(elements ?? []), element, accessory]);
  return all.filter((control): control is Control => Boolean(control?.action_id) && control?.type !== "button");
}

/** What the server knows to be filled in, over what each element starts with. */
function held(view: View): Values {
  const initial = controlsOf(view).map((control) => [control.action_id, initialValue(control)] as const);
  const known = Object.values(view.state.values).flatMap((fields) => Object.entries(fields).map(([id, state]) => [id, stateValue(state)] as const));
  return Object.fromEntries([...initial, ...known].filter(([, value]) => value !== undefined && value !== null));
}

function stateValue(state: FieldState): unknown {
  if (state.selected_options) return state.selected_options.map(({ value }) => value);
  return state.selected_option?.value ?? state.value ?? state.selected_date ?? state.selected_time ?? state.selected_date_time;
}
