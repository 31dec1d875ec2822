package dev.together.conversation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A conversation of more than {@value #MOST_WHOLE} people as events tell of it: how many they are, and the few in question.
 *
 * <p>
 * What it ends with is how {@link StateStatements} tells such an event from one with everybody in it, and finds who came
 * and who went.
 *
 * @param participants some of them, for whoever the conversation is new to; else null
 * @param joined who came by this change, null where {@code participants} are told
 * @param left who went by it, likewise
 */
@RegisterForReflection
@JsonPropertyOrder({ "id", "user_id", "owner_user_id", "title", "mode", "is_public", "meta", "created_at", "updated_at",
        "participants", "joined", "left", "participant_count" })
record CrowdedConversation(UUID id, UUID userId, UUID ownerUserId, @Nullable String title, String mode,
        @JsonProperty("is_public") boolean isPublic, @JsonRawValue String meta, Instant createdAt, Instant updatedAt,
        @JsonInclude(Include.NON_NULL) @Nullable List<Participant> participants,
        @JsonInclude(Include.NON_NULL) @Nullable List<Participant> joined,
        @JsonInclude(Include.NON_NULL) @Nullable List<Participant> left, int participantCount) {

    /** So many people are told of whole, and nobody is told of more of them at once. */
    static final int MOST_WHOLE = 100;

    static boolean is(Conversation conversation) {
        return conversation.participants.size() > MOST_WHOLE;
    }

    /** For those who know who is in it. */
    static CrowdedConversation changed(Conversation conversation, List<Participant> joined, List<Participant> left) {
        return of(conversation, null, joined, left);
    }

    /** For one to whom it is new: they themselves, and those who have been in it for longest. */
    static CrowdedConversation appeared(Conversation conversation, UUID user) {
        var others = conversation.participants.stream().filter(participant -> !participant.userId.equals(user))
                .limit(MOST_WHOLE - 1L);
        var some = Stream.concat(others, conversation.participant(user).stream()).toList();
        return of(conversation, some, null, null);
    }

    private static CrowdedConversation of(Conversation conversation, @Nullable List<Participant> participants,
            @Nullable List<Participant> joined, @Nullable List<Participant> left) {
        return new CrowdedConversation(conversation.id, conversation.userId, conversation.ownerUserId, conversation.title,
                conversation.mode, conversation.isPublic, conversation.meta, conversation.createdAt, conversation.updatedAt,
                participants, joined, left, conversation.participants.size());
    }
}
