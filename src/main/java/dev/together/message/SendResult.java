package dev.together.message;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.together.event.Event.MessageInsert;

/**
 * What became of the drafts.
 *
 * @param messages one a draft, in the drafts' order, also those that had been stored before
 * @param news the events of the messages that were stored now
 * @param participants who is to be told; empty where the conversation has none
 * @param owner whose conversation it is
 * @param run the run that answers the message; null for none
 */
record SendResult(List<Message> messages, List<MessageInsert> news, List<UUID> participants, UUID owner,
        @Nullable UUID run) {

    /** Who is to be told: the participants, or the owner alone where there are none. */
    List<UUID> audience() {
        return participants.isEmpty() ? List.of(owner) : participants;
    }

    /** The same, told to these. */
    SendResult to(List<UUID> audience) {
        return new SendResult(messages, news, audience, owner, run);
    }

    /** The same, left to the outbox. */
    SendResult untold() {
        return new SendResult(messages, List.of(), participants, owner, run);
    }
}
