import type { CallsStore } from "../store";
import type { Meeting } from "./meeting";
import { PersonTile } from "./PersonTile";
import type { Tile } from "./plan";
import { ScreenTile } from "./ScreenTile";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
  readonly tiles: readonly Tile[];
}

/** Tiles in their order; whoever moves keeps their tile, and so their picture. */
export function Tiles({ calls, meeting, tiles }: Props) {
  return (
    <>
      {tiles.map((tile) => {
        const leg = meeting.legs.value.find((l) => l.id === tile.leg);
        if (!leg) return null;
        const View = tile.source === "screen" ? ScreenTile : PersonTile;
        const key = `${tile.leg} ${tile.source}`;
        return <View key={key} calls={calls} meeting={meeting} tile={tile} leg={leg} />;
      })}
    </>
  );
}
