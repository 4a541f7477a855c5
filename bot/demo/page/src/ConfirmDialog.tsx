import { useRef } from "react";
import { useModal } from "./dialog";
import type { Confirm, Text } from "./slack";

export function ConfirmDialog({ confirm, yes, no }: { confirm: Confirm; yes: () => void; no: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useModal(dialog);
  return (
    <dialog ref={dialog} className="dialog small" aria-label={confirm.title.text} onCancel={no}>
      <h2>{confirm.title.text}</h2>
      <p>{written(confirm.text)}</p>
      <footer>
        <button type="button" className="button" onClick={no}>{confirm.deny.text}</button>
        <button type="button" className={`button ${confirm.style ?? "primary"}`} onClick={yes}>{confirm.confirm.text}</button>
      </footer>
    </dialog>
  );
}

/** Marks are left out where they are marks; in plain text an underscore is part of a name. */
function written({ type, text }: Text): string {
  return type === "mrkdwn" ? text.replace(/(?<!\w)[*_`~]+|[*_`~]+(?!\w)/g, "") : text;
}
