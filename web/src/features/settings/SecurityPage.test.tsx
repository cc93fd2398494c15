import { render, screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors";
import type { Api, Security, SessionInfo } from "../../api/gen";
import { SECURITY, securityApi, sessionInfo, sessionOf } from "./fixtures";
import { SecurityPage } from "./SecurityPage";

const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
const type = (label: string, text: string) => userEvent.type(screen.getByLabelText(label), text);

function page(security: Partial<Security> = {}, sessions: readonly SessionInfo[] = []) {
  const api = securityApi({ ...SECURITY, ...security }, sessions);
  const onDone = vi.fn();
  render(
    <SecurityPage
      api={api as unknown as Api}
      session={sessionOf(api)}
      guest={false}
      onDone={onDone}
    />,
  );
  return { api, onDone };
}

const HERE = sessionInfo("1", { current: true });
const PHONE = sessionInfo("2", {
  user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1",
  method: "oidc",
});

it("lists the devices, this one first and marked, and ends one that was not meant", async () => {
  const { api, onDone } = page({}, [PHONE, HERE]);
  const list = await screen.findByRole("list", { name: "Where you are signed in" });
  const [first, second] = within(list).getAllByRole("listitem");
  expect(first?.textContent).toContain("Firefox on LinuxThis device");
  expect(second?.textContent).toContain("Safari on iPhone");
  expect(second?.textContent).toContain("203.0.113.9 · signed in by Contoso · used 2 min ago");
  expect(within(list).getAllByRole("button")).toHaveLength(1);
  await press(/^End Safari on iPhone/u);
  expect(api.sessionEndOne).not.toHaveBeenCalled();
  await press("End");
  await waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(api.sessionEndOne).toHaveBeenCalledWith({ session: "2" });
  expect(api.sessionList).toHaveBeenCalledTimes(2);
});

it("ends all others, once that is confirmed", async () => {
  const { api } = page({}, [HERE, PHONE]);
  await userEvent.click(await screen.findByRole("button", { name: "End all others" }));
  const dialog = screen.getByRole("dialog");
  await userEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
  expect(api.sessionEndOthers).not.toHaveBeenCalled();
  await press("End all others");
  await userEvent.click(
    within(screen.getByRole("dialog")).getByRole("button", { name: "End all others" }),
  );
  await waitFor(() => expect(api.sessionEndOthers).toHaveBeenCalledTimes(1));
});

it("changes the password, and says at its field what is wrong", async () => {
  const { api, onDone } = page({ second_factor: true, recovery_codes: 7 });
  api.passwordSet.mockRejectedValueOnce(new ApiError("wrong_password", "", { field: "current" }));
  await userEvent.click(await screen.findByRole("button", { name: "Change password" }));
  screen.getByText(/^12 characters or more/u);
  await type("Current password", "the old one");
  await type("New password", "correct horse battery");
  await type("Six-digit code", "123456");
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Change password" }));
  await screen.findByText("This is not your password.");
  await userEvent.click(dialog.getByRole("button", { name: "Change password" }));
  await waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(api.passwordSet).toHaveBeenLastCalledWith({
    current: "the old one",
    password: "correct horse battery",
    code: "123456",
  });
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("sets up an authenticator: password, secret, a first code, recovery codes", async () => {
  const { api, onDone } = page();
  await userEvent.click(await screen.findByRole("button", { name: "Set up an authenticator" }));
  await type("Your password", "a long password");
  await press("Next");
  await screen.findByRole("img", { name: "QR code for your authenticator" });
  expect(api.totpBegin).toHaveBeenCalledWith({ password: "a long password" });
  screen.getByText("JBSW Y3DP EHPK 3PXP");
  await type("Six-digit code", "123 456");
  await press("Switch it on");
  const codes = await screen.findByRole("list", { name: "Recovery codes" });
  expect(api.totpConfirm).toHaveBeenCalledWith({ code: "123456" });
  expect(codes.textContent).toBe("aaaaa-bbbbbccccc-ddddd");
  expect(screen.queryByRole("button", { name: "Close" }), "no way past them").toBeNull();
  await press("I have kept them");
  expect(onDone).toHaveBeenCalledWith(expect.stringContaining("authenticator is on"));
});

it("switches the authenticator off by a code, and makes new recovery codes", async () => {
  const { api } = page({ second_factor: true, recovery_codes: 1 });
  await screen.findByText(/1 recovery code is left/u);
  await press("New recovery codes");
  await type("Six-digit code", "111111");
  await press("Make new codes");
  await screen.findByText("eeeee-fffff");
  await press("I have kept them");
  await press("Switch it off");
  await type("Six-digit code", "222222");
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Switch it off" }));
  await waitFor(() => expect(api.totpOff).toHaveBeenCalledWith({ code: "222222" }));
});

it("says why the last way in cannot be removed", async () => {
  const identity = {
    id: "i",
    provider: "oidc",
    name: "Contoso",
    email: "ada@contoso.example",
    created_at: 0,
    last_used_at: Date.now(),
  };
  const { api } = page({ password: false, identities: [identity] });
  api.identityRemove.mockRejectedValueOnce(new ApiError("last_way_in", ""));
  await userEvent.click(await screen.findByRole("button", { name: "Remove Contoso" }));
  await press("Remove");
  await screen.findByText(/This is your last way to sign in/u);
  expect(screen.queryByRole("button", { name: "Connect Contoso" })).toBeNull();
  expect(screen.queryByRole("heading", { name: "Authenticator" })).toBeNull();
});

it("says when it could not be read, and reads it again", async () => {
  const api = securityApi(SECURITY, [HERE]);
  api.securityGet.mockRejectedValueOnce(new ApiError("offline", "The server cannot be reached."));
  render(
    <SecurityPage
      api={api as unknown as Api}
      session={sessionOf(api)}
      guest={false}
      onDone={() => {}}
    />,
  );
  await screen.findByText("The server cannot be reached.");
  await press("Try again");
  await screen.findByRole("heading", { name: "Password" });
});

it("shows a guest the devices only", async () => {
  const api = securityApi({ ...SECURITY, password: false }, [HERE]);
  render(
    <SecurityPage api={api as unknown as Api} session={sessionOf(api)} guest onDone={() => {}} />,
  );
  await screen.findByText("You are signed in nowhere else.");
  expect(screen.queryByRole("heading", { name: "Password" })).toBeNull();
});
