import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import type { PeopleStore } from "../people";
import { type Block, blocksOf } from "./blocks";
import { ItemView } from "./ItemView";
import type { Item } from "./items";
import { RowBlock } from "./RowBlock";
import type { ChatStore } from "./store";

interface Given {
  readonly items: readonly Item[];
  readonly me: string;
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  readonly onCall: ((video: boolean) => void) | undefined;
}

/**
 * The rows, block by block.  A block that has not changed is handed back as the node it was, which
 * Preact passes over: a new message costs the same below ten rows and below thousands.
 */
export function useRows({ items, me, chat, people, onCall }: Given): readonly VNode[] {
  const blocks = useRef<readonly Block[]>([]);
  const call = useRef(onCall);
  call.current = onCall;
  const mayCall = onCall !== undefined;
  const draw = useMemo(() => {
    const drawn = new WeakMap<Block, VNode>();
    const actions = {
      onCall: mayCall ? (video: boolean) => call.current?.(video) : undefined,
      onRetry: (clientId: string) => chat.retry(clientId),
      onDelete: (clientId: string) => chat.discard(clientId),
    };
    return (block: Block): VNode => {
      const node = drawn.get(block) ?? (
        <RowBlock key={block.key}>
          {block.items.map((item) => (
            <ItemView key={item.key} item={item} me={me} people={people} {...actions} />
          ))}
        </RowBlock>
      );
      drawn.set(block, node);
      return node;
    };
  }, [me, chat, people, mayCall]);
  return useMemo(() => {
    blocks.current = blocksOf(items, blocks.current);
    return blocks.current.map(draw);
  }, [items, draw]);
}
