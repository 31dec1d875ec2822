package dev.together.realtime;

import java.util.UUID;

import dev.together.channel.Listener;
import dev.together.event.EncodedEvent;
import dev.together.event.StreamId.Kind;

/** Listens on a user's channel for the end of their part in one conversation. */
class Participation implements Listener {

    /** How the payload of a {@code conversation-update} begins that tells a user that they are out. */
    private static final String OUT = """
            {"type":"broadcast","event":"conversation-update","payload":{"eventType":"DELETE",""";

    private final UUID conversationId;
    private final Runnable mayHaveEnded;

    Participation(UUID conversationId, Runnable mayHaveEnded) {
        this.conversationId = conversationId;
        this.mayHaveEnded = mayHaveEnded;
    }

    @Override
    public void deliver(EncodedEvent event) {
        var position = event.position();
        if (position != null && position.kind() == Kind.CONVERSATION && position.chatId().equals(conversationId)
                && event.json().startsWith(OUT)) {
            mayHaveEnded.run();
        }
    }

    @Override
    public void interrupt() {
        mayHaveEnded.run();
    }

    @Override
    public boolean isConnection() {
        return false;
    }
}
