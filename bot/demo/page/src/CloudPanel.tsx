import { useEffect, useState } from "react";
import { turn } from "./acts";
import type { Screen } from "./screen";
import type { Clouds, Run, Workflow } from "./slack";

interface Props { screen: Screen; tell: (notice: string) => void }

/** The other side: what happens in the account, and switches to make it happen. */
export function CloudPanel({ screen, tell }: Props) {
  const now = useNow();
  const control = (order: Record<string, unknown>) => void turn(order).then((done) => tell(done.error ?? ""));
  return (
    <aside className="clouds" aria-label="Data Flow">
      <h2>Data Flow</h2>
      {screen.clouds && <Switches clouds={screen.clouds} control={control} />}
      <ul className="workflows">
        {screen.workflows.map((workflow) => <WorkflowCard key={workflow.id} workflow={workflow} now={now} control={control} />)}
      </ul>
    </aside>
  );
}

type Control = (order: Record<string, unknown>) => void;

function Switches({ clouds, control }: { clouds: Clouds; control: Control }) {
  return (
    <div className="switches">
      <Switch name="Data Flow API" isUp={clouds.is_dataflow_up} turnTo={(up) => control({ do: "dataflow", up })} />
      <Switch name="Slack" isUp={clouds.is_slack_up} turnTo={(up) => control({ do: "slack", up })} />
      <label>Speed
        <select value={clouds.speed} onChange={(event) => control({ do: "speed", speed: Number(event.target.value) })}>
          {clouds.speeds.map((speed) => <option key={speed} value={speed}>{speed === 0 ? "no new runs" : `× ${speed}`}</option>)}
        </select>
      </label>
      <p role="status">{clouds.is_bot_connected ? "● The bot is connected" : "○ The bot is not connected"}</p>
    </div>
  );
}

function Switch({ name, isUp, turnTo }: { name: string; isUp: boolean; turnTo: (up: boolean) => void }) {
  return (
    <button role="switch" aria-checked={isUp} className={isUp ? "switch" : "switch down"} onClick={() => turnTo(!isUp)}>
      {name}: {isUp ? "up" : "down"}
    </button>
  );
}

function WorkflowCard({ workflow, now, control }: { workflow: Workflow; now: number; control: Control }) {
  const start = (outcome: string, runs_for: number | null = 4) => control({ do: "start", workflow: workflow.id, outcome, runs_for });
  const open = workflow.runs.find((run) => run.status === "RUNNING" || run.status === "READY");
  return (
    <li className="workflow">
      <h3>{workflow.name}</h3>
      <p className="trigger">{TRIGGERS[workflow.trigger] ?? workflow.trigger}</p>
      <ol aria-label={`Newest runs of ${workflow.name}`}>
        {workflow.runs.map((run) => (
          <li key={run.id} className={`run ${run.status.toLowerCase()}`}>
            <span>{run.status}</span> <span>{length(run, now)}</span>
          </li>
        ))}
        {workflow.runs.length === 0 && <li className="run">no runs yet</li>}
      </ol>
      <p className="controls">
        <button className="button" aria-label={`Start ${workflow.name}`} onClick={() => start("COMPLETED")}>Start</button>
        <button className="button" aria-label={`Start ${workflow.name} and let it fail`} onClick={() => start("FAILED")}>Fail</button>
        <button className="button" aria-label={`Start ${workflow.name} and let it run long`} onClick={() => start("COMPLETED", null)}>Run long</button>
        {open && <button className="button" aria-label={`Cancel the run of ${workflow.name}`} onClick={() => control({ do: "finish", run: open.id, outcome: "CANCELED" })}>Cancel</button>}
        {open && <button className="button" aria-label={`Complete the run of ${workflow.name}`} onClick={() => control({ do: "finish", run: open.id, outcome: "COMPLETED" })}>Complete</button>}
      </p>
    </li>
  );
}

const TRIGGERS: Record<string, string> = { RECURRING: "on a schedule", ONE_TIME: "once", EVENT: "by an event", NONE: "by hand" };

function length(run: Run, now: number): string {
  const until = run.ended_at ?? now;
  const seconds = Math.max(0, until - (run.started_at ?? run.created_at));
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  return seconds < 3600 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function useNow(): number {
  const [now, setNow] = useState(Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
