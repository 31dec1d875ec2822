package dev.together.bench;

import io.vertx.core.buffer.Buffer;

/** A request to chat-send, ready to be written. */
record Message(Talk talk, int number, Buffer request) {

    /** What people say on average is shorter; this is a sentence or two. */
    static final String TEXT = "Shall we meet at the station at half past seven, and go on from there together? "
            + "I bring the tickets and something to eat.";

    /**
     * The next message of the conversation.
     *
     * @param dueAt when it is to be sent, by {@link System#nanoTime}
     */
    static Message next(Talk talk, long dueAt) {
        int number = talk.next();
        var body = "{\"chat_id\":\"" + talk.id + "\",\"mode\":\"together\",\"client_msg_id\":\"bench_" + number + "_" + dueAt
                + "\",\"text\":\"" + TEXT + "\"}";
        var request = "POST /functions/v1/chat-send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + talk.speaker(number).token() + "\r\nContent-Length: " + body.length() + "\r\n\r\n";
        return new Message(talk, number, Buffer.buffer(request + body));
    }
}
