// `data_table` (Slack, 2026), which slack-blocks-to-jsx does not draw.
import type { AnyBlock } from "./slack";

interface Cell { text?: string; value?: string | number; elements?: { elements?: { text?: string }[] }[] }

export function DataTable({ block }: { block: AnyBlock }) {
  const { caption, rows = [] } = block as unknown as { caption?: string | { text: string }; rows?: Cell[][] };
  const [head = [], ...body] = rows;
  return (
    <table className="data-table">
      {caption && <caption>{typeof caption === "string" ? caption : caption.text}</caption>}
      <thead><tr>{head.map((cell, index) => <th key={index} scope="col">{shown(cell)}</th>)}</tr></thead>
      <tbody>{body.map((row, index) => <tr key={index}>{row.map((cell, column) => <td key={column}>{shown(cell)}</td>)}</tr>)}</tbody>
    </table>
  );
}

function shown(cell: Cell): string {
  if (cell.elements) return cell.elements.flatMap((part) => part.elements ?? []).map((part) => part.text ?? "").join("");
  return String(cell.text ?? cell.value ?? "");
}
