-- The statements of one message, by nothing but pgbench: what PostgreSQL itself takes for them.
-- People are 1 to 64, four of them in each of the channels 0 to 15 (bench/lib/post.mjs makes them).
\set person random(1, 64)
\set channel (:person - 1) / 4
\set client random(1, 9000000000000000000)
\set id random(1, 9000000000000000000)
BEGIN;
SELECT id, channel, seq, n, change, sender, client_id, kind, body, data, created_at, edited_at, deleted FROM message WHERE sender = :person AND client_id = :client;
SELECT c.kind, m.person FROM channel c LEFT JOIN member m ON m.channel = c.id AND m.person = :person WHERE c.id = :channel;
UPDATE channel_head SET last_seq = last_seq + 1, last_n = last_n + 1, last_change = last_change + 1 WHERE channel = :channel RETURNING last_seq, last_n, last_change \gset
INSERT INTO message (channel, seq, n, change, id, sender, client_id, kind, body, data, created_at) VALUES (:channel, :last_seq, :last_n, :last_change, :id, :person, :client, 'text', 'A sentence of the length that people write when they answer each other.', NULL, 1700000000000);
UPDATE member SET read_seq = :last_seq, read_n = :last_n WHERE channel = :channel AND person = :person AND read_seq < :last_seq;
COMMIT;
