-- How many members a channel has, kept where its other counters are: counting them for each of its
-- members at sign-in cost the square of the organisation.

ALTER TABLE channel_head ADD COLUMN members BIGINT NOT NULL DEFAULT 0;
UPDATE channel_head SET members =
    (SELECT COUNT(*) FROM member m WHERE m.channel = channel_head.channel);
