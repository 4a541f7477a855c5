import type { Theme } from "./App";
import { Blocks } from "./Blocks";
import type { Screen } from "./screen";

export function Home({ screen, theme, tell }: { screen: Screen; theme: Theme; tell: (notice: string) => void }) {
  return (
    <section className="conversation home" aria-label="Data Flow, Home">
      <h2>Data Flow</h2>
      <div className="messages" tabIndex={0}>
        {screen.home
          ? <Blocks screen={screen} blocks={screen.home.blocks} place={{ view: screen.home.id }} theme={theme} tell={tell} />
          : <p className="empty">The bot has not drawn this yet.</p>}
      </div>
    </section>
  );
}
