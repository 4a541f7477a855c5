import { useRef } from "react";
import { useModal } from "./dialog";
import type { Confirm } from "./slack";

export function ConfirmDialog({ confirm, yes, no }: { confirm: Confirm; yes: () => void; no: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useModal(dialog);
  return (
    <dialog ref={dialog} className="dialog small" aria-label={confirm.title.text} onCancel={no}>
      <h2>{confirm.title.text}</h2>
      <p>{confirm.text.text.replace(/[*_`]/g, "")}</p>
      <footer>
        <button type="button" className="button" onClick={no}>{confirm.deny.text}</button>
        <button type="button" className={`button ${confirm.style ?? "primary"}`} onClick={yes}>{confirm.confirm.text}</button>
      </footer>
    </dialog>
  );
}
