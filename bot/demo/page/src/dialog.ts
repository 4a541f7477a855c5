import { useLayoutEffect, type RefObject } from "react";

/** Opens it while it is on the page. Closing it before it goes gives the focus back to where it came from. */
export function useModal(dialog: RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    element.showModal();
    return () => element.close();
  }, [dialog]);
}
