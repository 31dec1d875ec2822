package dev.together.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;

import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** A conversation and who takes part in it; serialised as clients receive it. */
@Entity
@Table(name = "conversations")
@RegisterForReflection
@JsonPropertyOrder({ "id", "user_id", "owner_user_id", "title", "mode", "is_public", "meta", "created_at", "updated_at",
        "participants" })
class Conversation {

    private static final int OWN_BYTES = 1_000;
    private static final int PARTICIPANT_BYTES = 130;

    @Id
    public UUID id;

    @Column(name = "user_id")
    public UUID userId;

    @Column(name = "owner_user_id")
    public UUID ownerUserId;

    public @Nullable String title;

    public String mode;

    @Column(name = "is_public")
    @JsonProperty("is_public")
    public boolean isPublic;

    /** Read as text: the driver would read numbers as doubles. */
    @ColumnTransformer(read = "cast(meta as text)", write = "cast(cast(? as text) as jsonb)")
    @JsonRawValue
    public String meta;

    /** Whether its owner is another than who opened it, and so came later. */
    @Column(name = "is_transferred")
    @JsonIgnore
    public boolean isTransferred;

    @Column(name = "created_at")
    public Instant createdAt;

    @Column(name = "updated_at")
    public Instant updatedAt;

    @JsonIgnore
    public long revision;

    @Column(name = "revised_at")
    @JsonIgnore
    public Instant revisedAt;

    /** When the revision before the one made now was made. */
    @Transient
    @JsonIgnore
    public @Nullable Instant previouslyRevisedAt;

    /** Counted by the statement that stores a message. */
    @Column(name = "last_message_number", insertable = false, updatable = false)
    @JsonIgnore
    public long lastMessageNumber;

    /** New ones are stored with it; the store removes those who leave. */
    @OneToMany(mappedBy = "conversation", cascade = CascadeType.PERSIST)
    @OrderBy("joinedAt")
    public List<Participant> participants = new ArrayList<>();

    @SuppressWarnings("NullAway") // filled by Hibernate
    Conversation() {
    }

    Conversation(UUID owner, String mode, @Nullable String title, String meta, Instant now) {
        this.id = UUID.randomUUID();
        this.userId = owner;
        this.ownerUserId = owner;
        this.mode = mode;
        this.title = title;
        this.meta = meta;
        this.createdAt = now;
        this.updatedAt = now;
        this.revision = 1;
        this.revisedAt = now;
    }

    Optional<Participant> participant(UUID user) {
        return participants.stream().filter(participant -> participant.userId.equals(user)).findFirst();
    }

    boolean isOwnedBy(UUID user) {
        return ownerUserId.equals(user);
    }

    /** Counts a change; gives the time it is made, always later than the one before. */
    Instant revise(Instant clock) {
        var now = clock.isAfter(revisedAt) ? clock : revisedAt.plusNanos(1_000);
        previouslyRevisedAt = revisedAt;
        revisedAt = now;
        revision++;
        updatedAt = now.isAfter(updatedAt) ? now : updatedAt;
        return now;
    }

    Participant admit(UUID user, String role, Instant now) {
        var participant = new Participant(this, user, role, now);
        participants.add(participant);
        return participant;
    }

    /** The successor is one of the participants. */
    void transferTo(Participant successor) {
        participant(ownerUserId).ifPresent(owner -> owner.role = Participant.MEMBER);
        successor.role = Participant.OWNER;
        userId = successor.userId;
        ownerUserId = successor.userId;
        isTransferred = true;
    }

    /** About how large it is in JSON with so many participants. */
    int bytes(int count) {
        return OWN_BYTES + meta.length() + PARTICIPANT_BYTES * count;
    }

    /** Who is told of a change: the participants, or the owner alone where there are none. */
    List<UUID> audience() {
        return participants.isEmpty() ? List.of(userId) : participants.stream().map(participant -> participant.userId).toList();
    }
}
