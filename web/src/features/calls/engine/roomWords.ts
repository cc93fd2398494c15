import type { Request } from "../../../api/socket";
import type { RoomRequest } from "./roomContract";

export const asRequest = (m: RoomRequest): Request => m as unknown as Request;

/** The answer to call.connect. */
export const sdpOf = (done: object): string => {
  const sdp: unknown = Reflect.get(done, "sdp");
  return typeof sdp === "string" ? sdp : "";
};
