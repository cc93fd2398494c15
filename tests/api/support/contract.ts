import { readFileSync } from "node:fs";

export interface Operation {
  readonly operationId: string;
  readonly "x-verb": string;
  readonly "x-object": string;
  readonly requestBody?: unknown;
}

const contract = JSON.parse(
  readFileSync(new URL("../../../api/openapi.json", import.meta.url), "utf8"),
) as { paths: Record<string, Record<string, Operation>> };

/** Every route of the contract. */
export const routes = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, op]) => ({ path, method: method.toUpperCase(), op })),
);
