-- People who joined the organisation were put into its channels past the count of 0003.

UPDATE channel_head SET members =
    (SELECT COUNT(*) FROM member m WHERE m.channel = channel_head.channel);
