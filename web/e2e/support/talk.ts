import { invited, type Person } from "../../../tests/api/support/person";
import type { Channel } from "../../src/api/gen";

const NAMES = [
  "Mei Ling Tan",
  "Jonas Berg",
  "Priya Nair",
  "Tomás Rivera",
  "Amara Okafor",
  "Noah Fischer",
  "Sofia Rossi",
] as const;

type Name = (typeof NAMES)[number] | "Ada Lovelace";

/** People by name, and what they say to each other. */
export interface Crowd {
  readonly of: (name: Name) => Person;
  /** Ada's chat with Mei, the one that is looked at. */
  readonly channel: Channel;
  readonly group: Channel;
}

const WITH_MEI: readonly (readonly [Name, string])[] = [
  ["Mei Ling Tan", "Morning Ada! Did you see the numbers from the pilot?"],
  ["Ada Lovelace", "Just now. Sign-in time is down by half, that is better than I hoped"],
  ["Mei Ling Tan", "Right? And nobody asked for help with the invitation links."],
  ["Mei Ling Tan", "The team in Lisbon wants to start on Monday, 24 people."],
  ["Ada Lovelace", "Let's do it. I will make their invitation this afternoon."],
  ["Ada Lovelace", "Could you send me the list of the channels they need?"],
  ["Mei Ling Tan", "Sure, it is on the wiki: https://wiki.example.org/lisbon/channels"],
  ["Mei Ling Tan", "Design review is at 14:00, shall we go through it together before?"],
  ["Ada Lovelace", "Good idea. Half past one? I will call you."],
  ["Mei Ling Tan", "Perfect, talk to you then!"],
];

const IN_GROUP: readonly (readonly [Name, string])[] = [
  ["Priya Nair", "The draft of the launch plan is ready for review"],
  ["Tomás Rivera", "Reading it now. The timeline looks tight, but it can be done."],
  ["Ada Lovelace", "I would move the training a week ahead"],
  ["Priya Nair", "Done, have another look :)"],
];

const GENERAL: readonly (readonly [Name, string])[] = [
  ["Ada Lovelace", "Welcome, everybody. This is the place for news that concern all of us."],
  ["Noah Fischer", "Hello! The coffee machine on the second floor works again"],
  ["Sofia Rossi", "You are my hero, Noah"],
];

/** Fills a house: eight people, chats, a group, and something unread. */
export async function crowd(ada: Person): Promise<Crowd> {
  const people = new Map<Name, Person>([["Ada Lovelace", ada]]);
  for (const name of NAMES) people.set(name, await invited(ada, name));
  const of = (name: Name): Person => {
    const found = people.get(name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  const talk = async (channel: string, lines: readonly (readonly [Name, string])[]) => {
    for (const [name, text] of lines) await of(name).send(channel, text);
  };

  const general = await ada.general();
  await talk(general.id, GENERAL);
  const one = async (name: Name, text: string, mine?: string) => {
    const chat = await ada.direct(of(name));
    if (mine !== undefined) await ada.send(chat.id, mine);
    await of(name).send(chat.id, text);
    return chat;
  };
  const seen = [
    await one("Sofia Rossi", "Thank you, that was quick!", "The room is booked for Thursday"),
    await one("Noah Fischer", "I will look at the printer after lunch", "Could you help me later?"),
    await one("Amara Okafor", "The contract is signed, I put it in the folder"),
  ];
  const members = (["Priya Nair", "Tomás Rivera", "Amara Okafor"] as const).map((n) => of(n).me.id);
  const group = (
    await ada.post<Channel>("/channels", { kind: "group", name: "Launch plan", members })
  ).body;
  await talk(group.id, IN_GROUP);
  await one("Tomás Rivera", "Do you have five minutes for the budget?");
  await of("Tomás Rivera").send((await ada.direct(of("Tomás Rivera"))).id, "It is nothing bad :)");
  await one("Jonas Berg", "Yes! See you at three.", "Are you coming to the demo?");
  const channel = await ada.direct(of("Mei Ling Tan"));
  await talk(channel.id, WITH_MEI);
  for (const read of [...seen, general, channel]) {
    const now = (await ada.get<Channel>(`/channels/${read.id}`)).body;
    await ada.put(`/channels/${read.id}/read`, { seq: now.last_message?.seq ?? 0 });
  }
  return { of, channel, group };
}
