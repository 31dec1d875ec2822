package dev.together.realtime;

import dev.together.event.EncodedEvent;

/** Writes the broadcasts of one topic to one connection: the text is shared by all, the topic and the ends are its own. */
class BroadcastWriter {

    /** Every so many deliveries, one is timed. */
    static final int SAMPLED_EVERY = 16;

    private final RealtimeConnection connection;
    private final String topic;
    private final boolean isSelf;
    private final String head;
    private final String replayHead;
    private final String tail;
    private int deliveries;

    BroadcastWriter(RealtimeConnection connection, String topic, JoinRequest join) {
        this.connection = connection;
        this.topic = topic;
        this.isSelf = join.isSelf();
        this.head = connection.format.broadcastHead(null, topic);
        this.replayHead = connection.format.broadcastHead(join.ref(), topic);
        this.tail = connection.format.broadcastTail();
    }

    /** Writes what comes out of the store, marked as sent again. */
    void writeAgain(EncodedEvent event) {
        connection.outbound.send(replayHead + event.replayedJson() + tail);
    }

    /** Writes what arrives; not to its own sender, unless the join asks for that. */
    void write(EncodedEvent event) {
        if (!isSelf && event.sender().equals(connection.id())) {
            return;
        }
        var bytes = event.bytes();
        if (bytes == null) {
            writeJson(event, head + event.json() + tail);
        } else if (connection.format.isBinary()) {
            connection.outbound.send(FrameV2.writeBytes(topic, event.json(), bytes));
        }
    }

    private void writeJson(EncodedEvent event, String frame) {
        boolean isTimed = event.position() != null && deliveries++ % SAMPLED_EVERY == 0;
        if (isTimed || !event.trace().isEmpty()) {
            connection.outbound.sendWatched(frame, event, isTimed);
        } else {
            connection.outbound.send(frame);
        }
    }
}
